using System.Text;

namespace Holdpoint.Processes;

/// <summary>A fence, or the rest of a <c>sh</c> mark, as a command. Whether its interpreter is installed shows when it runs.</summary>
public abstract record Script
{
    public sealed record Runs(Command Command) : Script;

    /// <param name="Because">With the remedy.</param>
    public sealed record Unrunnable(string Because) : Script;

    private Script() { }

    /// <summary>Linux takes no single argument beyond 128 KiB; some of that is left to what goes around the script.</summary>
    private const int ArgumentLimit = 120_000;

    /// <summary>All arguments and the environment share 2 MiB by default.</summary>
    private const int SplitLimit = 1_200_000;

    /// <summary>Every command's end counts, and so does a variable that is none.</summary>
    internal static IReadOnlyList<string> BashOptions { get; } = ["-euo", "pipefail", "-c"];

    /// <summary>A shell's messages begin with it: "script: line 1".</summary>
    internal const string Name = "script";

    private const string Supported = "bash, sh, shell, console, zsh, python, pwsh, node, ruby, perl";

    /// <param name="language">The fence's language; null or empty: bash. Only the first word counts.</param>
    public static Script FromFence(string? language, string content)
    {
        var name = (language ?? "").Trim().Split([' ', '\t', '{', ','], 2)[0].ToLowerInvariant();
        // A script is text of the checklist, and some editors write CRLF; shells take the CR for a part of the last word.
        content = content.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (string.IsNullOrWhiteSpace(content))
            return new Unrunnable("the fence is empty: write the commands into it");

        return name switch
        {
            "" or "bash" or "shell" => Shell("bash", BashOptions, content),
            "console" or "shell-session" or "shellsession" => HasPrompts(content)
                ? new Unrunnable("the fence shows a session with prompts: write the commands alone, without '$ ' and output, into a ```bash fence")
                : Shell("bash", BashOptions, content),
            "sh" => Shell("sh", ["-eu", "-c"], content),
            "zsh" => Shell("zsh", ["-eu", "-o", "pipefail", "-c"], content),
            "python" or "python3" or "py" => Whole("python3", ["-c"], content),
            // As set -e for the others: cmdlets that fail and programs that exit with another code than 0 end the script.
            "pwsh" or "powershell" or "ps1" => Whole("pwsh", ["-NoProfile", "-NonInteractive", "-Command"],
                "$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true; " + content),
            "node" or "js" or "javascript" => Whole("node", ["-e"], content),
            "ruby" or "rb" => Whole("ruby", ["-e"], content),
            "perl" or "pl" => Whole("perl", ["-e"], content),
            _ => new Unrunnable($"no interpreter for a fence in '{name}'; there are: {Supported}"),
        };
    }

    /// <param name="commandLine">What follows <c>sh</c> in a mark, as bash reads it.</param>
    public static Script FromLine(string commandLine) =>
        string.IsNullOrWhiteSpace(commandLine) ? new Unrunnable("sh needs a command: sh COMMAND…") : Shell("bash", BashOptions, commandLine);

    private static bool HasPrompts(string content) =>
        content.Split('\n').Any(l => l.TrimStart().StartsWith("$ ", StringComparison.Ordinal));

    /// <summary>A shell puts a long script together again from several arguments; its messages begin with "script: line N".</summary>
    private static Script Shell(string shell, IReadOnlyList<string> options, string content)
    {
        var size = Encoding.UTF8.GetByteCount(content);
        if (size <= ArgumentLimit)
            return new Runs(new Command(shell, [.. options, content, Name]));
        if (size > SplitLimit)
            return TooLong(shell, size, SplitLimit);
        // The guard keeps the line ends at the end, which a substitution would cut off.
        const string join = "holdpoint_script=$(printf %s \"$@\"; printf .); set --; eval \"${holdpoint_script%.}\"";
        return new Runs(new Command(shell, [.. options, join, Name, .. Parts(content)]));
    }

    private static Script Whole(string program, IReadOnlyList<string> options, string content)
    {
        var size = Encoding.UTF8.GetByteCount(content);
        return size <= ArgumentLimit ? new Runs(new Command(program, [.. options, content])) : TooLong(program, size, ArgumentLimit);
    }

    private static Unrunnable TooLong(string program, int size, int limit) => new(
        $"the script is {size / 1000} kB long and {program} can be given {limit / 1000} kB: put it into a file beside the checklist and call that");

    private static IEnumerable<string> Parts(string content)
    {
        // At most 3 bytes a UTF-16 unit.
        const int step = ArgumentLimit / 3;
        for (var start = 0; start < content.Length;)
        {
            var end = Math.Min(start + step, content.Length);
            if (end < content.Length && char.IsHighSurrogate(content[end - 1]))
                end--;
            yield return content[start..end];
            start = end;
        }
    }
}
