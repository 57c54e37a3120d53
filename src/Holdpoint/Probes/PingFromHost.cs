using System.Globalization;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>ICMP echo from another machine, by its program ping: iputils and busybox end with the same two lines.</summary>
internal static partial class PingFromHost
{
    public static async Task<Reading> AskAsync(string target, int packets, ProbeCall call, CancellationToken cancel)
    {
        if (target.StartsWith('-'))
            return new Reading.NoAnswer($"`{target}` is no name of a host");
        var command = new Command("ping", ["-n", "-c", packets.ToString(CultureInfo.InvariantCulture), "-W", "1", target]) { Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" } };
        var host = call.Context.Host;
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited ended => Read(target, host!, ended),
            CommandResult.TimedOut late => new Reading.NoAnswer($"ping on {host} did not end within {Units.Duration(late.Limit)}: give more timeout or fewer packets"),
            CommandResult.NotStarted refused => new Reading.NoAnswer(refused.Because),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    private static Reading Read(string target, string host, CommandResult.Exited ended)
    {
        var (output, error) = (ended.Output.Text, ended.Error.Text);
        if (Summary().Match(output) is { Success: true } summary)
        {
            var (sent, received) = (Number(summary.Groups[1]), Number(summary.Groups[2]));
            var time = Times().Match(output) is { Success: true } times ? Value.Duration(TimeSpan.FromMilliseconds(Number(times.Groups[1]))) : new Value.Unknown($"no packet came back from {target} to {host}");
            return new Reading.Measured(Facts.Of(("up", Value.Of(received > 0)), ("loss", Value.Ratio(sent > 0 ? (sent - received) / sent : 1)), ("time", time))) { Evidence = [Evidence.OfText("ping.txt", output)] };
        }

        var line = error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? $"ping ended with {ended.ExitCode}";
        if (!line.Contains("not known", StringComparison.Ordinal) && !line.Contains("bad address", StringComparison.Ordinal) && !line.Contains("No address", StringComparison.Ordinal))
            return new Reading.NoAnswer($"{target} could not be pinged from {host}: {line}");
        var unknown = new Value.Unknown($"there is no host called {target}, says {host}");
        return Reading.Of(("up", Value.Of(false)), ("loss", unknown), ("time", unknown));
    }

    private static double Number(Group group) => double.Parse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) packets transmitted, (\d+) (?:packets )?received")]
    private static partial Regex Summary();

    [GeneratedRegex(@"(?:rtt|round-trip) min/avg/max[^=]*= [\d.]+/([\d.]+)/")]
    private static partial Regex Times();
}
