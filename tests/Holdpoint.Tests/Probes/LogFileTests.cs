using System.Globalization;
using System.IO.Compression;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Logs;

namespace Holdpoint.Tests.Probes;

/// <summary>Files, with the clock at 2026-03-01 12:00 UTC.</summary>
public sealed class LogFileTests : IDisposable
{
    private readonly Machine _machine = new();

    private ProbeContext Context => new() { Commands = _machine.Commands, Time = new Noon(_machine.Time.GetUtcNow()), Directory = _machine.Directory };

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Only_lines_of_the_window_count_and_a_line_without_a_time_goes_with_the_one_before()
    {
        _machine.Write("app.log", """
            2026-03-01T11:50:00Z ERROR long ago
            2026-03-01T11:56:00Z INFO started
            2026-03-01T11:57:00Z ERROR no such cart
                at Cart.add(Cart.java:7)
            2026-03-01T11:59:00Z INFO matched nothing

            """);

        Assert.Equal("failed: errors is 1, expected errors == 0", await VerdictAsync("logs app.log"));
        Assert.Equal("passed: lines (4) == 4 and errors (1) == 1", await VerdictAsync("logs app.log lines == 4 and errors == 1"));
        Assert.StartsWith("passed", await VerdictAsync("logs app.log errors == 2 and matching \"Cart\" == 1 over 15m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await VerdictAsync("logs app.log over 2m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_seen_is_evidence()
    {
        _machine.Write("app.log", "2026-03-01T11:57:00Z ERROR no such cart\n2026-03-01T11:58:00Z INFO fine\n");

        var evidence = (await ObservedMark.RunAsync("logs app.log", Context)).EvidenceOf();

        Assert.StartsWith("app.log, the last 5m: 2 lines, 1 errors\n", evidence, StringComparison.Ordinal);
        Assert.Contains("no such cart", evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spike_is_compared_with_the_baseline()
    {
        _machine.Write("app.log", string.Concat(Enumerable.Repeat("2026-03-01T11:57:00Z ERROR no\n", 5)));
        Value Baseline(Operand of) => of.Text == "errors" ? Value.Count(2) : new Value.Unknown(of.Text);

        var spike = await ObservedMark.RunAsync("logs app.log errors <= 2x baseline", Context, baseline: Baseline);
        var none = await ObservedMark.RunAsync("logs app.log errors <= 3x baseline", Context, baseline: Baseline);

        Assert.IsType<Verdict.Failed>(spike.Verdict);
        Assert.Equal(5, spike.Numbers["errors"]);
        Assert.IsType<Verdict.Passed>(none.Verdict);
    }

    [Fact]
    public async Task A_file_that_is_not_there_proves_nothing() =>
        Assert.StartsWith("unknown: app.log: no file matches in ", await VerdictAsync("logs app.log"), StringComparison.Ordinal);

    [Fact]
    public async Task Lines_without_times_are_unknown_and_the_remedy_is_told()
    {
        _machine.Write("app.log", "started\nready\n");

        Assert.Equal($"unknown: no line of {_machine.Path("app.log")} begins with a time that is known, so what is new in it can't be told: let it log times (ISO 8601), or look at all of it with `file {_machine.Path("app.log")} matching\"…\" == 0`",
            await VerdictAsync("logs app.log"));
    }

    [Fact]
    public async Task An_empty_file_and_one_that_was_not_written_of_late_are_quiet()
    {
        _machine.Write("empty.log", "");
        _machine.Write("old.log", "2026-02-01T00:00:00Z ERROR old\n", TimeSpan.FromDays(28));

        Assert.StartsWith("passed", await VerdictAsync("logs *.log lines == 0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_rotated_away_within_the_window_counts()
    {
        _machine.Write("app.log", "2026-03-01T11:59:00Z INFO new\n");
        _machine.Write("app.log.1", "2026-03-01T11:58:00Z ERROR just rotated\n", TimeSpan.FromMinutes(2));
        Packed("app.log-20260301.gz", "2026-03-01T11:50:00Z ERROR too old\n2026-03-01T11:57:00Z ERROR packed\n", TimeSpan.FromMinutes(3));
        _machine.Write("app.log.2", "2026-03-01T10:00:00Z ERROR long ago\n", TimeSpan.FromHours(2));
        _machine.Write("app.log.bak", "2026-03-01T11:59:00Z ERROR not a rotation\n");

        Assert.StartsWith("passed", await VerdictAsync("logs app.log lines == 3 and errors == 2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.log.1", true)]
    [InlineData("app.log.12.gz", true)]
    [InlineData("app.log-20260301", true)]
    [InlineData("app.log-20260301.gz", true)]
    [InlineData("app.log.bak", false)]
    [InlineData("app.log.gz", false)]
    [InlineData("app.log2", false)]
    [InlineData("app.log", false)]
    public void A_rotation_is_told_by_its_ending(string name, bool rotation) => Assert.Equal(rotation, LogFiles.IsRotationOf("app.log", name));

    [Fact]
    public async Task Of_a_large_file_the_window_is_found_from_its_end()
    {
        var text = new StringBuilder();
        var start = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
        // Four hours, a line every 300 ms: 5 MB.
        for (var i = 0; i < 48_000; i++)
            text.Append(CultureInfo.InvariantCulture, $"{start.AddSeconds(i * 0.3):yyyy-MM-ddTHH:mm:ss.fffZ} {(i % 1000 == 999 ? "ERROR" : "INFO")} {new string('x', 60)} {i}\n");
        _machine.Write("app.log", text.ToString());

        Assert.StartsWith("passed", await VerdictAsync("logs app.log lines == 1000 and errors == 1 timeout 2m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await VerdictAsync("logs app.log lines == 48000 and errors == 48 over 8h timeout 2m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_without_a_zone_are_read_in_the_one_that_fits_the_file()
    {
        // The clock's machine is somewhere; what is written in UTC a minute before the file was, is UTC's.
        _machine.Write("utc.log", "2026-03-01 11:58:00 ERROR here\n", TimeSpan.FromMinutes(1));
        Assert.StartsWith("failed: errors is 1", await VerdictAsync("logs utc.log"), StringComparison.Ordinal);

        _machine.Write("zurich.log", "2026-03-01 04:58:00 ERROR there\n", TimeSpan.FromMinutes(1));
        Assert.Contains("say zone= as the file has it", await VerdictAsync("logs zurich.log"), StringComparison.Ordinal);
        Assert.StartsWith("failed: errors is 1", await VerdictAsync("logs zurich.log zone=America/Chicago over 2h"), StringComparison.Ordinal);
        Assert.StartsWith("unknown: zone=Atlantis is no zone", await VerdictAsync("logs zurich.log zone=Atlantis"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker:-x", "unknown: '-x' is no name: it begins with '-'")]
    [InlineData("loki:main", "unknown: there is no loki server `main`")]
    public async Task What_can_t_be_asked_is_named(string rest, string verdict) => Assert.StartsWith(verdict, await VerdictAsync($"logs {rest}"), StringComparison.Ordinal);

    private Task<string> VerdictAsync(string mark) => ObservedMark.VerdictAsync(mark, Context);

    private void Packed(string name, string text, TimeSpan age)
    {
        var path = _machine.Write(name, "");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        File.SetLastWriteTimeUtc(path, (_machine.Time.GetUtcNow() - age).UtcDateTime);
    }

    /// <summary>It is noon and stays so; only what waits knows real time.</summary>
    private sealed class Noon(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
