using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Runs;
using static Holdpoint.Tests.Runs.DayOfWatch;
using Outcome = Holdpoint.Runs.Outcome;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>A driver that was away while the watch went on.</summary>
public class WatchGapTests
{
    [Fact]
    public void A_breach_that_was_over_before_the_driver_came_back_never_acts() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        var begins = TimeSpan.FromHours(1);
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, begins, begins + TimeSpan.FromMinutes(30));
        using var stop = new CancellationTokenSource();
        driving = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(driving, r => r.Rules.GetValueOrDefault("back-on-errors") is { State: "breaching" }, TimeSpan.FromHours(2));
        await stop.CancelAsync();
        await bench.EndAsync(driving, TimeSpan.FromMinutes(1));
        await time.AdvanceAsync(TimeSpan.FromHours(1));
        driving = await bench.DriveAsync(by: "bo");
        await time.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Contains(driving.Events, e => e is Event.Gap);
        Assert.Equal("quiet", driving.Run.Rules["back-on-errors"].State);
        Assert.Equal(Outcome.Passed, await bench.OutcomeAsync(driving, TwoDays, Long));
    });

    [Fact]
    public void A_breach_that_a_gap_interrupted_has_to_hold_anew() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        Driving? driving = null;
        bench.Fake.Metric = Errors(time, () => driving?.Run, 0.2, TimeSpan.FromHours(1), TwoDays);
        using var stop = new CancellationTokenSource();
        driving = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(driving, r => r.Rules.GetValueOrDefault("back-on-errors") is { State: "breaching" }, TimeSpan.FromHours(2));
        await stop.CancelAsync();
        await bench.EndAsync(driving, TimeSpan.FromMinutes(1));
        await time.AdvanceAsync(TimeSpan.FromHours(1));
        var back = time.Now;
        driving = await bench.DriveAsync(by: "bo");
        Assert.Equal(Outcome.RolledBack, await bench.OutcomeAsync(driving, TwoDays, Long));
        Assert.InRange(driving.Run.Rollback!.DecidedAt - back, TimeSpan.FromSeconds(45), TimeSpan.FromMinutes(2));
    });

    [Fact]
    public void Rounds_that_were_slept_through_are_a_gap_and_one_round() => ManualTime.Run(async time =>
    {
        var bench = await StartAsync(time);
        using var stop = new CancellationTokenSource();
        var driving = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(driving, r => r.Step("answers").Occurrence == 1, TimeSpan.FromHours(1));
        await stop.CancelAsync();
        await bench.EndAsync(driving, TimeSpan.FromMinutes(1));
        await time.AdvanceAsync(TimeSpan.FromMinutes(50));
        driving = await bench.DriveAsync(by: "bo");
        await bench.UntilAsync(driving, r => r.Step("answers").Occurrence == 4, TimeSpan.FromMinutes(1));
        Assert.Contains(driving.Events, e => e is Event.Gap { Because: "The day after: 3 rounds missed" });
    });
}
