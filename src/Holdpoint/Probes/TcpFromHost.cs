using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>A connection that another machine makes, with bash's /dev/tcp (bash(1), REDIRECTION): no program has to be there but bash.</summary>
internal static class TcpFromHost
{
    // The address comes as arguments, so that it can't be read as a script.
    private const string Script = """
        t=${EPOCHREALTIME/[.,]/}
        exec 3<>"/dev/tcp/$1/$2" || exit 1
        [ -z "$t" ] || echo $((${EPOCHREALTIME/[.,]/} - t))
        """;

    public static async Task<Reading> AskAsync(HostAndPort target, ProbeCall call, CancellationToken cancel)
    {
        var command = new Command("bash", ["-c", Script, "bash", target.Host, target.Port.ToString(CultureInfo.InvariantCulture)]) { Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" } };
        var host = call.Context.Host;
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } up => Reading.Of(
                ("up", Value.Of(true)),
                ("time", long.TryParse(up.Output.Text.Trim(), out var microseconds) ? Value.Duration(TimeSpan.FromMicroseconds(microseconds)) : new Value.Unknown($"bash on {host} is older than 5 and tells no time"))),
            CommandResult.Exited down => Judge(down.Error.Text, target, host!),
            CommandResult.TimedOut late => new Reading.NoAnswer($"no answer from {target}, asked from {host}, within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => new Reading.NoAnswer(refused.Because),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    private static Reading Judge(string said, HostAndPort target, string host)
    {
        var refused = said switch
        {
            _ when said.Contains("Connection refused", StringComparison.Ordinal) => $"{target} refuses the connection from {host}",
            _ when said.Contains("Connection reset", StringComparison.Ordinal) => $"{target} reset the connection from {host}",
            _ when said.Contains("Name or service not known", StringComparison.Ordinal) || said.Contains("No address associated", StringComparison.Ordinal) => $"there is no host called {target.Host}, says {host}",
            _ when said.Contains("No route to host", StringComparison.Ordinal) => $"{target} is unreachable from {host}",
            _ => null,
        };
        var line = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "bash gives no reason";
        return refused is null
            ? new Reading.NoAnswer($"{target} could not be asked from {host}: {line}")
            : new Reading.Measured(Facts.Of(("up", Value.Of(false)), ("time", new Value.Unknown(refused)))) { Evidence = [Evidence.OfText("connection.txt", refused + "\n")] };
    }
}
