using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Runs;
using static Holdpoint.Tests.Runs.DayOfWatch;
using Outcome = Holdpoint.Runs.Outcome;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>The door of deploy, and rules that hold it.</summary>
public class WatchDoorTests
{
    [Fact]
    public void A_criterion_that_breaches_already_holds_the_door_and_once_accepted_undoes_no_hotfix() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        double errors = 0.2;
        bench.Fake.Metric = _ => errors;
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Gates.GetValueOrDefault(Gates.Entry) is GateState.Holding, TimeSpan.FromMinutes(5));
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Empty(bench.Fake.Done);
        Assert.Null(await bench.SayAsync(new PersonCommand.Release("bo", "back-on-errors", "the hotfix for it")));
        await bench.UntilAsync(driving, r => r.Entered.ContainsKey(Stage.Watch), TimeSpan.FromMinutes(5));
        Assert.Contains("no measure of what is usual", string.Join("\n", driving.Run.Baseline!.Refused), StringComparison.Ordinal);
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Null(driving.Run.Rollback);
        errors = 0.01;
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("quiet", driving.Run.Rules["back-on-errors"].State);
        errors = 0.3;
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
    });

    [Fact]
    public void A_criterion_that_turns_quiet_opens_the_door_by_itself() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        double errors = 0.2;
        bench.Fake.Metric = _ => errors;
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Gates.GetValueOrDefault(Gates.Entry) is GateState.Holding, TimeSpan.FromMinutes(5));
        errors = 0.01;
        await bench.UntilAsync(driving, r => r.Entered.ContainsKey(Stage.Deploy), TimeSpan.FromMinutes(2));
    });

    [Fact]
    public void Time_alone_opens_no_door_that_a_person_or_a_check_holds() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace(" RULE", "", StringComparison.Ordinal).Replace("`? disk / free > 1GB`", "`? http http://shop/room`", StringComparison.Ordinal).Replace("- [ ] Room", "- [ ] Go `@ anybody` #id=go\n- [ ] Room", StringComparison.Ordinal), Telling);
        double errors = 0.2;
        var room = 200;
        bench.Fake.Metric = _ => errors;
        bench.Fake.Http = url => FakeWorld.Status(url.EndsWith("room", StringComparison.Ordinal) ? room : 200);
        Assert.Null(await bench.SayAsync(new PersonCommand.Sign("bo", "go", null, false, "")));
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Gates.GetValueOrDefault(Gates.Entry) is GateState.Holding, TimeSpan.FromMinutes(5));
        room = 500;
        await time.AdvanceAsync(TimeSpan.FromMinutes(35));
        errors = 0.01;
        await time.AdvanceAsync(TimeSpan.FromMinutes(35));
        Assert.False(driving.Run.Entered.ContainsKey(Stage.Deploy));
        Assert.Equal("failed", driving.Run.Step("room").Verdict!.Verdict);
        Assert.Empty(bench.Fake.Done);
    });

    [Fact]
    public void Whoever_is_not_to_wait_leaves_a_door_that_a_rule_holds() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        bench.Fake.Metric = _ => 0.2;
        Assert.Equal(3, Assert.IsType<DriveEnd.Waiting>(await bench.EndAsync(await bench.DriveAsync(Patience.Leave), TimeSpan.FromMinutes(5))).ExitCode);
    });

    [Fact]
    public void A_driver_that_comes_behind_the_door_but_ahead_of_any_change_judges_the_rules_too() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace(" RULE", "", StringComparison.Ordinal).Replace("`! deploy web`", "`? http http://shop/ready` `! deploy web`", StringComparison.Ordinal), Telling);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
        bench.Fake.Http = _ => FakeWorld.Status(503);
        driving = await bench.DriveAsync(Patience.Leave);
        Assert.IsType<DriveEnd.Waiting>(await bench.EndAsync(driving, TimeSpan.FromHours(1)));
        Assert.True(driving.Run.Entered.ContainsKey(Stage.Deploy));
        bench.Fake.Http = null;
        driving = await bench.DriveAsync(by: "bo");
        Assert.Null(await bench.SayAsync(new PersonCommand.Retry("cy", [], null, "")));
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
    });
}
