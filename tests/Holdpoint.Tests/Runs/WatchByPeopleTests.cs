using Holdpoint.Expressions;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>What people make of a watch: longer, or over ahead of its time.</summary>
public class WatchByPeopleTests
{
    private const string Checklist = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out

        ## The first hours

        **Stage:** watch

        **Watch:** every 15m until 2h

        - [ ] Answers `? http http://shop/health` #id=answers
        - [ ] Back on errors `! rollback when errors > 5% for 1m` #id=back-on-errors

        ## Back

        **Stage:** rollback

        - [ ] Previous version back `! rollback web` #id=back
        - [ ] It answers `? http http://shop/old` #id=old
        """;

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private static readonly TimeSpan s_step = TimeSpan.FromMinutes(1);

    private static async Task<Driving> WatchedAsync(ConductorBench bench)
    {
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Entered.ContainsKey(Stage.Watch), TimeSpan.FromMinutes(10));
        return driving;
    }

    [Fact]
    public void A_watch_that_is_extended_goes_on_at_its_last_pace_to_the_new_end() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        var driving = await WatchedAsync(bench);
        await time.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Null(await bench.SayAsync(new PersonCommand.Extend("bo", "the batch has not run", TimeSpan.FromMinutes(40))));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_day, s_step));
        // Eight rounds as planned, two at the old pace, and one at the new end.
        Assert.Equal(11, driving.Events.Count(e => e is Event.Checked { Step: "answers", Occurrence: > 0 }));
        Assert.InRange(driving.Run.EndedAt!.Value - driving.Run.Entered[Stage.Watch], TimeSpan.FromMinutes(160), TimeSpan.FromMinutes(162));
        Assert.Equal("every gate passed", driving.Run.End!.Because);
    });

    [Fact]
    public void A_watch_is_extended_again_and_by_a_driver_that_comes_later() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        using var stop = new CancellationTokenSource();
        var first = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(first, r => r.Entered.ContainsKey(Stage.Watch), TimeSpan.FromMinutes(10));
        Assert.Null(await bench.SayAsync(new PersonCommand.Extend("bo", "one", TimeSpan.FromMinutes(10))));
        await stop.CancelAsync();
        Assert.IsType<DriveEnd.Stopped>(await bench.EndAsync(first, TimeSpan.FromMinutes(5)));
        var second = await bench.DriveAsync();
        await time.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Null(await bench.SayAsync(new PersonCommand.Extend("bo", "two", TimeSpan.FromMinutes(30))));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(second, s_day, s_step));
        Assert.InRange(second.Run.EndedAt!.Value - second.Run.Entered[Stage.Watch], TimeSpan.FromMinutes(160), TimeSpan.FromMinutes(162));
    });

    [Fact]
    public void A_watch_that_is_ended_early_looks_once_more_and_says_so() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        var driving = await WatchedAsync(bench);
        await time.AdvanceAsync(TimeSpan.FromMinutes(35));
        Assert.Null(await bench.SayAsync(new PersonCommand.EndWatch("bo", "the office closes")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, TimeSpan.FromMinutes(5)));
        Assert.Equal(3, driving.Events.Count(e => e is Event.Checked { Step: "answers", Occurrence: > 0 }));
        Assert.Equal("every gate passed; bo ended the watch ahead of its time: the office closes", driving.Run.End!.Because);
    });

    [Fact]
    public void A_last_look_that_fails_lets_nothing_pass() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace("#id=answers", "#critical #id=answers", StringComparison.Ordinal));
        var driving = await WatchedAsync(bench);
        await time.AdvanceAsync(TimeSpan.FromMinutes(35));
        bench.Fake.Http = _ => FakeWorld.Status(503);
        Assert.Null(await bench.SayAsync(new PersonCommand.EndWatch("bo", "the office closes")));
        await time.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.IsType<GateState.Holding>(driving.Run.Gates[Gates.Of(Stage.Watch)]);
        Assert.False(driving.Run.HasEnded);
    });

    [Fact]
    public void A_watch_that_was_blind_proves_nothing_however_early_it_ends() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        var driving = await WatchedAsync(bench);
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        bench.Fake.Metric = _ => null;
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        bench.Fake.Metric = _ => 0.01;
        await time.AdvanceAsync(TimeSpan.FromMinutes(5));
        // Blind for 10 minutes: little of two hours, but much of what was watched.
        Assert.Null(await bench.SayAsync(new PersonCommand.EndWatch("bo", "the office closes")));
        Assert.Equal(Outcome.Unknown, await bench.OutcomeAsync(driving, TimeSpan.FromMinutes(5)));
        Assert.Contains("blind", driving.Run.End!.Because, StringComparison.Ordinal);
    });

    [Fact]
    public void A_watch_is_not_ended_while_a_rule_breaches() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        var driving = await WatchedAsync(bench);
        await time.AdvanceAsync(TimeSpan.FromMinutes(5));
        bench.Fake.Metric = _ => 0.2;
        await bench.UntilAsync(driving, r => r.Rules.GetValueOrDefault("back-on-errors") is { State: "breaching" }, TimeSpan.FromMinutes(1));
        Assert.Contains("back-on-errors is breaching", (await bench.SayAsync(new PersonCommand.EndWatch("bo", "the office closes")))!.Because, StringComparison.Ordinal);
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TimeSpan.FromMinutes(10)));
        Assert.Contains("has ended", (await bench.SayAsync(new PersonCommand.Extend("bo", "more", s_step)))!.Because, StringComparison.Ordinal);
    });

    [Fact]
    public void Who_may_not_or_has_no_reason_is_refused()
    {
        const string people = Story.Web + "roles: { sre: [bo, ana] }\nfour_eyes: true\nmetrics: { errors: { unit: ratio, command: metric errors } }\n";
        var story = Story.Of(Checklist, people);
        Refused(story, new PersonCommand.EndWatch("bo", "enough"), "has not begun");
        story.Enter(Stage.Prepare, Stage.Deploy, Stage.Watch);
        Refused(story, new PersonCommand.EndWatch("ana", "enough"), "four eyes: ana");
        Refused(story, new PersonCommand.EndWatch("cy", "enough"), "cy has no role");
        Refused(story, new PersonCommand.EndWatch("bo", ""), "needs a reason");
        Refused(story, new PersonCommand.Extend("bo", "", s_step), "needs a reason");
        Refused(story, new PersonCommand.Extend("bo", "more", TimeSpan.FromDays(8)), "7d at most");
        // To look for longer takes nothing from anybody.
        Assert.IsType<Answer.Accepted>(Desk(story).Decide(new PersonCommand.Extend("ana", "more", s_step)));
        story.Happened(new Event.HeldByRule("back-on-errors", "errors"));
        Refused(story, new PersonCommand.EndWatch("bo", "enough"), "the run is held: errors");
        story.Happened(new Event.Released("bo", "fine"), new Event.WatchEnded("bo", "enough"));
        Refused(story, new PersonCommand.EndWatch("bo", "enough"), "bo has ended the watch already");
        Refused(story, new PersonCommand.Extend("bo", "more", s_step), "bo has ended the watch already");
    }

    [Fact]
    public void What_is_not_watched_is_neither_extended_nor_ended() =>
        Refused(Story.Of("## Before\n\n- [ ] Room `? disk / free > 1GB` #id=room\n"), new PersonCommand.Extend("bo", "more", s_step), "no section has a Watch");

    private static PersonDesk Desk(Story story) => new(story.Standing, story.FourEyes);

    private static void Refused(Story story, PersonCommand command, string because) =>
        Assert.Contains(because, Assert.IsType<Answer.Refused>(Desk(story).Decide(command)).Because, StringComparison.Ordinal);

    [Fact]
    public void A_watch_of_a_quarter_of_a_minute_ends_well_where_its_rules_have_seen_it() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace("every 15m until 2h", "every 5s until 15s", StringComparison.Ordinal));
        var driving = await bench.DriveAsync();
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_day, TimeSpan.FromSeconds(1)));
    });
}
