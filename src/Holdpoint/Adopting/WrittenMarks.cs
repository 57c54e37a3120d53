using System.Text;
using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>Blocks that can't be run as they are, and whose commands stand in marks of their own.</summary>
internal static partial class WrittenMarks
{
    /// <summary>Commands in one mark, and its length: what is longer belongs into a block.</summary>
    private const int MostCommands = 6;

    private const int Longest = 300;

    /// <summary>Marks in place of one block.</summary>
    private const int MostMarks = 8;

    /// <summary>A few commands that only want something filled in stand in a mark of their own, with variables; the block could not be run as it is.</summary>
    public static Outcome.Written? Filled(ReadBlock read, Outcome.Runs run, bool mayAct)
    {
        if (!read.IsToBeFilled || !read.Block.IsShell || !(read.Effect is Effect.Proves or Effect.Shows || read.Effect == Effect.Changes && mayAct))
            return null;
        return !EndsOtherwise(run) && WithVariables(Joined(read)) is { } command
            ? new([(read.Effect == Effect.Changes ? "! sh " : "? sh ") + command], read.Effect == Effect.Changes, read.Effect != Effect.Changes && (run.NeedsPerson || run.Condition.Length > 0))
            : null;
    }

    /// <summary>A whole block that asks in one mark, where an item's first block is left and no mark that takes a body could reach this one.</summary>
    public static Outcome.Written? Whole(ReadBlock read, Outcome outcome) => outcome switch
    {
        Outcome.Runs { Probe: "run" } run when !EndsOtherwise(run) && read.Block.IsShell && Joined(read) is { } command && Placeholders.In(command).Count == 0 => new(["? sh " + command], false, true),
        _ => null,
    };

    /// <summary>Several searches that should find nothing: what they search is shown, each in a mark of its own, and a person looks, also at what ends badly where nothing is there.</summary>
    public static Outcome.Written? Unsearched(ReadBlock read, Func<Pipeline, bool> shouldFindNothing)
    {
        if (!read.Block.IsShell || read.Pipelines.Any(p => p.Effect is not (Effect.Shows or Effect.Proves)) || read.Script.Commands.Any(c => c.IsAlternative || c.IsBackground || c.IsSubstitution))
            return null;
        var marks = read.Pipelines.Where(p => !BlockReader.EndsBadlyOnNothing(p)).Select(p => shouldFindNothing(p) ? string.Join(" | ", p.Commands.SkipLast(1).Select(c => c.Text)) : p.Text).Select(t => "? sh " + t).Distinct().ToList();
        return marks.Count > MostMarks || marks.Any(m => m.Length is <= 6 or > Longest || m.Contains('`', StringComparison.Ordinal)) ? null : new(marks, false, true);
    }

    /// <summary>
    /// What does or shows something beside what goes on until somebody stops it: each in a mark of its own, what follows shown once, and a person for the rest.
    /// What stands behind an editor or a session is left with all of it: it waits for what the person does there.
    /// </summary>
    public static Outcome.Written? OfRest(ReadBlock read, bool mayAct)
    {
        if (read.Effect is not (Effect.Endless or Effect.Interactive) || !read.Block.IsShell || read.Script.Commands.Any(c => c.IsAlternative || c.IsBackground || c.Text.Contains("<<", StringComparison.Ordinal)) || read.Script.Comments.Any(c => BlockReader.OffersAnother(c.Text)))
            return null;
        var marks = new List<string>();
        var before = "";
        var isAction = false;
        var waits = false;
        foreach (var pipeline in read.Pipelines)
        {
            if (waits && pipeline.Effect != Effect.Prepares)
                return null;
            switch (pipeline.Effect)
            {
                case Effect.Prepares when pipeline.Head.Program is "cd" or "export" || pipeline.Head.Words.Count == 0:
                    before += pipeline.Text + " && ";
                    continue;
                case Effect.Prepares when pipeline.Head.Program is "echo" or "printf" or "sleep" or "clear":
                    continue;
                case Effect.Changes when mayAct:
                    marks.Add($"! sh {before}{pipeline.Text}");
                    isAction = true;
                    continue;
                // A search that finds nothing ends badly, which is no answer: a person looks there.
                case Effect.Shows or Effect.Proves:
                    if (!IsSearched(pipeline))
                        marks.Add($"? sh {before}{pipeline.Text}");
                    continue;
                case Effect.Endless when pipeline.Commands.Count == 1 && Snapshots.Of(pipeline.Head) is { } once:
                    marks.Add($"? sh {before}{once}");
                    continue;
                // A person looks at these beside the rest; nothing below depends on them.
                case Effect.Endless or Effect.Interactive when IsLookedAt(pipeline):
                    continue;
                // What stands below a tunnel or a server goes through it.
                case Effect.Endless when !isAction && marks.Count > 0:
                    waits = true;
                    continue;
                case Effect.Interactive when isAction && Judge.Inner(pipeline.Head.Words) is ["nano" or "vim" or "vi" or "emacs" or "code" or "notepad", _]:
                    waits = true;
                    continue;
                default:
                    return null;
            }
        }

        var written = marks.Distinct().Select(WithVariables).ToList();
        return written.Count is 0 or > MostMarks || written.Any(w => w is null || w.Contains("...", StringComparison.Ordinal)) ? null : new([.. written.OfType<string>()], isAction, true);
    }

