using System.Text.RegularExpressions;
using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>Finds in scripts what hides a failure or proves less than it seems.</summary>
internal static partial class ScriptSmells
{
    public static void Look(Call call, bool isCheck, PlannedFile file)
    {
        if (call.Signature.IsExternal || call.Signature.Name is not ("run" or "sh"))
            return;
        if (call.Body is not null)
            Look(call.Body, isCheck, file);
        else if (call.Arguments.Count > 0)
            Look(call.Arguments[0], isCheck, file);
    }

    private static void Look(Fence fence, bool isCheck, PlannedFile file) => Look(fence.Content, at => FencePlaces.Of(fence, at), isCheck, file);

    private static void Look(Word command, bool isCheck, PlannedFile file) => Look(command.Source, at => command.At with { Column = command.At.Column + at }, isCheck, file);

    private static void Look(string script, Func<int, Position> place, bool isCheck, PlannedFile file)
    {
        foreach (var match in Swallowed().EnumerateMatches(script))
            if (!IsComment(script, match.Index))
                file.Warning(place(match.Index), $"`{script.AsSpan(match.Index, match.Length)}` turns every failure into a success", "leave it out, or say with `if` and `exit` which failure is none");
        if (isCheck)
            foreach (var match in Counted().EnumerateMatches(script))
                if (!IsComment(script, match.Index))
                    file.Warning(place(match.Index), "a count by grep passes whatever it counts, and a grep that broke counts 0", "let the output stand, and judge it: `? run matching \"error\" == 0`");
        if (script.AsSpan().IndexOfAny("“”‘’") is >= 0 and var curly)
            file.Warning(place(curly), $"a curly quote {script[curly]} in a script", "write straight quotes: \" or '");
    }

    private static bool IsComment(string script, int at)
    {
        var start = script.LastIndexOf('\n', at) + 1;
        return script.AsSpan(start).TrimStart(' ').StartsWith("#");
    }

    [GeneratedRegex(@"\|\|\s*(?:true\b|:(?=\s|$))")]
    private static partial Regex Swallowed();

    [GeneratedRegex(@"\bgrep\b[^|\n;&]*\|\s*wc\s+-l\b|\bgrep\s+(?:-[A-Za-z]*c[A-Za-z]*\b|--count\b)")]
    private static partial Regex Counted();
}
