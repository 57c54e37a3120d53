using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

public sealed class InterruptsTests : Scratch
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_asks_for_a_clean_stop_and_a_second_one_for_one_at_once(string signal)
    {
        var said = new List<string>();
        var running = Runner.RunAsync(Driver.Call("wait-for-signals") with
        {
            OnOutputLine = line =>
            {
                lock (said)
                    said.Add(line);
            },
        }, TimeSpan.FromMinutes(5), Cancel);

        await UntilAsync(() => Said() == 1);
        var pid = said[0].Split(' ')[0];
        await RunAsync(Bash($"kill -{signal} {pid}"));
        await UntilAsync(() => Said() == 2);
        await RunAsync(Bash($"kill -TERM {pid}"));

        Assert.Equal(0, Assert.IsType<CommandResult.Exited>(await running).ExitCode);
        Assert.Equal([$"{pid} ready", $"stop SIG{signal}", "at once"], said);

        int Said()
        {
            lock (said)
                return said.Count;
        }
    }
}
