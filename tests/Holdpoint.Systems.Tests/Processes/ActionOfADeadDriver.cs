using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

/// <summary>Tests of an action whose driver, a process of its own, was killed with SIGKILL.</summary>
public abstract class ActionOfADeadDriver : Scratch
{
    protected string Folder => At("action");

    protected async Task StartAndKillDriverAsync(string script, string limit)
    {
        var said = new TaskCompletionSource<string>();
        var driving = Runner.RunAsync(Driver.Call("start-action", Folder, limit, script) with { OnOutputLine = l => said.TrySetResult(l) }, TimeSpan.FromMinutes(5), Cancel);
        if (await Task.WhenAny(said.Task, driving) == driving)
            Assert.Fail($"the driver left by itself: {await driving}");
        await RunAsync(Bash($"kill -KILL {await said.Task}"));
        Assert.Equal(137, Assert.IsType<CommandResult.Exited>(await driving).ExitCode);
    }
}
