using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Hosts;

/// <summary>How many checks are at it at once.</summary>
public sealed class CheckPlacesTests
{
    [Theory]
    [InlineData("look host=db1", 8)]
    [InlineData("ask main", 8)]
    [InlineData("look", 64)]
    public void No_more_than_so_many_at_once(string mark, int most) => ManualTime.Run(async time =>
    {
        var counted = new Counting();
        var running = Enumerable.Range(0, 100).Select(_ => RunAsync(time, mark, counted)).ToList();
        await time.SettleAsync();
        Assert.Equal(most, counted.Now);

        while (running.Any(r => !r.IsCompleted))
        {
            counted.LetGo();
            await time.SettleAsync();
        }

        Assert.Equal(most, counted.Most);
        Assert.All(running, r => Assert.IsType<Verdict.Passed>(r.Result.Verdict));
    });

    [Fact]
    public void Who_waits_at_one_host_takes_no_place_from_others() => ManualTime.Run(async time =>
    {
        var (counted, places) = (new Counting(), new CheckPlaces());
        var busy = Enumerable.Range(0, 200).Select(_ => RunAsync(time, "look host=db1", counted, places)).ToList();
        var other = RunAsync(time, "look host=db2", counted, places);
        await time.SettleAsync();
        Assert.Equal(9, counted.Now);

        while (!other.IsCompleted || busy.Any(b => !b.IsCompleted))
        {
            counted.LetGo();
            await time.SettleAsync();
        }
    });

    [Fact]
    public void The_limit_of_an_attempt_begins_when_it_has_its_place() => ManualTime.Run(async time =>
    {
        var (counted, places) = (new Counting(), new CheckPlaces());
        var first = Enumerable.Range(0, 8).Select(_ => RunAsync(time, "look host=db1 timeout 1h", counted, places)).ToList();
        await time.SettleAsync();
        var waiting = RunAsync(time, "look host=db1 timeout 1s", counted, places);
        await time.AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.False(waiting.IsCompleted);

        counted.LetGo();
        await time.SettleAsync();
        counted.LetGo();
        Assert.IsType<Verdict.Passed>((await waiting).Verdict);
        await Task.WhenAll(first);
    });

    private static Task<CheckResult> RunAsync(ManualTime time, string mark, Counting counted, CheckPlaces? places = null)
    {
        var probes = new Dictionary<string, Probe> { ["look"] = new Held("look", counted), ["ask"] = new Held("ask", counted) };
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new SourceText("a.md", mark), new Vocabulary { Probes = probes.ToDictionary(p => p.Key, p => p.Value.Signature), Actions = new Dictionary<string, Signature>() }, problems);
        Assert.True(check is not null, string.Join('\n', problems));
        var scope = new Scope(Project.Empty("/"), new Secrets("/", _ => null));
        var context = new ProbeContext { Commands = new FakeWorld(time), Time = time, Directory = "/", Place = new(scope, new FakeHosts((_, _) => FakeHosts.Exits(0))) };
        return new CheckRunner(probes, time, places ?? counted.Places).RunAsync(check, new CheckSurroundings { Context = context, Metric = (_, _, _) => throw new InvalidOperationException() }, TestContext.Current.CancellationToken);
    }

    /// <summary>Lets nobody go before it is told.</summary>
    private sealed class Counting
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CheckPlaces Places { get; } = new();

        public int Now { get; private set; }

        public int Most { get; private set; }

        public async Task PassAsync()
        {
            Task gate;
            lock (_lock)
            {
                Most = Math.Max(Most, ++Now);
                gate = _gate.Task;
            }

            await gate;
            lock (_lock)
                Now--;
        }

        public void LetGo()
        {
            TaskCompletionSource gate;
            lock (_lock)
                (gate, _gate) = (_gate, new(TaskCreationOptions.RunContinuationsAsynchronously));
            gate.SetResult();
        }
    }

    private sealed class Held(string name, Counting counted) : Probe
    {
        public override Signature Signature { get; } = new(name, "Waits.")
        {
            Arguments = name == "ask" ? [new("SERVER", "one")] : [],
            Facts = [new("up", Dimension.Boolean, "always")],
            DefaultCondition = "up",
            OnHosts = true,
            Example = name,
        };

        public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
        {
            await counted.PassAsync();
            return Reading.Of(("up", Value.Of(true)));
        }
    }
}
