using Holdpoint.Checklists;

namespace Holdpoint.Configuration;

/// <summary>A variable of <c>vars:</c>.</summary>
/// <param name="Default">Null where there is none. May refer to other variables, the environment and secrets.</param>
/// <param name="Required">Without a value no run starts.</param>
/// <param name="Ask">The question put to a person once, at the start, where nothing else gives a value.</param>
/// <param name="PerEnvironment">Values by environment; they win over <paramref name="Default"/>.</param>
public sealed record VariableDeclaration(string Name, PlacedText? Default, bool Required, string? Ask, IReadOnlyDictionary<string, PlacedText> PerEnvironment, Position At)
{
    /// <summary>The name under which scripts see it.</summary>
    public string ScriptName => Name.ToUpperInvariant();
}

/// <summary>Variables that the engine itself sets.</summary>
public static class BuiltInNames
{
    public static IReadOnlyList<string> All { get; } = ["version", "previous_version", "environment", "run", "commit", "started", "duration", "reason", "detected", "recovered"];

    /// <summary><c>previous_version</c> is <c>HOLDPOINT_PREVIOUS_VERSION</c> in scripts.</summary>
    public static string ScriptName(string name) => "HOLDPOINT_" + name.ToUpperInvariant();
}

/// <summary>Names that would change how a script runs instead of telling it something.</summary>
internal static class ShellNames
{
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "PATH", "HOME", "IFS", "ENV", "PWD", "OLDPWD", "SHELL", "SHELLOPTS", "BASHOPTS", "BASH_ENV", "CDPATH", "GLOBIGNORE", "TMPDIR",
        "PS4", "PROMPT_COMMAND", "EDITOR", "LANG", "TERM", "UID", "EUID", "PPID", "RANDOM", "SECONDS", "LINENO", "HOSTNAME", "OPTARG", "OPTIND", "REPLY",
        "PYTHONPATH", "PYTHONSTARTUP", "NODE_OPTIONS", "PERL5LIB", "PERL5OPT", "RUBYOPT", "RUBYLIB", "GIT_DIR", "GIT_SSH_COMMAND",
    };

    public static bool Contains(string scriptName) =>
        Taken.Contains(scriptName) || scriptName.StartsWith("LD_", StringComparison.Ordinal) || scriptName.StartsWith("LC_", StringComparison.Ordinal)
        || scriptName.StartsWith("BASH_", StringComparison.Ordinal) || scriptName.StartsWith("HOLDPOINT_", StringComparison.Ordinal);
}
