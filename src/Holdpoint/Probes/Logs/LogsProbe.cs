using Holdpoint.Expressions;

namespace Holdpoint.Probes.Logs;

/// <summary>What was logged in a window of time, wherever it is kept: how many lines, how many of them errors.</summary>
public sealed class LogsProbe : AskingProbe
{
    /// <summary>How far back is looked where the mark says no <c>over</c>: 5 minutes.</summary>
    internal static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(5);

    public override Signature Signature { get; } = new("logs", "Log lines of the last minutes, and the errors among them.")
    {
        Arguments =
        [
            new("SOURCE", "compose; docker:NAME; unit:NAME (systemd's journal); pod:NAME or pod:LABEL=VALUE; loki:NAME (of servers: loki:); or a file or pattern, whose lines begin with a time. "
                + "How far back: over, 5m by default. A file of that name: ./compose") { Wrong = LogSource.WhyNot },
        ],
        Options =
        [
            new("project", "compose: the project's name. Default: that of its file."),
            new("service", "compose: one service, or several with commas. Default: all."),
            new("file", "compose: the compose file. Default: the one in the folder, or the one that the project's containers were made from."),
            new("cluster", "pod: a cluster of the configuration: servers: kubernetes: NAME: { context, kubeconfig, namespace }. Default: kubectl's current context."),
            new("namespace", "pod: its namespace. Default: the cluster's of the configuration, else the context's."),
            new("container", "pod: one container. Default: all."),
            new("query", "loki: which lines, in LogQL: query='{app=\"api\"}'."),
            new("zone", "files: the zone of times without one: UTC, Europe/Zurich. Default: this machine's or UTC, whichever fits the time at which the file was last written."),
        ],
        Facts =
        [
            new("lines", Dimension.Count, "Lines in the window; of a journal: entries. A window without lines has no errors either: write lines >= 1 as well where silence is trouble."),
            new("errors", Dimension.Count, LogSeverity.Documentation),
            LineMatches.Declaration("the window"),
        ],
        DefaultCondition = "errors == 0",
        Example = "logs compose service=api errors <= 2x baseline and matching\"OutOfMemory\" == 0 over 10m",
        Needs = "what keeps the logs: docker (with compose), journalctl and systemctl, kubectl, Loki; for a file nothing",
        StandIn = "Loki, systemd's journal, Kubernetes; files, docker and compose are asked themselves",
        OnHosts = true,
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        if (!LineMatches.TryFor(call, out var matching, out var problem))
            throw new Unanswered(problem);
        var tally = new LogTally(matching);
        var window = new LogWindow(call.Context.Time.GetUtcNow(), call.Over ?? DefaultWindow);
        var commands = new LogCommands(call, window, tally, cancel);
        switch (LogSource.Of(call.Arguments[0]))
        {
            case LogSource.Compose:
                await ContainerLogs.ReadComposeAsync(commands, call, cancel);
                break;
            case LogSource.Docker(var name):
                await ContainerLogs.ReadDockerAsync(commands, call, name, cancel);
                break;
            case LogSource.Unit(var name):
                await JournalLogs.ReadAsync(commands, name);
                break;
            case LogSource.Pod(var name):
                await PodLogs.ReadAsync(commands, call, name, cancel);
                break;
            case LogSource.Loki(var name):
                await LokiLogs.ReadAsync(call, name, window, tally, cancel);
                break;
            case LogSource.Files(var pattern) when call.Context.Host is not null:
                await HostLogFiles.ReadAsync(commands, pattern);
                break;
            case LogSource.Files(var pattern):
                await LogFiles.ReadAsync(call, pattern, window, tally, cancel);
                break;
        }

        return new Reading.Measured(tally.Facts()) { Evidence = [tally.Evidence($"{call.Arguments[0]}, the last {Units.Duration(window.Length)}")] };
    }
}

/// <summary>Where log lines are kept.</summary>
internal abstract record LogSource
{
    public sealed record Compose : LogSource;

    public sealed record Docker(string Name) : LogSource;

    public sealed record Unit(string Name) : LogSource;

    public sealed record Pod(string Name) : LogSource;

    public sealed record Loki(string Name) : LogSource;

    public sealed record Files(string Pattern) : LogSource;

    private LogSource() { }

    public static LogSource Of(string text) => text.Split(':', 2) switch
    {
        ["compose"] => new Compose(),
        ["docker", { Length: > 0 } name] => new Docker(Plain(name)),
        ["unit", { Length: > 0 } name] => new Unit(Plain(name)),
        ["pod", { Length: > 0 } name] => new Pod(Plain(name)),
        ["loki", { Length: > 0 } name] => new Loki(name),
        _ => WhyNot(text) is { } why ? throw new Unanswered(why) : new Files(text),
    };

    /// <summary>Why a text is no source; null: it is one.</summary>
    public static string? WhyNot(string text) => text.Split(':', 2) is ["docker" or "unit" or "pod" or "loki"] or ["docker" or "unit" or "pod" or "loki", ""]
        ? $"'{text}' names none: write {text.TrimEnd(':')}:NAME (a file of that name: ./{text})"
        : null;

    /// <summary>A name that a program would take for an option is none.</summary>
    public static string Plain(string name) => name.StartsWith('-') ? throw new Unanswered($"'{name}' is no name: it begins with '-'") : name;
}

/// <summary>From when on lines count.</summary>
internal sealed record LogWindow(DateTimeOffset Now, TimeSpan Length)
{
    public DateTimeOffset From => Now - Length;
}
