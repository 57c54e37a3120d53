using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>What plain lines below an item say of the file that its block makes: its size, its age.</summary>
internal static partial class SubBullets
{
    /// <summary>Marks to add behind those of the block.</summary>
    public static IReadOnlyList<string> Of(Step step, IReadOnlyList<string> marks)
    {
        if (!marks.Contains("! run") || step.Fences.Select(MadeBy).FirstOrDefault(f => f is not null) is not { } file)
            return [];
        var conditions = new List<string>();
        foreach (var line in step.Children.Where(c => !c.IsTask))
            switch (Expectations.Limit(line.Text))
            {
                case Expectation.Size { Comparison: ">" or ">=" } size when Size().IsMatch(line.Text):
                    conditions.Add($"newest.size {size.Comparison} {size.Amount}");
                    break;
                case null when Within().Match(line.Text) is { Success: true } within && Age().IsMatch(line.Text):
                    if (Expectations.Of("< " + within.Groups["time"].Value) is Expectation.Duration time)
                        conditions.Add($"newest.age <= {time.Amount}");
                    break;
            }

        return conditions.Count == 0 ? [] : [$"? file {file} {string.Join(" and ", conditions.Distinct())}"];
    }

    /// <summary>The file that a block writes to by a redirection, as a pattern: what is counted or dated in its name becomes a star.</summary>
    private static string? MadeBy(Block block)
    {
        var files = BlockReader.Read(block).Script.Commands.SelectMany(c => c.WritesTo).Distinct().ToList();
        if (files is not [var file])
            return null;
        var pattern = Substitution().Replace(file, "*");
        return NativeProbes.IsName(pattern.Replace("*", "", StringComparison.Ordinal)) && !pattern.Contains('$', StringComparison.Ordinal) ? pattern : null;
    }

    [GeneratedRegex(@"\$\([^)]*\)|`[^`]*`")]
    private static partial Regex Substitution();

    [GeneratedRegex(@"\bsize|größe|tamaño|taille|tamanho|размер|大小|サイズ", RegexOptions.IgnoreCase)]
    private static partial Regex Size();

    [GeneratedRegex(@"recent|timestamp|fresh|created|aktuell|reciente|récent|свеж|最近", RegexOptions.IgnoreCase)]
    private static partial Regex Age();

    [GeneratedRegex(@"(?:within|in|less than|<)\s*(?:the\s+)?(?:last|past)?\s*(?<time>[0-9]+\s*\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex Within();
}
