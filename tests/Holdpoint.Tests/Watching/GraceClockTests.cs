using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

public class GraceClockTests
{
    private static readonly DateTimeOffset Fired = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private readonly GraceClock _clock = GraceClock.Start("r", Fired, TimeSpan.FromMinutes(5), told: true);

    [Fact]
    public void It_acts_at_an_absolute_deadline()
    {
        Assert.Equal(new GraceState.Waits(TimeSpan.FromMinutes(1)), _clock.StateAt(Fired.AddMinutes(4)));
        Assert.IsType<GraceState.Acts>(_clock.StateAt(Fired.AddMinutes(5)));
    }

    [Fact]
    public void A_grace_that_nobody_was_told_of_is_none() =>
        Assert.IsType<GraceState.Acts>(GraceClock.Start("r", Fired, TimeSpan.FromMinutes(5), told: false).StateAt(Fired));

    [Fact]
    public void A_hold_ends_after_half_an_hour_unless_it_is_renewed()
    {
        var held = _clock.Hold(Fired.AddMinutes(2), "ana")!;
        Assert.Equal(new GraceState.Held(Fired.AddMinutes(32), "ana"), held.StateAt(Fired.AddMinutes(20)));
        Assert.IsType<GraceState.Acts>(held.StateAt(Fired.AddMinutes(32)));
        Assert.IsType<GraceState.Held>(held.Hold(Fired.AddMinutes(30), "bo")!.StateAt(Fired.AddMinutes(59)));
    }

    [Fact]
    public void A_hold_that_comes_too_late_is_refused() => Assert.Null(_clock.Hold(Fired.AddMinutes(5), "ana"));

    [Fact]
    public void A_hold_taken_back_leaves_the_deadline()
    {
        var held = _clock.Hold(Fired.AddMinutes(2), "ana")!.Unhold();
        Assert.IsType<GraceState.Waits>(held.StateAt(Fired.AddMinutes(3)));
        Assert.IsType<GraceState.Acts>(held.StateAt(Fired.AddMinutes(10)));
    }
}
