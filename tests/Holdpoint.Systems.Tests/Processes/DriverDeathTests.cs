using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

public sealed class DriverDeathTests : ActionOfADeadDriver
{
    [Fact]
    public async Task An_action_survives_the_death_of_its_driver_and_its_successor_reads_its_result()
    {
        await StartAndKillDriverAsync($"echo run >> {At("counter")}; until [ -e {At("go")} ]; do sleep 0.05; done; for n in 1 2 3 4 5 6 7 8; do echo line $n; done; exit 5", "300");

        var successor = DetachedAction.Attach(Folder, TimeProvider.System);
        Assert.True(successor.IsAlive);
        await File.WriteAllTextAsync(At("go"), "", Cancel);
        var second = DetachedAction.Attach(Folder, TimeProvider.System);
        var outcomes = await Task.WhenAll(successor.WaitAsync(Cancel), second.WaitAsync(Cancel));

        var ended = Assert.IsType<ActionOutcome.Ended>(outcomes[0]);
        Assert.Equal((5, 8L), (ended.ExitCode, ended.Output.Lines));
        Assert.Equal(outcomes[0], outcomes[1]);
        Assert.Equal("run\n", await File.ReadAllTextAsync(At("counter"), Cancel));
        Assert.False(successor.IsAlive);
    }

    [Fact]
    public async Task The_limit_holds_without_a_driver()
    {
        await StartAndKillDriverAsync($"sleep {Long}", "2");

        Assert.IsType<ActionOutcome.TimedOut>(await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel));
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task An_action_holds_no_file_of_its_driver_and_no_terminal()
    {
        await StartAndKillDriverAsync("ls -l /proc/$$/fd | grep -o ' [0-9]* -> .*'; ps -o sid=,pgid= -p $$", "300");

        var text = Assert.IsType<ActionOutcome.Ended>(await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel)).Output.Text;

        var files = text.Split('\n').Where(l => l.Contains("->", StringComparison.Ordinal)).Select(l => l.Split("-> ")[1]).Distinct().Order();
        Assert.Equal(new[] { "/dev/null", Folder + "/lock", Folder + "/output" }.Order(), files.Where(f => !f.StartsWith("pipe:", StringComparison.Ordinal)));
    }
}
