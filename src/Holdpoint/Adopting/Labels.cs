using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>What a block is called: by the line above it, by its first comment, by its heading.</summary>
internal static partial class Labels
{
    private const int Longest = 70;

    public static bool IsPlatform(string label) => Platform().IsMatch(label);

    public static string Of(Block block, Func<string, bool> isFree)
    {
        var candidates = new List<string>();
        if (block.Above is { } above && Cleaned(above.Text) is { Length: > 2 and <= Longest } label)
            candidates.Add(label);
        // Of several comments each is about its own command.
        if (block.Lines.Where(l => l.TrimStart().StartsWith('#')).Select(l => Cleaned(l.TrimStart().TrimStart('#'))).Where(c => c.Length > 3 && Expectations.Announced(c) is null && !HowToRun().IsMatch(c)).Take(2).ToList() is [{ Length: <= Longest } comment])
            candidates.Add(comment);
        if (Cleaned(block.Part.Heading) is { Length: > 0 } heading)
            candidates.Add(heading);
        candidates.Add($"{block.Part.Heading.Trim()} {block.Line}".Trim());
        return candidates.FirstOrDefault(c => Checklists.ItemIds.Slug(c).Length > 0 && isFree(c)) ?? $"Step {block.Line}: line {block.Line}";
    }

    [GeneratedRegex(@"^(?:run|execute|ejecut|exécut|führe|execut|выполн|запуст|运行|执行|実行)\w*\s+(?:as|com[eo]|als|en tant|from|in|on|en|dans|this|the following|it)\b", RegexOptions.IgnoreCase)]
    private static partial Regex HowToRun();

    /// <summary>Plain words that no Markdown and no mark comes out of.</summary>
    public static string Cleaned(string text) => Blanks().Replace(Signs().Replace(Ordinal().Replace(text.Trim(), ""), " "), " ").Trim().TrimEnd(':', '：', '.', ',').Trim();

    [GeneratedRegex(@"^\W*(?:for|für|para|pour|on|with|using|option|mit|con|via|if|or|oder|variant|alternative)\b[^.]{0,40}:?\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex Platform();

    [GeneratedRegex(@"^(?:step\s+)?[0-9]+[.):]\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Ordinal();

    [GeneratedRegex(@"[`*_~\[\]<>#|\\!]|https?://\S+")]
    private static partial Regex Signs();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
