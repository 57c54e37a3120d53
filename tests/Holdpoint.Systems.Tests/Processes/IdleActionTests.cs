using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

// A class of its own: it waits long, and classes run side by side.
public sealed class IdleActionTests : ActionOfADeadDriver
{
    [Fact]
    public async Task Twenty_idle_seconds_without_a_driver_do_no_harm()
    {
        await StartAndKillDriverAsync("sleep 20; echo awake", "300");

        var ended = Assert.IsType<ActionOutcome.Ended>(await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel));

        Assert.Equal((0, "awake\n"), (ended.ExitCode, ended.Output.Text));
        Assert.True(ended.Elapsed >= TimeSpan.FromSeconds(19.9));
    }
}
