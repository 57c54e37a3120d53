using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Probes;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Tests.Runs;

/// <summary>Drivers at their work: what they do, when they leave, and what they do when the journal fails or another takes over.</summary>
public class ConductorTests
{
    private const string Checklist = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out
        - [ ] Cache emptied `! sh empty cache` #id=cache

        ## Verify

        **Stage:** verify

        - [ ] Answers `? http http://shop/health` #id=answers #critical

        ## Back

        **Stage:** rollback

        - [ ] Previous version back `! rollback web` #id=back
        - [ ] It answers `? http http://shop/old` #id=old
        """;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_good_version_passes_every_stage() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(await bench.DriveAsync(), s_hour));
        Assert.Equal(["deploy web 2.0", "sh empty cache"], bench.Fake.Done);
    });

    [Fact]
    public void A_critical_failure_brings_the_old_version_back_and_shows_four_times() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Http = url => FakeWorld.Status(url.EndsWith("old", StringComparison.Ordinal) ? 200 : 500);
        bench.Fake.Takes = TimeSpan.FromSeconds(20);
        var driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, s_hour));
        Assert.Equal("rollback web 1.0", bench.Fake.Done[^1]);
        var ended = driving.Run.Rollback!.Ended!;
        Assert.Equal((20d, 0d), (ended.Execution, ended.Recovery));
        Assert.True(ended is { Detection: >= 0, Decision: >= 0 });
    });

    [Fact]
    public void An_old_version_that_does_not_answer_is_a_failed_rollback() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Http = _ => FakeWorld.Status(500);
        Assert.Equal(Outcome.RollbackFailed, await bench.OutcomeAsync(await bench.DriveAsync(), s_hour));
        Assert.Equal("1.0", bench.Fake.Versions["web"]);
    });

    [Fact]
    public void Checks_after_a_rollback_that_were_all_skipped_prove_nothing() => ManualTime.Run(async time =>
    {
        var checklist = Checklist.Replace("! deploy web", "! sh deploy", StringComparison.Ordinal).Replace("- [ ] Previous version back `! rollback web` #id=back\n", "", StringComparison.Ordinal)
            .Replace("`? http http://shop/old`", "`? http http://shop/old if disk / free < 1GB`", StringComparison.Ordinal);
        var bench = await ConductorBench.StartAsync(time, checklist);
        bench.Fake.Http = _ => FakeWorld.Status(500);
        var driving = await bench.DriveAsync();
        Assert.Equal(Outcome.RollbackFailed, await bench.OutcomeAsync(driving, s_hour));
        Assert.Contains("no check proves", driving.Run.End!.Because, StringComparison.Ordinal);
    });

    [Fact]
    public void An_advisory_step_back_that_fails_does_not_make_the_rollback_fail() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace("- [ ] It answers", "- [ ] Tidy `! sh tidy` #id=tidy #advisory\n- [ ] It answers", StringComparison.Ordinal));
        bench.Fake.Http = url => FakeWorld.Status(url.EndsWith("old", StringComparison.Ordinal) ? 200 : 500);
        bench.Fake.Ending = what => what == "sh tidy" ? new Verdict.Failed("exit 0", "exit 1") : null;
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(await bench.DriveAsync(), s_hour));
    });

    [Fact]
    public void Whoever_is_not_to_wait_leaves_before_the_deploy_and_stays_after_it() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace("#id=answers #critical", "#id=answers", StringComparison.Ordinal).Replace("- [ ] Room", "- [ ] Go `@ anybody` #id=go\n- [ ] Room", StringComparison.Ordinal));
        var waiting = Assert.IsType<DriveEnd.Waiting>(await bench.EndAsync(await bench.DriveAsync(Patience.Leave), s_hour));
        Assert.Equal(3, waiting.ExitCode);
        Assert.Null(await bench.SayAsync(new PersonCommand.Sign("bo", "go", null, false, "")));
        bench.Fake.Http = _ => FakeWorld.Status(500);
        var driving = await bench.DriveAsync(Patience.Leave);
        await bench.UntilAsync(driving, r => r.Gates.GetValueOrDefault("stage:verify") is GateState.Holding, s_hour);
        await time.AdvanceAsync(s_hour);
        Assert.False(driving.End.IsCompleted);
        bench.Fake.Http = null;
        Assert.Null(await bench.SayAsync(new PersonCommand.Retry("bo", [], null, "")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_hour));
    });

    [Theory]
    [InlineData(500, 1)]
    [InlineData(0, 6)]
    public void The_exit_code_says_what_is_awaited(int status, int exitCode) => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, "## Before\n\n- [ ] Answers `? http http://shop/` #id=answers\n");
        bench.Fake.Http = _ => status == 0 ? new Reading.NoAnswer("no network") : FakeWorld.Status(status);
        Assert.Equal(exitCode, Assert.IsType<DriveEnd.Waiting>(await bench.EndAsync(await bench.DriveAsync(Patience.Leave), s_hour)).ExitCode);
    });

    [Fact]
    public void What_is_said_while_the_driver_decides_is_not_slept_through() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, "## Before\n\n- [ ] Go `@ anybody` #id=go\n");
        var driving = await bench.DriveAsync();
        await time.SettleAsync();
        Assert.Null(await bench.SayAsync(new PersonCommand.Sign("bo", "go", null, false, "")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)));
    });

    [Fact]
    public void Told_to_stop_it_says_in_what_state_the_world_is_and_a_successor_goes_on() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Http = _ => new Reading.NoAnswer("no network");
        using var stop = new CancellationTokenSource();
        var driving = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(driving, r => r.Gates.GetValueOrDefault("stage:verify") is GateState.Holding, s_hour);
        await stop.CancelAsync();
        Assert.Equal(new DriveEnd.Stopped("web deployed and unwatched"), await bench.EndAsync(driving, s_hour));
        Assert.IsType<Event.Left>(driving.Events.Last());
        bench.Fake.Http = null;
        var successor = await bench.DriveAsync(by: "bo");
        Assert.Null(await bench.SayAsync(new PersonCommand.Retry("bo", [], null, "")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(successor, s_hour));
        Assert.Equal(["deploy web 2.0", "sh empty cache"], bench.Fake.Done);
        Assert.Equal(2, successor.Run.Epoch);
    });

    [Fact]
    public void An_action_that_its_driver_left_is_in_doubt_and_never_simply_repeated() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Takes = TimeSpan.FromMinutes(1);
        using var stop = new CancellationTokenSource();
        var driving = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(driving, r => r.Step("cache").Running is not null, s_hour);
        await stop.CancelAsync();
        await bench.EndAsync(driving, s_hour);
        var successor = await bench.DriveAsync();
        await bench.UntilAsync(successor, r => r.Step("cache").InDoubt is not null, s_hour);
        await time.AdvanceAsync(s_hour);
        Assert.DoesNotContain("sh empty cache", bench.Fake.Done);
        Assert.Null(await bench.SayAsync(new PersonCommand.Retry("bo", ["cache"], "retry", "it is still full")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(successor, s_hour));
        Assert.Equal(["deploy web 2.0", "sh empty cache"], bench.Fake.Done);
    });

    [Fact]
    public void A_deploy_that_its_driver_left_is_decided_by_what_runs_now() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Takes = TimeSpan.FromMinutes(1);
        using var stop = new CancellationTokenSource();
        var driving = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(driving, r => r.Step("out").Running is not null, s_hour);
        await stop.CancelAsync();
        await bench.EndAsync(driving, s_hour);
        bench.Fake.Versions["web"] = "2.0";
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(await bench.DriveAsync(), s_hour));
        Assert.Equal(["sh empty cache"], bench.Fake.Done);
    });

    [Fact]
    public void An_action_that_breaks_on_its_way_is_in_doubt() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Ending = what => what == "sh empty cache" ? throw new HttpRequestException("reset by peer") : null;
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Step("cache").InDoubt is not null, s_hour);
        Assert.Contains("reset by peer", driving.Run.Step("cache").InDoubt, StringComparison.Ordinal);
        Assert.Null(await bench.SayAsync(new PersonCommand.Retry("bo", [], "done", "it is empty")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_hour));
    });

    [Fact]
    public void An_action_that_its_driver_does_and_that_does_not_end_is_in_doubt_after_its_timeout() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Takes = TimeSpan.FromMinutes(16);
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Step("out").InDoubt is not null || r.Step("out").Attempts > 1, s_hour);
        Assert.Contains(driving.Events, e => e is Event.ActionInDoubt { Because: "not ended within 15m" });
    });

    [Fact]
    public void A_hold_that_comes_while_an_action_is_prepared_keeps_it_from_starting() => ManualTime.Run(async time =>
    {
        var checklist = Checklist.Replace("! sh empty cache", "! deploy api if http http://shop/full", StringComparison.Ordinal);
        var bench = await ConductorBench.StartAsync(time, checklist);
        Task<Answer.Refused?>? said = null;
        bench.Fake.Http = url =>
        {
            if (url.EndsWith("full", StringComparison.Ordinal))
                said ??= bench.SayAsync(new PersonCommand.Hold("bo", "wait a moment", TimeSpan.FromMinutes(10)));
            return FakeWorld.Status(200);
        };
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Hold is not null, s_hour);
        await time.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(["deploy web 2.0"], bench.Fake.Done);
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_hour));
        Assert.Equal(["deploy web 2.0", "deploy api 2.0"], bench.Fake.Done);
    });

    [Fact]
    public void Forward_nothing_is_done_once_the_journal_takes_nothing_more() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Journal.IsFull = entries => bench.Fake.Done.Count > 0;
        var lost = Assert.IsType<DriveEnd.Lost>(await bench.EndAsync(await bench.DriveAsync(), s_hour));
        Assert.Contains("no space left", lost.Because, StringComparison.Ordinal);
        Assert.Equal(["deploy web 2.0"], bench.Fake.Done);
    });

    [Fact]
    public void A_message_that_can_not_be_journaled_stops_forward_work_too() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist, ConductorBench.Configuration + "channels: { ops: { file: { path: ops.txt } } }\ntell: [{ on: [started, deployed], to: ops }]\n");
        bench.Journal.IsFull = entries => entries.Any(e => e.Type == "told");
        var lost = Assert.IsType<DriveEnd.Lost>(await bench.EndAsync(await bench.DriveAsync(), s_hour));
        Assert.Contains("no space left", lost.Because, StringComparison.Ordinal);
        Assert.Empty(bench.Fake.Done);
    });

    [Fact]
    public void A_rollback_goes_on_without_its_journal_and_the_record_is_marked_broken() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Http = url =>
        {
            if (!url.EndsWith("old", StringComparison.Ordinal))
                bench.Journal.IsFull = entries => entries.Any(e => e.Type is "rollback-decided") || entries.Count == 0;
            return FakeWorld.Status(url.EndsWith("old", StringComparison.Ordinal) ? 200 : 500);
        };
        var driving = await bench.DriveAsync();
        var end = Assert.IsType<DriveEnd.Finished>(await bench.EndAsync(driving, s_hour));
        Assert.Equal(Outcome.RolledBack, end.Outcome);
        Assert.Contains("the record is broken: no space left", end.Because, StringComparison.Ordinal);
        Assert.Equal("1.0", bench.Fake.Versions["web"]);
        Assert.DoesNotContain(await bench.EntriesAsync(), e => e.Type == "rollback-decided");
    });

    [Fact]
    public void A_driver_that_was_replaced_appends_nothing_more() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist);
        bench.Fake.Takes = TimeSpan.FromMinutes(5);
        var first = await bench.DriveAsync();
        await bench.UntilAsync(first, r => r.Step("cache").Running is not null, s_hour);
        var second = await bench.DriveAsync(by: "bo");
        await bench.UntilAsync(second, r => r.Step("cache").InDoubt is not null, s_hour);
        var before = (await bench.EntriesAsync()).Count(e => e.Epoch == 1);
        Assert.IsType<DriveEnd.Lost>(await bench.EndAsync(first, s_hour));
        Assert.Equal(before, (await bench.EntriesAsync()).Count(e => e.Epoch == 1));
        Assert.Equal(1, second.Run.Drivers.Count(d => d == "bo"));
        Assert.Null(await bench.SayAsync(new PersonCommand.Retry("cy", [], "done", "seen")));
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(second, s_hour));
    });

    [Fact]
    public void A_replaced_driver_that_is_told_to_stop_says_that_it_was_replaced() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, "## Before\n\n- [ ] Go `@ anybody` #id=go\n");
        using var stop = new CancellationTokenSource();
        var first = await bench.DriveAsync(stop: stop.Token);
        await time.SettleAsync();
        await bench.DriveAsync(by: "bo");
        await stop.CancelAsync();
        Assert.IsType<DriveEnd.Lost>(await bench.EndAsync(first, s_hour));
    });

    [Fact]
    public void A_decision_that_somebody_overtook_is_not_written() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, "## Before\n\n- [ ] Go `@ anybody` #id=go\n");
        var driver = await bench.OpenAsync();
        await driver.DriveAsync("ana", ConductorBench.Cancel);
        var person = await bench.OpenAsync();
        await person.AppendAsync("bo", _ => [new Event.GateReleased("stage:prepare", "bo", "known")], ConductorBench.Cancel);
        Assert.False(await driver.AppendAsync("driver", _ => [new Event.GatePassed("stage:prepare", 100)], ConductorBench.Cancel));
        Assert.IsType<GateState.Released>((await bench.OpenAsync()).Run.Gates["stage:prepare"]);
    });

    [Fact]
    public void Every_transition_that_is_configured_is_told_and_a_broken_glass_to_everybody() => ManualTime.Run(async time =>
    {
        const string tell = "channels: { ops: { file: { path: ops.txt } }, boss: { file: { path: boss.txt } } }\n"
            + "tell: [{ on: [waiting, released, deployed, rolling-back, rolled-back], to: ops }, { on: [finished], to: boss }]\n";
        var bench = await ConductorBench.StartAsync(time, Checklist.Replace("- [ ] Room", "- [ ] Go `@ anybody` #id=go\n- [ ] Room", StringComparison.Ordinal), ConductorBench.Configuration + tell);
        Assert.Null(await bench.SayAsync(new PersonCommand.Hold("bo", "not yet", TimeSpan.FromMinutes(1))));
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Gates.Count > 0, s_hour);
        bench.Fake.Http = url => FakeWorld.Status(url.EndsWith("old", StringComparison.Ordinal) ? 200 : 500);
        Assert.Null(await bench.SayAsync(new PersonCommand.BreakGlass("ana", "it burns")));
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, s_hour));
        var told = bench.Fake.Told;
        Assert.Contains(told, t => t.StartsWith("ops: production waits at stage:prepare", StringComparison.Ordinal));
        Assert.Contains("ops: ana broke the glass of production", told);
        Assert.Contains("boss: ana broke the glass of production", told);
        Assert.Contains("ops: web on production: 2.0 deployed", told);
        Assert.Contains("ops: rolling back production from 2.0", told);
        Assert.Contains("ops: rolled-back: 2.0 on production", told);
    });

    [Fact]
    public void Many_people_may_speak_at_once() => ManualTime.Run(async time =>
    {
        var items = string.Join("\n", Enumerable.Range(1, 30).Select(i => $"- [ ] Part {i} `@ anybody` #id=part{i}"));
        var bench = await ConductorBench.StartAsync(time, $"## Before\n\n{items}\n");
        var driving = await bench.DriveAsync();
        await time.SettleAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(1, 30).Select(i => bench.SayAsync(new PersonCommand.Sign($"person{i}", $"part{i}", null, false, "")))), Assert.Null);
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, s_hour));
    });
}
