using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes.Logs;

/// <summary>Logs that a program has: docker's, and what all such sources have in common.</summary>
internal sealed class LogCommands(ProbeCall call, LogWindow window, LogTally tally, CancellationToken cancel)
{
    public LogWindow Window => window;

    public LogTally Tally => tally;

    public TimeProvider Time => call.Context.Time;

    public string? Option(string name) => call.Option(name);

    /// <summary>The window as whole seconds, at least one.</summary>
    public long Seconds => Math.Max(1, (long)Math.Ceiling(window.Length.TotalSeconds));

    /// <summary>What a program answers, whatever its exit code.</summary>
    /// <exception cref="Unanswered">It is missing or late.</exception>
    public async Task<CommandResult.Exited> AskAsync(string program, IReadOnlyList<string> arguments, Action<string>? onLine = null) =>
        await TryAsync(program, arguments, onLine) switch
        {
            CommandResult.Exited ended => ended,
            CommandResult.TimedOut late => throw new Unanswered($"{program} did not end within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => throw new Unanswered($"{program} can't be asked: {refused.Because}"),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };

    private Task<CommandResult> TryAsync(string program, IReadOnlyList<string> arguments, Action<string>? onLine) =>
        call.Context.Commands.RunAsync(
            new Command(program, arguments)
            {
                WorkingDirectory = call.Context.Host is null ? call.Context.Directory : null,
                Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
                OnOutputLine = onLine,
                OutputLimit = 256 * 1024,
            },
            call.Timeout,
            cancel);

    /// <summary>The answer of a question that must succeed.</summary>
    /// <exception cref="Unanswered">The program says no; with its own words.</exception>
    public async Task<string> TellAsync(string program, IReadOnlyList<string> arguments, Action<string>? onLine = null)
    {
        var ended = await AskAsync(program, arguments, onLine);
        return ended.ExitCode == 0 ? ended.Output.Text : throw new Unanswered($"{program} {arguments[0]} ended with {ended.ExitCode}: {Complaint(ended)}");
    }

    public static string Complaint(CommandResult.Exited ended) =>
        (ended.Error.Text + "\n" + ended.Output.Text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "it gives no reason";

    public async Task DockerAsync(string container) => await ContainersAsync([container]);

    /// <summary>Every container of the project, those that have stopped too.</summary>
    public async Task ComposeAsync()
    {
        IReadOnlyList<string> chosen = [.. Given("--file", "file"), .. Given("--project-name", "project")];
        IReadOnlyList<string> service = call.Option("service") is { } name ? [LogSource.Plain(name)] : [];
        var listing = await TryAsync("docker", ["compose", .. chosen, "ps", "--all", "--quiet", .. service], null);
        // Compose is a plug-in of docker, and before that it was a program of its own; it lists stopped containers without being told to.
        if (listing is CommandResult.NotStarted || listing is CommandResult.Exited { ExitCode: not 0 } failed && LacksCompose(failed))
            listing = await TryAsync("docker-compose", [.. chosen, "ps", "--quiet", .. service], null);
        var containers = listing switch
        {
            CommandResult.Exited { ExitCode: 0 } ended => ended.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            CommandResult.Exited ended => throw new Unanswered($"compose ps ended with {ended.ExitCode}: {Complaint(ended)}"),
            CommandResult.TimedOut late => throw new Unanswered($"compose ps did not end within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted => throw new Unanswered("neither docker compose nor docker-compose is on PATH"),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
        if (containers.Length == 0)
            throw new Unanswered($"compose has no container{(call.Option("service") is { } of ? $" of {of}" : "")}, so there is no log: is it up, and is project= right?");
        await ContainersAsync(containers);
    }

    private static bool LacksCompose(CommandResult.Exited failed) =>
        $"{failed.Error.Text}{failed.Output.Text}" is var said && (said.Contains("unknown command", StringComparison.Ordinal) || said.Contains("is not a docker command", StringComparison.Ordinal) || said.Contains("unknown flag", StringComparison.Ordinal) || said.Contains("unknown shorthand flag", StringComparison.Ordinal));

    private async Task ContainersAsync(IReadOnlyList<string> containers)
    {
        var states = (await TellAsync("docker", ["inspect", "--type", "container", "--format", "{{.Name}} {{.State.Status}}", "--", .. containers]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.TrimStart('/').Split(' ', 2)).ToList();
        var silent = new List<string>();
        for (var i = 0; i < containers.Count; i++)
        {
            var (name, state) = i < states.Count && states[i] is [var n, var s] ? (n, s) : (containers[i], "unknown");
            var before = tally.Lines;
            // What a container writes to standard error comes on standard error: both are its log.
            await TellAsync("sh", ["-c", "exec docker logs --since \"$1\" -- \"$2\" 2>&1", "docker-logs", $"{Seconds}s", containers[i]], line => tally.See(line));
            tally.Note($"{name} ({state}): {tally.Lines - before} lines");
            if (state != "running" && tally.Lines == before)
                silent.Add($"{name} ({state})");
        }

        // What does not run logs no errors: that is no proof.
        if (silent.Count > 0)
            throw new Unanswered($"{string.Join(", ", silent)} does not run and logged nothing in the last {Units.Duration(window.Length)}: start it, or look further back with over");
    }

    private string[] Given(string flag, string option) => call.Option(option) is { } value ? [flag, value] : [];
}
