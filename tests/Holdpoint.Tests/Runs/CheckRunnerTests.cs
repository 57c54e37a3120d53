using Holdpoint.Actions;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Runs;

/// <summary>From a check to its verdict: attempts, waiting, settling, limits. Time moves by hand.</summary>
public class CheckRunnerTests
{
    private static Check Read(string text)
    {
        var problems = new List<Problem>();
        var vocabulary = new Vocabulary { Probes = ProbeCatalogue.Signatures, Actions = ActionCatalogue.Signatures, Metrics = new Dictionary<string, Dimension> { ["errors"] = Dimension.Ratio } };
        var check = MarkParser.ParseCheck(text, 0, new SourceText("test.md", text), vocabulary, problems);
        Assert.True(check is not null && !problems.Any(p => p.IsError), string.Join("\n", problems));
        return check;
    }

    private static Task<CheckResult> Run(ManualTime time, string check, Probe probe, Func<Operand, Value>? baseline = null, Func<string, string?>? variable = null) =>
        new CheckRunner(new Dictionary<string, Probe> { [probe.Signature.Name] = probe }, time).RunAsync(Read(check), new CheckSurroundings
        {
            Context = new ProbeContext { Commands = new FakeWorld(time), Time = time, Directory = "/project", Variable = variable ?? (_ => null) },
            Metric = (_, _, _) => Task.FromResult<Value>(new Value.Unknown("not sampled")),
            Baseline = baseline ?? (o => new Value.Unknown($"{o.Text} has no baseline")),
        }, TestContext.Current.CancellationToken);

    private static FakeProbe Http(Func<int, Reading> byAttempt)
    {
        var asked = 0;
        return new("http", _ => byAttempt(++asked));
    }

    private static void Story(Func<ManualTime, Task<CheckResult>> begin, Action<CheckResult, TimeSpan> then, TimeSpan? atMost = null) => ManualTime.Run(async time =>
    {
        var start = time.Now;
        var running = begin(time);
        await time.SettleAsync();
        while (!running.IsCompleted && time.Now - start < (atMost ?? TimeSpan.FromMinutes(10)))
            await time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True(running.IsCompleted, "the check does not end");
        then(await running, time.Now - start);
    });

    [Fact]
    public void A_check_that_passes_is_asked_once() => Story(
        time => Run(time, "http http://x/", Http(_ => FakeWorld.Status(200))),
        (result, took) =>
        {
            Assert.IsType<Verdict.Passed>(result.Verdict);
            Assert.Equal((1, TimeSpan.Zero), (result.Attempts, took));
        });

    [Fact]
    public void The_default_condition_holds_beside_another() => Story(
        time => Run(time, "http http://x/ time < 500ms", new FakeProbe("http", _ => Reading.Of(("up", Value.Of(true)), ("status", Value.Count(500)), ("time", Value.Duration(TimeSpan.FromMilliseconds(5)))))),
        (result, _) => Assert.Contains("500", Assert.IsType<Verdict.Failed>(result.Verdict).Actual, StringComparison.Ordinal));

    [Theory]
    [InlineData("http http://x/ not up")]
    [InlineData("http http://x/ up == false")]
    [InlineData("http http://x/ up != true")]
    public void What_is_meant_to_be_off_needs_no_answer(string check) => Story(
        time => Run(time, check, new FakeProbe("http", _ => Reading.Of(("up", Value.Of(false)), ("status", new Value.Unknown("x refuses the connection"))))),
        (result, _) => Assert.IsType<Verdict.Passed>(result.Verdict));

    [Fact]
    public void Naming_a_fact_of_the_default_condition_takes_its_place() => Story(
        time => Run(time, "http http://x/ status == 500", Http(_ => FakeWorld.Status(500))),
        (result, _) => Assert.IsType<Verdict.Passed>(result.Verdict));

    [Theory]
    [InlineData("file a.json size > 1B", false)]
    [InlineData("file a.json $.version == 2", true)]
    [InlineData("file a.json all($.list[*].up) == true", true)]
    [InlineData("file a.json size > 1B warn unless $.version exists", true)]
    public void A_probe_is_told_whether_the_answer_itself_is_looked_into(string check, bool expected)
    {
        bool? wanted = null;
        Story(
            time => Run(time, check, new FakeProbe("file", call =>
            {
                wanted = call.WantsDocument;
                return new Reading.NoAnswer("asked");
            })),
            (_, _) => Assert.Equal(expected, wanted));
    }

