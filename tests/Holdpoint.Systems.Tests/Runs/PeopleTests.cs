using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>Several people and several runs at once, each in a process's place of its own.</summary>
public sealed class PeopleTests
{
    private const string Roles = RunBench.FileTarget + """
        roles:
          sre: [bo, cy]
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_signatures_during_a_run_are_all_kept_and_the_driver_lives()
    {
        var items = string.Join("\n", Enumerable.Range(1, 100).Select(i => $"- [ ] Part {i} is fine `@ sre`"));
        using var bench = new RunBench($"# Shop\n\n## Before\n\n{items}\n- [ ] Room `? disk / free > 1MB`\n\n## Out\n\n**Stage:** deploy\n\n- [ ] New version `! deploy web`\n", Roles);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var run = await bench.StartAsync();
        var driving = bench.DriveAsync(run, patience: Patience.Stay, stop: Cancel);
        await RuleTests.UntilAsync(run, r => r.Gates.Count > 0);
        await Task.WhenAll(Enumerable.Range(1, 100).Select(async i =>
        {
            await using var desk = await bench.NewOffice().OpenAsync(null, Cancel);
            var step = desk.Standing.Plan.AllItems.Single(item => item.Text == $"Part {i} is fine").Steps[0].Id;
            Assert.Null(await RunOffice.SayAsync(desk, new PersonCommand.Sign(i % 2 == 0 ? "bo" : "cy", step, null, false, ""), Cancel));
        }));
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        Assert.Equal(100, run.Session.Entries.Count(e => e.Type == "signed"));
    }

    /// <summary>The deploy ends when the file <c>go</c> is there.</summary>
    private const string Plain = """
        # Shop

        ## Before

