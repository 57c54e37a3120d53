using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes.Logs;

/// <summary>Programs that write logs, line by line, where the call's commands run.</summary>
internal sealed class LogCommands(ProbeCall call, LogWindow window, LogTally tally, CancellationToken cancel)
{
    public LogWindow Window => window;

    public LogTally Tally => tally;

    public string? Option(string name) => call.Option(name);

    /// <summary>The window as whole seconds, at least one.</summary>
    public long Seconds => Math.Max(1, (long)Math.Ceiling(window.Length.TotalSeconds));

    /// <summary>How a program ends, whatever its exit code.</summary>
    /// <param name="onLine">Gets each line of its standard output, however many there are.</param>
    /// <exception cref="Unanswered">It is missing or late.</exception>
    public async Task<CommandResult.Exited> AskAsync(string program, IReadOnlyList<string> arguments, Action<string>? onLine = null)
    {
        var command = new Command(program, arguments)
        {
            WorkingDirectory = call.Context.Directory,
            Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
            OnOutputLine = onLine,
            OutputLimit = 256 * 1024,
        };
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited ended => ended,
            CommandResult.TimedOut late => throw new Unanswered($"{program} did not end within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => throw new Unanswered($"{program} can't be asked: {refused.Because}"),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    /// <summary>What a program writes that must end well; of much, its beginning and end.</summary>
    /// <exception cref="Unanswered">It says no; with its own words.</exception>
    public async Task<string> TellAsync(string program, IReadOnlyList<string> arguments, Action<string>? onLine = null, string? name = null)
    {
        var ended = await AskAsync(program, arguments, onLine);
        return ended.ExitCode == 0 ? ended.Output.Text : throw new Unanswered($"{name ?? $"{program} {arguments[0]}"} ended with {ended.ExitCode}: {Complaint(ended)}");
    }

    /// <summary>The last line: before it may stand the log.</summary>
    public static string Complaint(CommandResult.Exited ended) =>
        (ended.Error.Text.Trim().Length > 0 ? ended.Error.Text : ended.Output.Text).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "it gives no reason";
}
