using Holdpoint.Processes;

namespace Holdpoint.Cli.Demo;

/// <summary>What the demo plays on: a front with the first version behind it and steady traffic on it. Its end ends all of it.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    /// <summary>Requests a second.</summary>
    public const int Rate = 50;

    private readonly DemoFront _front;
    private readonly DemoTraffic _traffic;
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder;
    private readonly ICommandRunner _commands;
    private readonly Task _flowing;

    private DemoStage(string folder, DemoFront front, ICommandRunner commands, TimeProvider time)
    {
        (_folder, _front, _commands) = (folder, front, commands);
        _traffic = new(front.Address, Rate, time);
        _flowing = _traffic.RunAsync(_stop.Token);
    }

    public string Front => _front.Address.ToString().TrimEnd('/');

    public DemoTrafficCount Count => _traffic.Count;

    /// <exception cref="CliError">The first version does not start.</exception>
    public static async Task<DemoStage> SetAsync(string folder, string version, CliWorld world, CancellationToken cancel)
    {
        var state = Path.Combine(folder, "state");
        Directory.CreateDirectory(state);
        var start = new Processes.Command(Path.Combine(folder, "bin", "switch"), [version])
        {
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string?> { ["PROGRAM"] = Path.Combine(folder, "bin", "holdpoint") },
        };
        if (await world.Commands.RunAsync(start, TimeSpan.FromSeconds(30), cancel) is not CommandResult.Exited { ExitCode: 0 } result)
        {
            await EndServicesAsync(folder, world.Commands);
            throw new CliError("the demo's service does not start", "bash, tar and util-linux have to be there; see state/ in " + folder, ExitCode.Failed);
        }

        _ = result;
        var front = new DemoFront(new(0, Path.Combine(state, "live")), world.Time);
        return new(folder, front, world.Commands, world.Time);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _flowing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await _front.DisposeAsync();
        await EndServicesAsync(_folder, _commands);
        _stop.Dispose();
    }

    /// <summary>Every service that was started from this folder, whichever run started it.</summary>
    private static Task<CommandResult> EndServicesAsync(string folder, ICommandRunner commands) =>
        commands.RunAsync(new("bash", ["-c", "cat state/*.pid 2>/dev/null | sort -u | while read -r pid; do kill -TERM \"$pid\" 2>/dev/null; done; true"]) { WorkingDirectory = folder }, TimeSpan.FromSeconds(5), CancellationToken.None);
}
