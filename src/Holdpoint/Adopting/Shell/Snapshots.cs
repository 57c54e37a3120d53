using System.Text.RegularExpressions;

namespace Holdpoint.Adopting.Shell;

/// <summary>A command that follows what happens until somebody stops it, as one that shows it once.</summary>
internal static partial class Snapshots
{
    /// <summary>Null where the command only follows, where its words do not tell, or where what is left of it would not just show.</summary>
    public static string? Of(ShellCommand command)
    {
        if (command.IsBackground || command.WritesTo.Count > 0)
            return null;
        var text = command.Text;
        string[] inner = [.. Judge.Inner(command.Words)];
        var once = inner switch
        {
            ["docker" or "podman", "stats", ..] => Stats().Replace(text, "stats --no-stream", 1),
            ["docker" or "podman" or "docker-compose", .. var words] when words.Contains("logs") => Last(WithoutFollowing(text, "logs"), "--tail", "--tail=100", words),
            ["kubectl" or "oc", "logs", .. var words] => Last(WithoutFollowing(text, "logs"), "--tail", "--tail=100", words),
            ["kubectl" or "oc", "get" or "top", ..] or ["kubectl" or "oc", "-n" or "--namespace", _, "get" or "top", ..] => Watching().Replace(text, ""),
            ["journalctl", .. var words] => Last(Following().Replace(text.Replace(" -fu ", " -u ", StringComparison.Ordinal), ""), "-n", "-n 100 --no-pager", words),
            ["tail", .. var words] when !words.Any(w => w.StartsWith("-n", StringComparison.Ordinal) || w.StartsWith("--lines", StringComparison.Ordinal)) => TailFollowing().Replace(text, " -n 100", 1),
            ["tail", ..] => TailFollowing().Replace(text, "", 1),
            ["pm2", "logs" or "log", ..] => text + " --nostream",
            ["fly" or "flyctl", "logs", ..] => text + " --no-tail",
            ["heroku", "logs", ..] => text.Replace(" --tail", "", StringComparison.Ordinal).Replace(" -t ", " ", StringComparison.Ordinal),
            ["aws", "logs", "tail", ..] => text.Replace(" --follow", "", StringComparison.Ordinal),
            ["top"] => text + " -b -n 1",
            ["watch", ..] when Watched().Match(text) is { Success: true } watched => watched.Groups["what"].Value,
            _ => null,
        };
        return once is not null && Shows(once) ? once.Trim() : null;
    }

    private static bool Shows(string text)
    {
        var script = ShellReader.Read([text]);
        return script is { Why: null, IsEmpty: false } && script.Commands.All(c => Judge.Of(c) is Effect.Shows or Effect.Proves);
    }

    /// <summary>Options that stand behind the subcommand: in front of it the same letter names a file.</summary>
    private static string WithoutFollowing(string text, string subcommand)
    {
        var at = text.IndexOf(" " + subcommand, StringComparison.Ordinal);
        return at < 0 ? text : text[..at] + Following().Replace(text[at..], "");
    }

    private static string Last(string text, string option, string lines, IReadOnlyList<string> words) =>
        words.Any(w => w == option || w.StartsWith(option + "=", StringComparison.Ordinal) || w is "-n" or "--since") ? text : $"{text} {lines}";

    [GeneratedRegex(@"\bstats\b")]
    private static partial Regex Stats();

    [GeneratedRegex(@"\s+(?:-f|--follow)(?=\s|$)")]
    private static partial Regex Following();

    [GeneratedRegex(@"\s+(?:-f|-F|--follow)(?=\s|$)")]
    private static partial Regex TailFollowing();

    [GeneratedRegex(@"\s+(?:-w|--watch)(?=\s|$)")]
    private static partial Regex Watching();

    [GeneratedRegex(@"\bwatch\s+(?:-n\s*[0-9.]+\s+|-d\s+)*(?<quote>['""]?)(?<what>[^'""]+)\k<quote>$")]
    private static partial Regex Watched();
}
