using System.Text.RegularExpressions;
using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>
/// An action on a host: ssh is the program that outlives its driver, with a connection of its own. What runs there ends when this ssh does;
/// how it ended stands in its output, for ssh's own exit code can't be told from the command's.
/// </summary>
internal static partial class RemoteAction
{
    /// <summary>ssh's input has to stay open as long as it runs, for its end is what ends the command there; a file alone would be over at once.</summary>
    private const string HoldOpen = """exec 3< <(cat; exec sleep infinity); feeder=$!; "$@" <&3 3<&-; code=$?; kill "$feeder" 2>/dev/null; exit "$code" """;

    /// <summary>What a host gets to let us in: 15 s. An action is started once, and rather late than not.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);

    /// <param name="limit">The action's timeout, which is enforced here; there it is a backstop.</param>
    /// <exception cref="ArgumentException">The command holds what no shell can be given.</exception>
    public static Command CommandFor(HostAddress address, Command command, TimeSpan limit)
    {
        var ssh = SshCommand.Alone(address, ConnectLimit);
        return new("bash", ["-c", HoldOpen, "ssh", ssh.Program, .. ssh.Arguments])
        {
            Environment = ssh.Environment,
            Input = RemoteShell.Greeting("") + RemoteShell.Say(command, limit, MarkOf(address), keeps: true),
            OutputLimit = command.OutputLimit,
        };
    }

    public static Verdict Judge(HostAddress address, ActionOutcome outcome)
    {
        if (outcome is ActionOutcome.TimedOut late)
            return OutcomeVerdict.Of(late with { Output = Own(address, late.Output) });
        if (outcome is not ActionOutcome.Ended ended)
            return OutcomeVerdict.Of(outcome);
        var mark = Regex.Escape(MarkOf(address));
        var text = ended.Output.Text;
        // Whatever ssh itself says, it says behind the host's last word.
        var word = Regex.Match(text, $@"{mark} (?!{RemoteShell.Begun})(\S+)\n", RegexOptions.RightToLeft);
        if (word.Success && int.TryParse(word.Groups[1].ValueSpan, out var code))
            return OutcomeVerdict.Of(ended with { ExitCode = code, Output = Own(address, ended.Output with { Text = text[..word.Index] }) });
        return word.Groups[1].Value switch
        {
            RemoteShell.NoProgram => new Verdict.Failed("a start", $"its program is not on PATH of {address.Name}"),
            RemoteShell.NoFolder => new Verdict.Failed("a start", $"{address.Name} has no such folder to work in"),
            _ when text.Contains($"{MarkOf(address)} {RemoteShell.Begun}", StringComparison.Ordinal) =>
                new Verdict.Unknown($"the connection to {address.Name} was lost while it ran; it was to be ended there, and how far it came is not known: {LastLine(text)}"),
            _ => new Verdict.Failed("a start", SshRefusal.Explain(address, text, ConnectLimit)),
        };
    }

    /// <summary>What the command itself said.</summary>
    private static CapturedOutput Own(HostAddress address, CapturedOutput output) => output with { Text = Regex.Replace(output.Text, $@"{Regex.Escape(MarkOf(address))} \S+\n?", "") };

    private static string MarkOf(HostAddress address) => $"holdpoint: {address.Name}:";

    private static string LastLine(string text) => LineAtEnd().Match(text).Value.Trim();

    [GeneratedRegex(@"[^\n]*\n?\z")]
    private static partial Regex LineAtEnd();
}
