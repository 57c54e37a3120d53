using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>A few lines of POSIX shell that a host answers.</summary>
internal static class RemoteQuestion
{
    /// <summary>What it prints.</summary>
    /// <param name="limit">In characters; null <paramref name="onLine"/>: more than that is no answer.</param>
    /// <exception cref="Unanswered">The host can't be reached or is late.</exception>
    /// <exception cref="IOException">The script failed, with what it says about it.</exception>
    public static async Task<string> AskAsync(ProbeCall call, string script, int limit, Action<string>? onLine, CancellationToken cancel)
    {
        var command = new Command("sh", ["-c", script]) { Environment = English, OutputLimit = limit, OnOutputLine = onLine };
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } ended when ended.Output.IsWhole || onLine is not null => ended.Output.Text,
            CommandResult.Exited { ExitCode: 0 } ended => throw new Unanswered($"{call.Context.Host} answers with more than is read here ({ended.Output.Characters} characters)"),
            CommandResult.Exited ended => throw new IOException($"{FirstLine(ended.Error.Text, $"exit {ended.ExitCode}")} (on {call.Context.Host})"),
            CommandResult.TimedOut late => throw new Unanswered($"{call.Context.Host} did not answer within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => throw new Unanswered(refused.Because),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    private static readonly Dictionary<string, string?> English = new() { ["LC_ALL"] = "C" };

    private static string FirstLine(string text, string otherwise) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? otherwise;
}
