using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>Rules over a metric that a command prints, from the entry to the end of the watch.</summary>
public sealed class RuleTests
{
    private const string Configuration = RunBench.FileTarget + """
        metrics:
          errors:
            unit: ratio
            command: cat errors
            timeout: 30s
        """;

    /// <summary>A watch and a rule that bear with a look which comes seconds late.</summary>
    private const string Calm = "every 5s until 10s";
    private const string CalmRule = "for 8s";

    /// <summary>One breach of a second is enough; whoever waits for it has an hour.</summary>
    private const string Keen = "every 5s until 1h";
    private const string KeenRule = "for 1s";

    private static string Checklist(string watch, string rule) => $"""
        # Shop

        ## Before

        - [ ] There is room `? disk / free > 1MB`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web`

        ## Afterwards

        **Stage:** watch

        **Watch:** {watch}

        - [ ] It is still there `? file web.version files == 1`
        - [ ] Back on errors `! rollback when errors > 5% {rule}`

        ## Going back

        **Stage:** rollback

        - [ ] Previous version back `! rollback web`
        - [ ] It is there `? file web.version files == 1`
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static RunBench Bench(string errors, string watch = Calm, string rule = CalmRule)
    {
        var bench = new RunBench(Checklist(watch, rule), Configuration);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        File.WriteAllText(bench.Path("errors"), errors);
        return bench;
    }

    [Fact]
    public async Task A_healthy_version_is_watched_to_the_end_and_passes()
    {
        using var bench = Bench("0.01");
        await using var run = await bench.StartAsync();
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(run, stop: Cancel)).Outcome);
        Assert.Contains(run.Session.Entries, e => e.Type == "sampled");
    }

    [Fact]
    public async Task A_breach_during_the_watch_rolls_back_and_says_why()
    {
        using var bench = Bench("0.01", Keen, KeenRule);
        await using var run = await bench.StartAsync();
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.StageEntered { Stage: Plans.Stage.Watch })
                File.WriteAllText(bench.Path("errors"), "0.2");
        };
        var end = Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(run, stop: Cancel));
        Assert.Equal(Outcome.RolledBack, end.Outcome);
        Assert.Contains("errors (20%) > 5%", end.Because, StringComparison.Ordinal);
        Assert.Equal("deploy 2.0\nrollback 1.0\n", bench.Log);
        var ended = run.Session.Run.Rollback!.Ended!;
        Assert.True(ended.Recovery is not null && ended.Detection >= 1, $"{ended}");
    }

    [Fact]
    public async Task A_criterion_that_breaches_already_holds_the_door_until_it_is_accepted_and_then_undoes_no_hotfix()
    {
        using var bench = Bench("0.2");
        await using var run = await bench.StartAsync();
        var driving = bench.DriveAsync(run, patience: Patience.Stay, stop: Cancel);
        await UntilAsync(run, r => r.Gates.GetValueOrDefault(Gates.Entry) is GateState.Holding);
        Assert.Equal("", bench.Log);
        await using var desk = await bench.NewOffice().OpenAsync(null, Cancel);
        var rule = Assert.Single(desk.Standing.Plan.Rules).Id;
        Assert.Null(await RunOffice.SayAsync(desk, new PersonCommand.Release("bo", rule, "the hotfix for it"), Cancel));
        var end = Assert.IsType<DriveEnd.Finished>(await driving);
        Assert.Equal(Outcome.Passed, end.Outcome);
        Assert.Equal("deploy 2.0\n", bench.Log);
        Assert.Equal("unarmed", run.Session.Run.Rules[rule].State);
    }

    [Fact]
    public async Task A_rule_that_nobody_could_see_leaves_the_run_unknown()
    {
        using var bench = Bench("0.01");
        await using var run = await bench.StartAsync();
        run.Session.Happened += (_, happened, _) =>
        {
            if (happened is Event.StageEntered { Stage: Plans.Stage.Watch })
                File.Delete(bench.Path("errors"));
        };
        var end = Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(run, stop: Cancel));
        Assert.Equal(Outcome.Unknown, end.Outcome);
        Assert.Contains("blind", end.Because, StringComparison.Ordinal);
    }

    internal static async Task UntilAsync(OpenRun run, Func<Run, bool> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (!reached(run.Session.Run))
            await run.Session.Changed.WaitAsync(TimeSpan.FromMilliseconds(200), limit.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).WaitAsync(limit.Token);
    }
}