    /// <summary>What is judged by a condition on how it ends: <c>sh</c> takes none, and would say the opposite.</summary>
    public static bool EndsOtherwise(Outcome.Runs run) => run.Condition.Contains("exit in ", StringComparison.Ordinal);

    private static bool IsSearched(Pipeline pipeline) => pipeline.Commands.Any(c => c.Program is "grep" or "egrep" or "rg" || c.Program.Length == 0);

    private static bool IsLookedAt(Pipeline pipeline) => Judge.Inner(pipeline.Head.Words) is ["top" or "htop" or "btop" or "open" or "xdg-open" or "less" or "more", ..] or ["docker", "stats" or "logs", ..] or ["fly", "open" or "logs", ..] or ["tail" or "journalctl" or "watch", ..];

    /// <summary>The block's commands on one line; null where that would not say the same.</summary>
    private static string? Joined(ReadBlock read)
    {
        if (read.Pipelines.Count > MostCommands || read.Script.Commands.Any(c => c.IsBackground))
            return null;
        var lines = BlockReader.WithoutComments(read.Block.Lines).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var whole = string.Join('\n', lines).Replace("\\\n", "", StringComparison.Ordinal).Split('\n');
        var command = string.Join(" && ", whole);
        return whole.Any(l => Compound().IsMatch(l)) || command.Contains("<<", StringComparison.Ordinal) || command.Contains('`', StringComparison.Ordinal) || command.Length > Longest || !Quoted().IsMatch(command) ? null : command;
    }

    private static string? WithVariables(string? command)
    {
        if (command is null || command.Contains('`', StringComparison.Ordinal) || command.Contains('\n', StringComparison.Ordinal))
            return null;
        var placeholders = Placeholders.In(command);
        if (placeholders.Any(p => p.Variable.TrimEnd('_') is "value"))
            return null;
        foreach (var placeholder in placeholders.OrderByDescending(p => p.Written.Length))
            command = Filled(command, placeholder);
        return command.Length > Longest || Placeholders.In(command).Any(p => p.Written[0] != '{') ? null : command;
    }

    /// <summary>No shell puts a variable in between single quotes, so they are closed around it.</summary>
    private static string Filled(string command, Placeholder placeholder)
    {
        var filled = new StringBuilder();
        var variable = $"${{{Variable(placeholder)}}}";
        var from = 0;
        for (int at; (at = command.IndexOf(placeholder.Written, from, StringComparison.Ordinal)) >= 0; from = at + placeholder.Written.Length)
            filled.Append(command, from, at - from).Append(IsInSingleQuotes(command.AsSpan(0, at)) ? $"'\"{variable}\"'" : variable);
        return filled.Append(command, from, command.Length - from).ToString();
    }

    private static bool IsInSingleQuotes(ReadOnlySpan<char> before)
    {
        var quote = '\0';
        for (var i = 0; i < before.Length; i++)
            if (before[i] == '\\' && quote != '\'')
                i++;
            else if (before[i] is '\'' or '"' && (quote == '\0' || quote == before[i]))
                quote = quote == '\0' ? before[i] : '\0';
        return quote == '\'';
    }

    private static string Variable(Placeholder placeholder) =>
        placeholder.Variable is "version" or "previous_version" ? "HOLDPOINT_" + placeholder.Variable.ToUpperInvariant() : placeholder.Variable.ToUpperInvariant();

    /// <summary>Lines that are parts of a longer construction, or go on.</summary>
    [GeneratedRegex(@"^(?:for|if|while|until|case|do|done|then|else|elif|fi|esac|function|[{}()])(?:\s|;|$)|(?:[|&{(;]|\b(?:do|then))$")]
    private static partial Regex Compound();

    /// <summary>Quotation marks in pairs.</summary>
    [GeneratedRegex(@"^(?:[^'""\\]|\\.|'[^']*'|""(?:[^""\\]|\\.)*"")*$")]
    private static partial Regex Quoted();
}
