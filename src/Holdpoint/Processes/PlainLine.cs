using System.Globalization;
using System.Runtime.Versioning;

namespace Holdpoint.Processes;

/// <summary>
/// A script for bash that is one program and plain words. Bash would become that program, so it is started in bash's place, as bash
/// would start it: by the same path and name, with the same environment (GNU make does so, too: construct_command_argv in its job.c).
/// Whatever bash might read in another way, or has a message of its own about, is left to bash; but for its warning of a locale that is
/// not installed, which is not given then.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class PlainLine
{
    /// <summary>Besides letters and digits of ASCII: what stands for itself anywhere in a word.</summary>
    private const string Plain = "_-./:,@%+";

    /// <summary>Reserved words and builtins of bash up to 5.3 (<c>compgen -k -b</c>), whatever programs have the same names.</summary>
    private static readonly HashSet<string> Bashs =
    [
        "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done", "in", "function", "time", "coproc",
        ".", ":", "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command", "compgen", "complete", "compopt", "continue",
        "declare", "dirs", "disown", "echo", "enable", "eval", "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash", "help",
        "history", "jobs", "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read", "readarray", "readonly",
        "return", "set", "shift", "shopt", "source", "suspend", "test", "times", "trap", "true", "type", "typeset", "ulimit", "umask",
        "unalias", "unset", "wait",
    ];

    /// <summary>By these bash is another before it reads its script.</summary>
    private static readonly string[] Bends = ["BASH_ENV", "BASHOPTS", "SHELLOPTS", "POSIXLY_CORRECT", "BASH_COMPAT", "BASH_LOADABLES_PATH"];

    /// <summary>The program that this bash would become; null where it is no bash with a script like that.</summary>
    public static Command? Of(Command bash)
    {
        if (bash.Program != "bash" || !bash.Arguments.Take(Script.BashOptions.Count).SequenceEqual(Script.BashOptions)
            || bash.Arguments.Skip(Script.BashOptions.Count).ToList() is not [var script, Script.Name])
            return null;
        var variables = new Variables(bash);
        if (Words(script) is not [var name, ..] words || (Bashs.Contains(name) && !IsTheSameProgram(words)) || variables.Bend
            || Find(name, variables["PATH"]) is not { } path || Level(variables["SHLVL"]) is not { } level || Folder(bash, variables) is not { } directory)
            return null;
        return bash with
        {
            Program = path,
            CalledAs = name,
            Arguments = words[1..],
            Environment = new Dictionary<string, string?>(bash.Environment) { ["_"] = path, ["SHLVL"] = level, ["PWD"] = directory },
        };
    }

    /// <summary>Null where it is more than one line of plain words.</summary>
    private static string[]? Words(string script)
    {
        var line = script.Trim(' ', '\t', '\n');
        return line.Length > 0 && (char.IsAsciiLetterOrDigit(line[0]) || line[0] is '_' or '/' or '.') && line.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '\t' || Plain.Contains(c, StringComparison.Ordinal))
            ? line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
            : null;
    }

    /// <summary>What the builtin does and the program of its name does as well, to the letter.</summary>
    private static bool IsTheSameProgram(string[] words) => words switch
    {
        ["true"] or ["false"] or ["echo"] => true,
        ["echo", var first, ..] => first[0] != '-',
        // Of /dev/fd bash has its own idea.
        ["test", "-d" or "-e" or "-f" or "-s", var path] => !path.StartsWith("/dev/", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>As bash would execute it, so that a script finds the same in its <c>$0</c>.</summary>
    private static string? Find(string name, string? path)
    {
        if (name.Contains('/', StringComparison.Ordinal))
            return name;
        foreach (var directory in (path ?? "").Split(':'))
        {
            if (!directory.StartsWith('/'))
                return null;
            var candidate = directory.EndsWith('/') ? directory + name : $"{directory}/{name}";
            if (File.Exists(candidate))
                return Posix.MayExecute(candidate) ? candidate : null;
        }

        return null;
    }

    /// <summary>A shell counts itself, and takes itself off again where it becomes a program.</summary>
    private static string? Level(string? level) =>
        level is null ? "0" : int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 900 ? number.ToString(CultureInfo.InvariantCulture) : null;

    /// <summary>What PWD becomes: a name of the working directory that was given keeps its symbolic links.</summary>
    private static string? Folder(Command bash, Variables variables)
    {
        if (variables["OLDPWD"] is { } old && !Directory.Exists(old))
            return null;
        var directory = Posix.RealPath(bash.WorkingDirectory ?? ".");
        return variables["PWD"] is ['/', ..] given && Posix.RealPath(given) == directory ? given : directory;
    }

    /// <summary>The environment that the command will have.</summary>
    private sealed class Variables(Command command)
    {
        public string? this[string name] => command.Environment.TryGetValue(name, out var value) ? value : Environment.GetEnvironmentVariable(name);

        /// <summary>It changes bash, or has functions in it.</summary>
        public bool Bend => Bends.Any(name => this[name] is not null) || Environment.GetEnvironmentVariables().Keys.Cast<string>().Concat(command.Environment.Keys).Any(name => name.StartsWith("BASH_FUNC_", StringComparison.Ordinal));
    }
}
