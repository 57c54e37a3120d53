using Holdpoint.Probes;
using Holdpoint.Records;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>The environment's own check, every second from deploy on: what it costs of the day, the month and the objective.</summary>
public class AvailabilityRunTests
{
    private const string Configuration = """
        holdpoint: 1
        environments: { production: { availability: "http http://shop/up" } }
        targets:
          web: { command: { now: now web, deploy: deploy web, rollback: rollback web } }
        channels: { ops: { file: { path: ops.txt } } }
        tell: [{ on: [objective-missed], to: ops }]

        """;

    private const string Checklist = """
        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out

        ## An hour

        **Stage:** watch

        **Watch:** every 15m until 1h

        - [ ] Answers `? http http://shop/health` #id=answers
        """;

    private static Func<string, Reading> Down(ManualTime time, Func<Run?> run, params (int From, int Until)[] outages) => url =>
        run()?.Entered.TryGetValue(Stage.Watch, out var watch) == true && (time.Now - watch).TotalSeconds is var since && outages.Any(o => since >= o.From && since < o.Until) && url.Contains("/up", StringComparison.Ordinal)
            ? FakeWorld.Status(503) : FakeWorld.Status(200);

    [Fact]
    public void Downtime_spends_the_budget_and_the_day_that_is_missed_is_told_once() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist, Configuration);
        Driving? driving = null;
        // Shorter than what rolls back, each; together more than the 43 seconds that a day of 99.95 % allows.
        bench.Fake.Http = Down(time, () => driving?.Run, (600, 620), (1200, 1220), (1800, 1820));
        driving = await bench.DriveAsync();
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, TimeSpan.FromHours(2), TimeSpan.FromSeconds(1)));
        var missed = Assert.Single(driving.Events.OfType<Event.ObjectiveMissed>());
        Assert.Equal("day", missed.Period);
        Assert.Equal(43.2, missed.AllowedSeconds, 6);
        Assert.InRange(missed.DownSeconds, 43.2, 45);
        Assert.Single(bench.Fake.Told, t => t == "ops: production misses its objective of 99.95% for the day");
        var measured = driving.Run.Availability!;
        Assert.InRange(measured.DownSeconds, 59, 61);
        Assert.Equal(0.9995, measured.Objective);
        Assert.Equal(measured.Until - measured.Since, TimeSpan.FromSeconds(measured.ObservedSeconds + measured.UnseenSeconds));
    });

    [Fact]
    public void Whoever_drives_on_goes_on_from_the_account_and_what_lies_between_is_unseen() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist, Configuration);
        Driving? driving = null;
        bench.Fake.Http = Down(time, () => driving?.Run, (600, 620));
        using var stop = new CancellationTokenSource();
        driving = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(driving, r => r.Entered.ContainsKey(Stage.Watch), TimeSpan.FromMinutes(2));
        await time.AdvanceAsync(TimeSpan.FromMinutes(15));
        await stop.CancelAsync();
        await bench.EndAsync(driving, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        await time.AdvanceAsync(TimeSpan.FromMinutes(5));
        driving = await bench.DriveAsync();
        await bench.OutcomeAsync(driving, TimeSpan.FromHours(2), TimeSpan.FromSeconds(1));
        var measured = driving.Run.Availability!;
        Assert.InRange(measured.DownSeconds, 19, 21);
        Assert.InRange(measured.UnseenSeconds, 290, 310);
        Assert.InRange(measured.ObservedSeconds, 3290, 3330);
    });

    [Fact]
    public void Downtime_counts_while_a_rollback_runs() => ManualTime.Run(async time =>
    {
        var bench = await ConductorBench.StartAsync(time, Checklist, Configuration);
        Driving? driving = null;
        bench.Fake.Http = Down(time, () => driving?.Run, (600, 640));
        driving = await bench.DriveAsync();
        await bench.OutcomeAsync(driving, TimeSpan.FromHours(2), TimeSpan.FromSeconds(1));
        Assert.NotNull(driving.Run.Rollback);
        Assert.InRange(driving.Run.Availability!.DownSeconds, 30, 41);
    });

    [Fact]
    public void The_record_says_of_what_its_shares_are()
    {
        var seen = new AvailabilityRecord(7380, 20, 0.9995, 30 * 86_400, []) { UnseenSeconds = 60 };
        Assert.Equal("99.72% of the 2h 3m watched; down 20s, which is 0.023% of a day and 0.00077% of the month; error budget at 99.95%: 23.2s left of a day's 43.2s, 21m 16s left of the month's 21m 36s; 1m unseen", seen.Shown);
        Assert.Contains("a day's 43.2s overspent by 16.8s", (seen with { DownSeconds = 60 }).Budget, StringComparison.Ordinal);
    }
}
