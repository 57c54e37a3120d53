using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Runs;
using static Holdpoint.Tests.Runs.DayOfWatch;
using Outcome = Holdpoint.Runs.Outcome;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>A day's watch and its rules: what they do when they fire.</summary>
public class WatchRunTests
{
    [Fact]
    public void A_day_is_watched_by_its_schedule_and_passes_with_the_outage_that_it_saw() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        // Three hours and a half in, the service is away for an hour: one round of the day sees it.
        bench.Fake.Http = _ => driving?.Run.Entered.TryGetValue(Stage.Watch, out var watch) == true && time.Now - watch is var since && since > TimeSpan.FromHours(3.5) && since < TimeSpan.FromHours(4.5)
            ? FakeWorld.Status(503) : FakeWorld.Status(200);
        driving = await bench.DriveAsync();
        var start = time.Now;
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Equal(30, driving.Events.Count(e => e is Event.Checked { Step: "answers", Occurrence: > 0 }));
        Assert.Equal(1, driving.Run.Step("answers").BadOccurrences);
        Assert.InRange(time.Now - start, TimeSpan.FromHours(24), TimeSpan.FromHours(25));
        Assert.Contains(driving.Events, e => e is Event.Sampled);
    });

    [Fact]
    public void A_breach_rolls_back_and_the_metric_tells_why() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(6), TwoDays);
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        var decided = driving.Run.Rollback!;
        Assert.Contains("errors (20%) > 5%", decided.Decided.Cause, StringComparison.Ordinal);
        Assert.Equal("back-on-errors", decided.Decided.Rule);
        Assert.InRange(decided.DecidedAt - driving.Run.Entered[Stage.Watch], TimeSpan.FromHours(6), TimeSpan.FromHours(6) + TimeSpan.FromSeconds(80));
        Assert.InRange(decided.Ended!.Detection, 60, 75);
        Assert.Equal(["deploy web 2.0", "rollback web 1.0"], bench.Fake.Done);
    });

    [Fact]
    public void A_breach_that_is_too_short_does_nothing() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + TimeSpan.FromSeconds(45));
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Contains(driving.Events, e => e is Event.RuleChanged { State: "breaching" });
    });

    [Fact]
    public void A_grace_ends_in_a_rollback_also_when_the_rule_turned_quiet() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time, " grace 5m");
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + TimeSpan.FromMinutes(3));
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        var began = driving.Events.OfType<Event.GraceBegan>().Single();
        Assert.Equal(began.Deadline, driving.Run.Rollback!.DecidedAt);
        Assert.Contains(bench.Fake.Told, t => t.StartsWith("ops: rolling back in 5m", StringComparison.Ordinal));
    });

    [Fact]
    public void A_hold_in_the_grace_ends_unless_it_is_renewed_and_a_release_ends_the_matter() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time, " grace 5m");
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
        driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Grace is not null, TimeSpan.FromHours(2));
        Assert.Null(await bench.SayAsync(new PersonCommand.Hold("bo", "looking", TimeSpan.FromMinutes(30))));
        await time.AdvanceAsync(TimeSpan.FromMinutes(29));
        Assert.Null(driving.Run.Rollback);
        Assert.Null(await bench.SayAsync(new PersonCommand.Hold("bo", "still looking", TimeSpan.FromMinutes(30))));
        await time.AdvanceAsync(TimeSpan.FromMinutes(29));
        Assert.Null(driving.Run.Rollback);
        Assert.Null(await bench.SayAsync(new PersonCommand.Release("bo", null, "it is a load test")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Equal(["deploy web 2.0"], bench.Fake.Done);
    });

    [Fact]
    public void A_hold_that_nobody_renewed_ends_in_the_rollback() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time, " grace 5m");
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
        driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Grace is not null, TimeSpan.FromHours(2));
        Assert.Null(await bench.SayAsync(new PersonCommand.Hold("bo", "looking", TimeSpan.FromMinutes(30))));
        var held = driving.Run.LastAt;
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Equal(held + TimeSpan.FromMinutes(30), driving.Run.Rollback!.DecidedAt);
    });

    [Fact]
    public void Where_nobody_could_be_told_a_grace_is_none() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time, " grace 5m");
        Driving? driving = null;
        bench.Fake.Deaf = _ => "503 from the channel";
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Equal(driving.Session.Entries.First(e => e.Type == "grace-began").At, driving.Run.Rollback!.DecidedAt);
    });

    [Fact]
    public void That_a_rule_has_fired_and_what_it_does_stand_in_the_record_together() => ManualTime.Run(async time =>
    {
        foreach (var (rule, next) in new[] { ("", "rollback-decided"), (" grace 5m", "grace-began") })
        {
            var bench = await StartAsync(time, rule);
            Driving? driving = null;
            bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
            // Whoever is told takes a minute to hear it: a driver that is killed meanwhile must leave no rule behind that has fired and done nothing.
            bench.Fake.Hearing = () => Task.Delay(TimeSpan.FromMinutes(1), time, CancellationToken.None);
            driving = await bench.DriveAsync();
            Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
            var entries = driving.Session.Entries.ToList();
            Assert.Equal(next, entries[entries.FindIndex(e => e.Type == "rule-changed" && e.Data.GetProperty("state").GetString() == "fired") + 1].Type);
        }
    });

    [Fact]
    public void A_channel_that_does_not_answer_keeps_no_rule_waiting() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace(" RULE", "", StringComparison.Ordinal).Replace("- [ ] Back on", "- [ ] Tell `! tell ops when errors > 1% for 1m` #id=tell\n- [ ] Back on", StringComparison.Ordinal), Telling);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
        bench.Fake.Hearing = () => Task.Delay(TimeSpan.FromMinutes(1), time, CancellationToken.None);
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Equal(driving.Session.Entries.First(e => e.Type == "rule-changed" && e.Data.GetProperty("state").GetString() == "fired").At, driving.Run.Rollback!.DecidedAt);
    });

    [Fact]
    public void Of_two_rules_that_fire_the_one_with_less_patience_counts() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace(" RULE", " grace 1h", StringComparison.Ordinal).Replace("## Back", "- [ ] Worse `! rollback when errors > 50% for 1m grace 5m` #id=worse\n\n## Back", StringComparison.Ordinal), Telling);
        Driving? driving = null;
        bench.Fake.Metric = _ => driving?.Run.Entered.TryGetValue(Stage.Watch, out var watch) != true ? 0.01 : (time.Now - watch) switch { var s when s > TimeSpan.FromHours(1.25) => 0.6, var s when s > TimeSpan.FromHours(1) => 0.2, _ => 0.01 };
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Equal("worse", driving.Run.Rollback!.Decided.Rule);
    });

    [Fact]
    public void A_rule_that_a_person_released_is_armed_again_once_it_was_quiet() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time, " grace 5m");
        var errors = 0.01;
        bench.Fake.Metric = _ => errors;
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Entered.ContainsKey(Stage.Watch), TimeSpan.FromMinutes(10));
        errors = 0.2;
        await bench.UntilAsync(driving, r => r.Grace is not null, TimeSpan.FromMinutes(10));
        Assert.Null(await bench.SayAsync(new PersonCommand.Release("bo", null, "it is a load test")));
        await time.AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(("unarmed", null), (driving.Run.Rules["back-on-errors"].State, driving.Run.Rollback));
        errors = 0.01;
        await time.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("quiet", driving.Run.Rules["back-on-errors"].State);
        errors = 0.2;
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
    });

    [Fact]
    public void A_run_does_not_pass_while_a_rule_is_breaching() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        // From half a minute before the last round on.
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(24) - TimeSpan.FromSeconds(30), TwoDays);
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.InRange(driving.Run.Rollback!.DecidedAt - driving.Run.Entered[Stage.Watch], TimeSpan.FromHours(24), TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));
    });

    [Fact]
    public void After_a_point_of_no_return_a_rule_holds_and_tells() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace(" RULE", "", StringComparison.Ordinal).Replace("#id=out", "#id=out #no-return", StringComparison.Ordinal), Telling);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
        driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.RuleHold is not null, TimeSpan.FromHours(2));
        await time.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Null(driving.Run.Rollback);
        Assert.Contains("ops: production is held: a person has to decide", bench.Fake.Told);
        Assert.Null(await bench.SayAsync(new PersonCommand.RollBack("bo", "it is worth it")));
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
    });

    [Fact]
    public void Blind_at_the_end_leaves_the_run_unknown() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, null, TimeSpan.FromHours(23), TwoDays);
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.Unknown, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Contains("blind at the end", driving.Run.End!.Because, StringComparison.Ordinal);
        Assert.Contains(bench.Fake.Told, t => t.StartsWith("ops: blind:", StringComparison.Ordinal));
    });

    [Fact]
    public void Blind_for_too_long_leaves_the_run_unknown_also_when_another_driver_ends_it() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, null, TimeSpan.FromHours(1), TimeSpan.FromHours(8));
        using var stop = new CancellationTokenSource();
        driving = await bench.DriveAsync(stop: stop.Token);
        while (time.Now - driving.Run.StartedAt < TimeSpan.FromHours(12))
            await time.AdvanceAsync(Long);
        await stop.CancelAsync();
        await bench.EndAsync(driving, TimeSpan.FromMinutes(1));
        driving = await bench.DriveAsync(by: "bo");
        Assert.Equal(Outcome.Unknown, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.Contains("was blind for", driving.Run.End!.Because, StringComparison.Ordinal);
    });

    [Fact]
    public void An_environment_that_is_down_fails_its_built_in_rule_and_goes_back() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time, configuration: Telling.Replace("production: {}", "production: { availability: 'http http://shop/up timeout 1s', objective: 99.9% }", StringComparison.Ordinal));
        Driving? driving = null;
        bench.Fake.Http = url => url.EndsWith("up", StringComparison.Ordinal) && driving?.Run.Entered.TryGetValue(Stage.Watch, out var watch) == true && time.Now - watch > TimeSpan.FromMinutes(5) && driving.Run.Rollback is null
            ? FakeWorld.Status(503) : FakeWorld.Status(200);
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TimeSpan.FromHours(1)));
        Assert.Contains(driving.Events, e => e is Event.AvailabilityChanged { Up: false });
        var measured = driving.Run.Availability!;
        Assert.InRange(measured.DownSeconds, 29, 33);
        Assert.Equal(0.999, measured.Objective!.Value, 6);
    });
}