    [Fact]
    public void Within_tries_until_it_passes_and_says_when() => Story(
        time => Run(time, "http http://x/ within 60s", Http(n => FakeWorld.Status(n < 4 ? 503 : 200))),
        (result, took) =>
        {
            Assert.Contains("on attempt 4, after 3s", Assert.IsType<Verdict.Passed>(result.Verdict).Shown, StringComparison.Ordinal);
            Assert.Equal((4, TimeSpan.FromSeconds(3)), (result.Attempts, took));
        });

    [Fact]
    public void Within_ends_in_time_and_says_how_often_it_tried() => Story(
        time => Run(time, "http http://x/ within 10s every 2s", Http(_ => FakeWorld.Status(503))),
        (result, took) =>
        {
            Assert.Contains("after 6 attempts in 10s", Assert.IsType<Verdict.Failed>(result.Verdict).Actual, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(10), took);
        });

    [Fact]
    public void Retry_counts_attempts() => Story(
        time => Run(time, "http http://x/ retry 2", Http(_ => FakeWorld.Status(503))),
        (result, _) => Assert.Equal(3, result.Attempts));

    [Fact]
    public void For_wants_every_sample_to_hold() => Story(
        time => Run(time, "http http://x/ for 10s", Http(n => FakeWorld.Status(n < 8 ? 200 : 503))),
        (result, took) =>
        {
            Assert.Contains("after 7s", Assert.IsType<Verdict.Failed>(result.Verdict).Actual, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(7), took);
        });

    [Fact]
    public void For_that_held_says_in_how_many_samples() => Story(
        time => Run(time, "http http://x/ for 10s", Http(_ => FakeWorld.Status(200))),
        (result, took) =>
        {
            Assert.Contains("held 10s in 11 samples", Assert.IsType<Verdict.Passed>(result.Verdict).Shown, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(10), took);
        });

    [Fact]
    public void Settling_that_failed_is_tried_again_only_while_within_lasts() => Story(
        time => Run(time, "http http://x/ within 15s for 10s", Http(n => FakeWorld.Status(n % 10 == 0 ? 503 : 200))),
        (result, took) =>
        {
            Assert.IsType<Verdict.Failed>(result.Verdict);
            Assert.True(took < TimeSpan.FromSeconds(25), $"{took}");
        });

    [Fact]
    public void A_probe_that_throws_is_unknown_and_never_passed() => Story(
        time => Run(time, "http http://x/", new FakeProbe("http", _ => throw new InvalidOperationException("oops"))),
        (result, _) => Assert.Contains("the probe broke: InvalidOperationException: oops", Assert.IsType<Verdict.Unknown>(result.Verdict).Because, StringComparison.Ordinal));

    [Fact]
    public void A_probe_that_gives_itself_up_is_unknown() => Story(
        time => Run(time, "http http://x/", new FakeProbe("http", (_, _) => Task.FromException<Reading>(new TaskCanceledException()))),
        (result, _) => Assert.IsType<Verdict.Unknown>(result.Verdict));

    [Theory]
    [InlineData("http http://x/", 13)]
    [InlineData("http http://x/ timeout 2s", 5)]
    public void A_probe_that_never_answers_and_heeds_nothing_is_left_behind(string check, int seconds) => Story(
        time => Run(time, check, new FakeProbe("http", (_, _) => new TaskCompletionSource<Reading>().Task)),
        (result, took) =>
        {
            Assert.Contains("no answer within", Assert.IsType<Verdict.Unknown>(result.Verdict).Because, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(seconds), took);
        });

    [Fact]
    public void A_probe_that_is_not_here_is_unknown() => Story(
        time => Run(time, "disk / free > 1GB", Http(_ => FakeWorld.Status(200))),
        (result, _) => Assert.Contains("not on this machine", Assert.IsType<Verdict.Unknown>(result.Verdict).Because, StringComparison.Ordinal));

