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

    /// <summary>Ends every service that was started from this folder, whichever run started it; returns when none of them lives.</summary>
    private static Task<CommandResult> EndServicesAsync(string folder, ICommandRunner commands) =>
        commands.RunAsync(new("bash", ["-c", EndServices]) { WorkingDirectory = folder }, TimeSpan.FromSeconds(30), CancellationToken.None);

    // A process that has ended and was not collected yet has no command line any more.
    private const string EndServices = """
        pids=$(cat state/*.pid 2>/dev/null | sort -u)
        lives() { for pid in $pids; do [[ -n $(tr -d '\0' <"/proc/$pid/cmdline") ]] && return; done; return 1; }
        for signal in TERM KILL; do
          lives && kill -"$signal" $pids
          for ((look = 0; look < 100; look++)); do lives || exit 0; sleep 0.05; done
        done 2>/dev/null
        """;
}
