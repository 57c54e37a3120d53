using Holdpoint.Backtesting;
using Holdpoint.Metrics;

namespace Holdpoint.Tests.Backtesting;

public sealed class StorePastTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "holdpoint-past-" + Guid.NewGuid().ToString("N"));
    private readonly ManualTime _time = new();

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private StorePast Store(StoreSource source, string server = "main") => new(_ => source, _ => server, new PieceCache(_folder), _time);

    private async Task<MetricPast> ReadAsync(StorePast store, TimeSpan back) =>
        (await store.ReadAsync([(Pasts.Definition("error_rate"), Pasts.Step)], Now - back, Now, (_, _) => { }, TestContext.Current.CancellationToken))["error_rate"];

    [Fact]
    public async Task A_store_is_asked_in_pieces_and_for_each_piece_of_the_past_once()
    {
        var source = new StoreSource(_time, at => at.Minute / 100d);
        var first = Store(source);
        var past = await ReadAsync(first, TimeSpan.FromDays(10));
        var asked = source.Asked.ToList();

        Assert.All(asked, a => Assert.InRange((a.To - a.From) / Pasts.Step, 1, 10_999));
        Assert.InRange(asked.Count, 7, 9);
        Assert.Equal(past.Count, past.Numbers);
        Assert.Equal(past.MomentOf(1234).Minute / 100d, past.At(1234).Number);
        Assert.All(past.Between(Now - TimeSpan.FromHours(1), Now), s => Assert.False(s.FilledIn));

        source.Asked.Clear();
        var second = Store(source);
        var again = await ReadAsync(second, TimeSpan.FromDays(10));

        // The piece of now is still growing.
        Assert.Single(source.Asked);
        Assert.Equal(1, second.Asked);
        Assert.Equal(Enumerable.Range(0, past.Count).Select(past.At), Enumerable.Range(0, past.Count).Select(again.At));
    }

    [Fact]
    public async Task A_gap_stays_a_gap_also_from_the_cache()
    {
        var source = new StoreSource(_time, at => at.Hour is 3 ? null : 0.5);
        foreach (var _ in new[] { 1, 2 })
        {
            var past = await ReadAsync(Store(source), TimeSpan.FromDays(4));

            Assert.All(Enumerable.Range(0, past.Count).Select(past.At), s => Assert.Equal(s.At.Hour == 3, s is Sample.Missing));
        }
    }

    [Fact]
    public async Task Another_server_query_or_meaning_is_another_piece()
    {
        var source = new StoreSource(_time, _ => 0.5);
        await ReadAsync(Store(source), TimeSpan.FromDays(4));
        source.Asked.Clear();

        await ReadAsync(Store(source, "other"), TimeSpan.FromDays(4));

        Assert.Equal(4, source.Asked.Count);
        var (one, first) = (Pasts.Definition("error_rate"), Pasts.Start);
        string Key(MetricDefinition d) => PieceCache.KeyOf(d, "main", Pasts.Step, first, 10);
        Assert.Equal(5, new[]
        {
            Key(one), Key(one with { Factor = 2 }), Key(one with { MinCount = 5 }), Key(one with { Absence = new(0, "up") }),
            Key(one with { Source = new MetricSourceDefinition.Prometheus("main", "other") }),
        }.Distinct().Count());
    }

    [Fact]
    public async Task A_damaged_piece_is_asked_again()
    {
        var source = new StoreSource(_time, _ => 0.5);
        await ReadAsync(Store(source), TimeSpan.FromDays(4));
        source.Asked.Clear();
        var files = Directory.GetFiles(_folder);
        File.WriteAllText(files[0], "half a pie");
        File.WriteAllBytes(files[1], File.ReadAllBytes(files[1])[..1000]);

        var past = await ReadAsync(Store(source), TimeSpan.FromDays(4));

        Assert.Equal(3, source.Asked.Count);
        Assert.Equal(past.Count, past.Numbers);
    }

    [Fact]
    public async Task Where_the_store_does_not_answer_its_reason_is_told_and_nothing_is_kept()
    {
        var source = new StoreSource(_time, _ => 0.5) { Down = true };

        var past = await ReadAsync(Store(source), TimeSpan.FromDays(2));

        Assert.Equal(0, past.Numbers);
        Assert.All(Enumerable.Range(0, past.Count).Select(past.At), s => Assert.Contains("connection refused", s.Reason, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public async Task A_source_without_a_past_says_what_to_do()
    {
        var source = new StoreSource(_time, _ => 0.5) { KeepsNone = true };

        Assert.Contains("keeps no past: give its numbers with --data FILE", (await ReadAsync(Store(source), TimeSpan.FromDays(1))).At(5).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_most_four_questions_are_open_at_a_time()
    {
        var source = new StoreSource(_time, _ => 0.5);

        await ReadAsync(Store(source), TimeSpan.FromDays(60));

        Assert.InRange(source.MostAtOnce, 1, StorePast.MostAtOnce);
    }

    /// <summary>A store that knows a number of each moment.</summary>
    private sealed class StoreSource(TimeProvider time, Func<DateTimeOffset, double?> value) : MetricSource(Pasts.Definition("error_rate"), time)
    {
        private int _open;

        public System.Collections.Concurrent.ConcurrentBag<(DateTimeOffset From, DateTimeOffset To)> Asked { get; } = [];

        public bool Down { get; init; }

        public bool KeepsNone { get; init; }

        public int MostAtOnce { get; private set; }

        protected override string Instrument => "the store";

        protected override Task<MetricReading> ReadAsync(CancellationToken cancel) => Task.FromResult<MetricReading>(new MetricReading.NoAnswer("not asked"));

        protected override async Task<IReadOnlyList<(DateTimeOffset At, MetricReading Reading)>?> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _open));
            await Task.Yield();
            Asked.Add((from, to));
            var past = new List<(DateTimeOffset, MetricReading)>();
            for (var at = from + step; !Down && at <= to; at += step)
                if (value(at) is { } number)
                    past.Add((at, new MetricReading.Number(number)));
            Interlocked.Decrement(ref _open);
            if (Down)
                past.Add((to, new MetricReading.NoAnswer("connection refused")));
            return KeepsNone ? null : past;
        }
    }
}
