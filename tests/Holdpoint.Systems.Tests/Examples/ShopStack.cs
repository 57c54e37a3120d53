using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Examples;

/// <summary>What the shop's examples deploy to, started by their own script. Without the sources' folder, or its packages, it says so.</summary>
public sealed class ShopStack : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private readonly CommandRunner _runner = new(TimeProvider.System);

    /// <summary>Short, because the socket's paths below it may have 104 characters.</summary>
    private readonly string _folder = $"/tmp/hps-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Where the examples' files lie in the sources.</summary>
    public static string Sources { get; } = Path.Combine(Root(), "examples", "shop");

    public string State => Path.Combine(_folder, "state");

    /// <summary>Of the file that a person reads with <c>. state/env</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; private set; } = new Dictionary<string, string>();

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        await ScriptAsync("up");
        Variables = File.ReadLines(Path.Combine(State, "env")).SelectMany(Exported).ToDictionary(v => v.Name, v => v.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await ScriptAsync("down");
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Of <c>export A=1 B='two words'</c>.</summary>
    private static IEnumerable<(string Name, string Value)> Exported(string line)
    {
        var words = line.Contains('\'', StringComparison.Ordinal) ? [line["export ".Length..]] : line["export ".Length..].Split(' ');
        return words.Select(w => w.Split('=', 2)).Select(w => (w[0], w[1].Trim('\'')));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Holdpoint.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("these tests run in the sources' folder");
        return folder.FullName;
    }

    private async Task ScriptAsync(string name)
    {
        // Without an engine of the machine's own, so that each stack has its own and touches no other.
        var command = new Command("bash", [Path.Combine(Sources, "stack", name), State])
        {
            Environment = new Dictionary<string, string?> { ["DOCKER_HOST"] = "unix:///nowhere", ["DOCKER_CONTEXT"] = null, ["COMPOSE_PROJECT_NAME"] = null, ["COMPOSE_FILE"] = null },
        };
        if (await _runner.RunAsync(command, Limit, default) is CommandResult.Exited { ExitCode: 0 })
            return;
        var logs = Tell(await _runner.RunAsync(new Command("sh", ["-c", "tail -n 5 \"$1\"/*.log", "sh", State]), Limit, default));
        // A fixture that does not come up is not disposed of.
        if (name == "up")
            await _runner.RunAsync(command with { Arguments = [Path.Combine(Sources, "stack", "down"), State] }, Limit, default);
        throw new InvalidOperationException($"stack/{name}: {logs}");
    }

    private static string Tell(CommandResult result) => result is CommandResult.Exited e ? e.Output.Text + e.Error.Text : result.ToString() ?? "";
}