        - [ ] Room `? disk / free > 1MB`

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web`
        - [ ] Slow step `! sh until [ -e go ]; do sleep 0.05; done`

        ## Afterwards

        **Stage:** watch

        **Watch:** every 1s until 1h

        - [ ] There `? file web.version files == 1`
        """;

    [Fact]
    public async Task A_second_run_is_refused_while_the_first_deploys_and_supersedes_it_while_it_watches()
    {
        using var bench = new RunBench(Plain, Roles);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var first = await bench.StartAsync("2.0");
        var driving = bench.DriveAsync(first, stop: Cancel);
        await RuleTests.UntilAsync(first, r => r.Deployed.Count > 0);

        await using var second = await bench.StartAsync("3.0", "bo");
        var refused = Assert.IsType<DriveEnd.Refused>(await bench.DriveAsync(second, "bo", stop: Cancel));
        Assert.Contains("ana", refused.Because, StringComparison.Ordinal);
        Assert.Contains("this machine only", refused.Because, StringComparison.Ordinal);
        await File.WriteAllTextAsync(bench.Path("go"), "", Cancel);

        await RuleTests.UntilAsync(first, r => r.Entered.ContainsKey(Plans.Stage.Watch) && !r.LockHeld);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var again = bench.DriveAsync(second, "bo", stop: stop.Token);
        Assert.Equal(Outcome.Superseded, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        // Its actions outlive a driver that is stopped, and must not write into a folder that is being deleted.
        await RuleTests.UntilAsync(second, r => r.Entered.ContainsKey(Plans.Stage.Watch));
        await stop.CancelAsync();
        Assert.IsType<DriveEnd.Stopped>(await again);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_run_is_refused_while_the_first_goes_back_out_of_its_watch(bool isDriven)
    {
        using var bench = new RunBench(Plain.Replace("- [ ] Slow step", "- [ ] ~~Slow step~~", StringComparison.Ordinal), Roles.Replace("rollback: ", "rollback: until [ -e go ]; do sleep 0.05; done; ", StringComparison.Ordinal));
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var first = await bench.StartAsync("2.0");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var driving = bench.DriveAsync(first, stop: stop.Token);
        await RuleTests.UntilAsync(first, r => r.Entered.ContainsKey(Plans.Stage.Watch) && !r.LockHeld);
        await using var desk = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.Null(await RunOffice.SayAsync(desk, new PersonCommand.RollBack("bo", "customers complain"), Cancel));
        await RuleTests.UntilAsync(first, r => r.Steps.Any(s => s.Value.Running is not null));
        if (!isDriven)
        {
            await stop.CancelAsync();
            Assert.IsType<DriveEnd.Stopped>(await driving);
        }

        await using var second = await bench.StartAsync("3.0", "bo");
        var refused = Assert.IsType<DriveEnd.Refused>(await bench.DriveAsync(second, "bo", stop: Cancel));
        Assert.Contains($"run {first.Session.Run.Id} is going back on production", refused.Because, StringComparison.Ordinal);
        Assert.Contains(isDriven ? "wait for its end" : "holdpoint resume", refused.Remedy, StringComparison.Ordinal);
        Assert.False(second.Session.Run.LockHeld);
        Assert.DoesNotContain("deploy 3.0", bench.Log, StringComparison.Ordinal);

        await File.WriteAllTextAsync(bench.Path("go"), "", Cancel);
        if (!isDriven)
        {
            Assert.Null(await RunOffice.SayAsync(desk, new PersonCommand.Abort("bo", "mended by hand", false), Cancel));
            driving = bench.DriveAsync(first, stop: Cancel);
        }

        Assert.Equal(isDriven ? Outcome.RolledBack : Outcome.RollbackFailed, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var again = bench.DriveAsync(second, "bo", stop: end.Token);
        await RuleTests.UntilAsync(second, r => r.Entered.ContainsKey(Plans.Stage.Watch));
        await end.CancelAsync();
        Assert.IsType<DriveEnd.Stopped>(await again);
        Assert.EndsWith("deploy 3.0\n", bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_ended_in_between_hides_none_that_watches()
    {
        using var bench = new RunBench(Plain.Replace("- [ ] Slow step", "- [ ] ~~Slow step~~", StringComparison.Ordinal), Roles);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var first = await bench.StartAsync("2.0");
        var driving = bench.DriveAsync(first, stop: Cancel);
        await RuleTests.UntilAsync(first, r => r.Entered.ContainsKey(Plans.Stage.Watch) && !r.LockHeld);
        await using (var given = await bench.StartAsync("2.5", "bo"))
        {
            Assert.Null(await RunOffice.SayAsync(given, new PersonCommand.Abort("bo", "not today", null), Cancel));
            Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(given, "bo", stop: Cancel));
        }

        await using var third = await bench.StartAsync("3.0", "cy");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var last = bench.DriveAsync(third, "cy", stop: stop.Token);
        Assert.Equal(Outcome.Superseded, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        await RuleTests.UntilAsync(third, r => r.Entered.ContainsKey(Plans.Stage.Watch));
        await stop.CancelAsync();
        Assert.IsType<DriveEnd.Stopped>(await last);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_left_in_deploy_passes_the_door_once_more(bool isTakenOver)
    {
        using var bench = new RunBench("""
            # Shop

            ## Out

            **Stage:** deploy

            **Gate:** score >= 0

            - [ ] Come `@ sre`

            ## Then

            **Stage:** deploy

            - [ ] New version `! deploy web`
            """, Roles);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var first = await bench.StartAsync("2.0");
        Assert.IsType<DriveEnd.Waiting>(await bench.DriveAsync(first, stop: Cancel));
        Assert.True(first.Session.Run.Entered.ContainsKey(Plans.Stage.Deploy) && !first.Session.Run.LockHeld);
        Assert.Null(await RunOffice.SayAsync(first, new PersonCommand.Sign("bo", "out/come", null, false, ""), Cancel));
        var locks = new Holdpoint.Journal.EnvironmentLock(bench.Path(".holdpoint"), TimeProvider.System);
        await using var second = await bench.StartAsync("3.0", "bo");
        if (isTakenOver)
            Assert.IsType<DriveEnd.Waiting>(await bench.DriveAsync(second, "bo", stop: Cancel));
        else
            Assert.IsType<Holdpoint.Journal.LockAnswer.Acquired>(await locks.LockAsync("production", "cy", "nobody deploys", null, Cancel));

        var end = await bench.DriveAsync(first, stop: Cancel);
        if (isTakenOver)
            Assert.Equal(Outcome.Superseded, Assert.IsType<DriveEnd.Finished>(end).Outcome);
        else
            Assert.Contains("nobody deploys", Assert.IsType<DriveEnd.Refused>(end).Because, StringComparison.Ordinal);
        Assert.Equal("", bench.Log);
    }

    [Fact]
    public async Task A_rollback_stops_where_another_run_has_the_lock()
    {
        using var bench = new RunBench(Plain, Roles.Replace("rollback: ", "rollback: until [ -e back ]; do sleep 0.05; done; ", StringComparison.Ordinal)) { Lifetimes = new() { Heartbeat = TimeSpan.FromMilliseconds(100) } };
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var run = await bench.NewOffice().OpenAsync((await bench.StartAsync("2.0")).Session.Run.Id, Cancel);
        var driving = bench.DriveAsync(run, stop: Cancel);
        await RuleTests.UntilAsync(run, r => r.Deployed.Count > 0);
        await using var desk = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.Null(await RunOffice.SayAsync(desk, new PersonCommand.RollBack("bo", "customers complain"), Cancel));
        await File.WriteAllTextAsync(bench.Path("go"), "", Cancel);
        await RuleTests.UntilAsync(run, r => r.Rollback is not null && r.Steps.Any(s => s.Value.Running is not null));

        // As after a sleep that was longer than the lease.
        var locks = new Holdpoint.Journal.EnvironmentLock(bench.Path(".holdpoint"), new LaterTime());
        Assert.IsType<Holdpoint.Journal.LockAnswer.Acquired>(await locks.TakeOverAsync(new("production", "cy", "20990101-000000-production-ffff", "deploying 3.0", TimeSpan.FromHours(1), 0), null, Cancel));
        // What it had begun ends; it begins nothing more, and does not say how it ended.
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Cancel);
        await File.WriteAllTextAsync(bench.Path("back"), "", Cancel);
        Assert.Contains("cy", Assert.IsType<DriveEnd.Lost>(await driving).Because, StringComparison.Ordinal);
        Assert.Null(run.Session.Run.End);
    }

    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(5);
    }

    [Fact]
    public async Task A_freeze_refuses_to_enter_deploy_and_says_how_it_is_overridden()
    {
        using var bench = new RunBench(Plain, Roles.Replace("production: {}", "production:\n    freeze:\n      - { from: 2020-01-01, until: 2099-01-01, zone: UTC, reason: all year }", StringComparison.Ordinal));
        await using var run = await bench.StartAsync();
        var refused = Assert.IsType<DriveEnd.Refused>(await bench.DriveAsync(run, stop: Cancel));
        Assert.Contains("all year", refused.Because, StringComparison.Ordinal);
        Assert.Contains("holdpoint release freeze", refused.Remedy, StringComparison.Ordinal);
        Assert.Equal("", bench.Log);
    }

    [Fact]
    public async Task The_second_of_three_deploys_fails_half_way_and_both_go_back_in_reverse()
    {
        var targets = string.Join("\n", ((string[])["one", "two", "three"]).Select(t => $$"""
              {{t}}:
                command:
                  now: cat {{t}}.version
                  deploy: echo "deploy {{t}}" >> log; echo "$HOLDPOINT_VERSION" > {{t}}.version{{(t == "two" ? "; exit 3" : "")}}
                  rollback: echo "rollback {{t}}" >> log; echo "$HOLDPOINT_PREVIOUS_VERSION" > {{t}}.version
            """));
        using var bench = new RunBench(
            "# Shop\n\n## Before\n\n- [ ] Room `? disk / free > 1MB`\n\n## Out\n\n**Stage:** deploy\n\n- [ ] First `! deploy one`\n- [ ] Second `! deploy two`\n- [ ] Third `! deploy three`\n",
            $"holdpoint: 1\nenvironments:\n  production: {{}}\ntargets:\n{targets}\n");
        foreach (var target in (string[])["one", "two", "three"])
            File.WriteAllText(bench.Path($"{target}.version"), "1.0\n");
        await using var run = await bench.StartAsync();
        var end = Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(run, stop: Cancel));
        Assert.Equal(Outcome.RolledBack, end.Outcome);
        Assert.Equal("deploy one\ndeploy two\nrollback two\nrollback one\n", bench.Log);
        Assert.Equal("1.0\n", await File.ReadAllTextAsync(bench.Path("two.version"), Cancel));
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_rolled_back_without_asking()
    {
        using var bench = new RunBench(Plain, Roles);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await File.WriteAllTextAsync(bench.Path("go"), "", Cancel);
        await using var run = await bench.StartAsync("2.0");
        var driving = bench.DriveAsync(run, stop: Cancel);
        await RuleTests.UntilAsync(run, r => r.Entered.ContainsKey(Plans.Stage.Watch));
        await File.WriteAllTextAsync(bench.Path("web.version"), "9.9\n", Cancel);
        await using var desk = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.Null(await RunOffice.SayAsync(desk, new PersonCommand.RollBack("bo", "looks odd"), Cancel));
        await RuleTests.UntilAsync(run, r => r.Step("undo/web").InDoubt is not null);
        Assert.Contains("somebody else", run.Session.Run.Step("undo/web").InDoubt, StringComparison.Ordinal);
        Assert.Equal("9.9", bench.Version);
        Assert.Null(await RunOffice.SayAsync(desk, new PersonCommand.Retry("bo", ["undo/web"], "retry", "it was me"), Cancel));
        Assert.Equal(Outcome.RolledBack, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        Assert.Equal("1.0", bench.Version);
    }

    [Fact]
    public async Task A_checklist_edited_in_mid_run_changes_nothing_until_it_is_amended()
    {
        using var bench = new RunBench("# Shop\n\n## Before\n\n- [ ] Fine `@ sre`\n- [ ] Room `? disk / free > 1MB`\n\n## Out\n\n**Stage:** deploy\n\n- [ ] New version `! deploy web`\n", Roles);
        await using (var run = await bench.StartAsync())
            Assert.Equal(3, Assert.IsType<DriveEnd.Waiting>(await bench.DriveAsync(run, stop: Cancel)).ExitCode);
        var edited = (await File.ReadAllTextAsync(bench.Checklist, Cancel)).Replace("`@ sre`", "`? disk / free > 1MB`", StringComparison.Ordinal);
        await File.WriteAllTextAsync(bench.Checklist, edited, Cancel);
        await using var again = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.IsType<DriveEnd.Waiting>(await bench.DriveAsync(again, stop: Cancel));
        await bench.Office.AmendAsync(again, bench.Definition(edited), "bo", "nobody has to sign that", Cancel);
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(again, stop: Cancel)).Outcome);
    }
}
