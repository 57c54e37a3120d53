using System.Runtime.InteropServices;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Processes;

public sealed class InterruptsTests
{
    [Fact]
    public void The_first_signal_stops_cleanly_and_the_second_at_once()
    {
        using var interrupts = new Interrupts();
        Assert.Null(interrupts.FirstName);

        interrupts.Receive(PosixSignal.SIGTERM);
        Assert.True(interrupts.Stop.IsCancellationRequested);
        Assert.False(interrupts.AtOnce.IsCancellationRequested);

        interrupts.Receive(PosixSignal.SIGINT);
        Assert.True(interrupts.AtOnce.IsCancellationRequested);
        Assert.Equal("SIGTERM", interrupts.FirstName);
    }

    [Fact]
    public void A_signal_that_is_received_during_disposal_harms_nothing()
    {
        var interrupts = new Interrupts();
        interrupts.Dispose();

        interrupts.Receive(PosixSignal.SIGHUP);

        Assert.Equal(PosixSignal.SIGHUP, interrupts.First);
    }
}