    [Fact]
    public void An_instrument_without_an_answer_is_unknown_also_under_not() => Story(
        time => Run(time, "http http://x/ not status == 500", Http(_ => new Reading.NoAnswer("there is no network"))),
        (result, _) => Assert.Equal("there is no network", Assert.IsType<Verdict.Unknown>(result.Verdict).Because));

    [Fact]
    public void A_fact_that_was_not_measured_is_unknown() => Story(
        time => Run(time, "http http://x/ time < 1s", Http(_ => FakeWorld.Status(200))),
        (result, _) => Assert.IsType<Verdict.Unknown>(result.Verdict));

    [Fact]
    public void A_variable_without_a_value_has_none_later_either() => Story(
        time => Run(time, "http http://x/${version} within 60s", Http(_ => FakeWorld.Status(200))),
        (result, took) =>
        {
            Assert.IsType<Verdict.Unknown>(result.Verdict);
            Assert.Equal((1, TimeSpan.Zero), (result.Attempts, took));
        });

    [Fact]
    public void An_undefined_variable_is_unknown() => Story(
        time => Run(time, "http ${api}/", Http(_ => FakeWorld.Status(200))),
        (result, _) => Assert.Contains("api", Assert.IsType<Verdict.Unknown>(result.Verdict).Because, StringComparison.Ordinal));

    [Theory]
    [InlineData(30, "passed")]
    [InlineData(15, "warned")]
    [InlineData(5, "failed")]
    public void Warn_unless_warns_of_what_passes(int gigabytes, string verdict) => Story(
        time => Run(time, "disk / free > 10GB, warn unless free > 20GB", new FakeProbe("disk", _ => Reading.Of(("free", Value.Bytes(gigabytes * 1e9))))),
        (result, _) => Assert.Equal(verdict, result.Verdict.Name));

    [Theory]
    [InlineData(0.10, "passed")]
    [InlineData(0.12, "failed")]
    public void A_baseline_is_what_the_same_fact_was(double seconds, string verdict) => Story(
        time => Run(time, "http http://x/ time <= 1.1x baseline", new FakeProbe("http", _ => Reading.Of(("up", Value.Of(true)), ("status", Value.Count(200)), ("time", Value.Duration(TimeSpan.FromSeconds(seconds))))),
            baseline: o => o.Text == "time" ? Value.Duration(TimeSpan.FromSeconds(0.1)) : new Value.Unknown("?")),
        (result, _) => Assert.Equal(verdict, result.Verdict.Name));

    [Fact]
    public void Without_a_baseline_what_is_relative_is_unknown() => Story(
        time => Run(time, "http http://x/ time <= 1.1x baseline", new FakeProbe("http", _ => Reading.Of(("up", Value.Of(true)), ("status", Value.Count(200)), ("time", Value.Duration(TimeSpan.FromSeconds(1)))))),
        (result, _) => Assert.Contains("baseline", Assert.IsType<Verdict.Unknown>(result.Verdict).Because, StringComparison.Ordinal));

    [Fact]
    public void What_is_measured_is_kept_and_of_what_is_hidden_nothing_is_kept_or_shown() => Story(
        time => Run(time, "env PASSWORD value == \"hunter3\" and length == 7", new FakeProbe("env", _ => Reading.Of(("value", new Value.Text("hunter2") { Hidden = true }), ("length", Value.Count(7))))),
        (result, _) =>
        {
            Assert.Equal("(not shown)", result.Facts["value"]);
            Assert.Equal(7, result.Numbers["length"]);
            Assert.DoesNotContain("hunter2", Assert.IsType<Verdict.Failed>(result.Verdict).Message, StringComparison.Ordinal);
        });

    [Fact]
    public void Whoever_stops_a_check_hears_so() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var runner = new CheckRunner(new Dictionary<string, Probe> { ["http"] = Http(_ => FakeWorld.Status(503)) }, time);
        var running = runner.RunAsync(Read("http http://x/ within 60s"), new CheckSurroundings
        {
            Context = new ProbeContext { Commands = new FakeWorld(time), Time = time, Directory = "/project" },
            Metric = (_, _, _) => throw new InvalidOperationException(),
        }, stop.Token);
        await time.AdvanceAsync(TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    });
}
