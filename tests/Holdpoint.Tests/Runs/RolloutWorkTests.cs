using Holdpoint.Expressions;
using Holdpoint.Rollouts;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Tests.Runs;

/// <summary>A rollout under way in a run: its pauses, what people say to it, rules that fire, drivers that go and come.</summary>
public class RolloutWorkTests
{
    private const string Checklist = """
        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out

        - [ ] Go back `! rollback when errors > 5%`
        """;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void Every_step_is_journaled_and_a_pause_lasts() => ManualTime.Run(async time =>
    {
        var (bench, _) = await BenchAsync(time);
        var began = time.Now;
        var driving = await bench.DriveAsync();
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_hour));
        Assert.Equal(["send some", "watch", "send all"], driving.Events.OfType<Event.RolloutStepEnded>().Where(e => e.Verdict.Verdict == "passed").Select(e => e.Name));
        Assert.True(time.Now - began >= TimeSpan.FromMinutes(10));
    });

    [Fact]
    public void A_rule_that_fires_in_a_pause_goes_back() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, Watching, s_hour);
        bench.Fake.Metric = _ => 0.5;
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, s_hour));
        Assert.Equal(["send some", "send back"], target.Done);
    });

    [Fact]
    public void A_pause_does_not_end_while_a_rule_is_blind() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, Watching, s_hour);
        bench.Fake.Metric = _ => null;
        await time.AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(["send some"], target.Done);
        bench.Fake.Metric = _ => 0;
        await bench.UntilAsync(driving, r => r.HasEnded, s_hour);
        Assert.Equal(["send some", "send all"], target.Done);
    });

    [Fact]
    public void A_pause_that_stays_blind_has_failed_in_the_end() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, Watching, s_hour);
        target.Seen = () => new Verdict.Unknown("the socket is gone");
        await bench.UntilAsync(driving, r => r.Step("out").Verdict is not null, s_hour);
        Assert.Equal(["send some"], target.Done.Take(2).Where(d => d != "send back"));
        Assert.Contains("the socket is gone", driving.Run.Step("out").Verdict!.Text, StringComparison.Ordinal);
    });

    [Fact]
    public void A_hold_pauses_it_and_promoting_ends_its_pauses() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, Watching, s_hour);
        Assert.Null(await bench.SayAsync(new PersonCommand.Hold("bo", "let me look", TimeSpan.FromHours(2))));
        await time.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(["send some"], target.Done);
        Assert.Null(await bench.SayAsync(new PersonCommand.Release("bo", null, "it is fine")));
        Assert.Null(await bench.SayAsync(new PersonCommand.Promote("bo", "enough")));
        await time.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(["send some", "send all"], target.Done);
    });

    [Fact]
    public void Only_a_rollout_under_way_is_promoted() => ManualTime.Run(async time =>
    {
        var (bench, _) = await BenchAsync(time);
        Assert.Equal("no rollout is under way", (await bench.SayAsync(new PersonCommand.Promote("bo", "enough")))!.Because);
    });

    [Fact]
    public void A_proxy_that_is_silent_for_a_moment_is_asked_again() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        var tries = 0;
        target.Sending = what => what == "send some" && ++tries < 4 ? throw new Unreachable("no such socket") : null;
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(await bench.DriveAsync(), s_hour));
    });

    [Fact]
    public void One_that_stays_silent_fails_the_step_and_the_run_goes_back() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        target.Sending = what => what == "send some" ? throw new Unreachable("no such socket") : null;
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Step("out").Verdict is not null, s_hour);
        Assert.Equal("send some: no such socket", driving.Run.Step("out").Verdict!.Text);
    });

    [Fact]
    public void The_next_driver_goes_on_with_the_step_that_was_under_way() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        using var stop = new CancellationTokenSource();
        var first = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(first, Watching, s_hour);
        await stop.CancelAsync();
        await bench.EndAsync(first, s_hour);
        var second = await bench.DriveAsync(by: "bo");
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(second, s_hour));
        Assert.Equal(["send some", "send all"], target.Done);
    });

    [Fact]
    public void What_served_before_is_kept_for_its_time_and_then_retired() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        target.Keep = TimeSpan.FromMinutes(30);
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Step("out").Verdict is not null, s_hour);
        await time.AdvanceAsync(TimeSpan.FromMinutes(29));
        Assert.False(driving.Run.HasEnded);
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_hour));
        Assert.Equal("the idle colour of web does not run", driving.Run.Step("retire/web").Verdict!.Text);
    });

    [Fact]
    public void On_the_way_back_a_failed_step_does_not_stop_the_rest_unless_it_depends_on_it() => ManualTime.Run(async time =>
    {
        var (bench, target) = await BenchAsync(time);
        target.Back = [target.Step("a drained", "a", guard: false, fails: true), target.Step("a changed", "a"), target.Step("b changed", "b", guard: true, fails: true), target.Step("b admitted", "b"), target.Step("c changed", "c")];
        target.Sending = what => what == "send all" ? new Verdict.Failed("sent", "refused") : null;
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Step("undo/web").Attempts > 0 && r.Step("undo/web").Verdict is not null, s_hour);
        Assert.Equal(["a drained", "a changed", "b changed", "c changed"], target.Done.SkipWhile(d => d != "a drained").Take(4));
    });

    private static bool Watching(Run run) => run.Step("out").Rollout is { At.Name: "watch" };

    private static async Task<(ConductorBench Bench, StepsTarget Target)> BenchAsync(ManualTime time)
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        var target = new StepsTarget();
        bench.Target = target;
        return (bench, target);
    }

    /// <summary>A target of three steps, in memory: some of the traffic, a pause of ten minutes, all of it.</summary>
    private sealed class StepsTarget : Target
    {
        private string _runs = "1.0";

        public List<string> Done { get; } = [];

        public Func<string, Verdict?> Sending { get; set; } = _ => null;

        public Func<Verdict> Seen { get; set; } = () => new Verdict.Passed("well");

        public TimeSpan? Keep { get; set; }

        public IReadOnlyList<RolloutStep>? Back { get; set; }

        public override string Name => "web";

        public override Task<RunsNow> NowAsync(CancellationToken cancel) => Task.FromResult<RunsNow>(new RunsNow.Version(_runs));

        public override Way Deploy(string version, string before, IReadOnlyDictionary<string, string> options) => new Way.Steps(
        [
            Send("send some", null),
            new RolloutStep.Observe("watch", TimeSpan.FromMinutes(10), _ => Task.FromResult(Seen())),
            Send("send all", version),
        ]) { Keep = Keep };

        public override Task<Way?> RetireAsync(CancellationToken cancel) => Task.FromResult<Way?>(null);

        public override Way Return(string before) => new Way.Steps(Back ?? [Send("send back", before)]);

        public override bool? IsMixture(RunsNow.Version now, string version, string before) => true;

        public override Task<Verdict?> HealthAsync(CancellationToken cancel) => Task.FromResult<Verdict?>(null);

        public RolloutStep Step(string name, string part, bool guard = true, bool fails = false) => new RolloutStep.Do(name, _ =>
        {
            Done.Add(name);
            return Task.FromResult<Verdict>(fails ? new Verdict.Failed(name, "refused") : new Verdict.Passed(name));
        }) { Part = part, IsGuard = guard };

        private RolloutStep.Do Send(string what, string? version) => new(what, _ =>
        {
            if (Sending(what) is { } verdict)
                return Task.FromResult(verdict);
            Done.Add(what);
            _runs = version ?? "1.0 and 2.0";
            return Task.FromResult<Verdict>(new Verdict.Passed(what));
        });
    }
}
