using System.Text.RegularExpressions;
using Holdpoint.Checklists;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>The fields of a heading: its stage, its owner, when it is due, how long it may take, how it is watched.</summary>
internal static partial class FieldAdoption
{
    /// <param name="hasItems">Whether the heading has items, or gets some: what is not inherited stands only there.</param>
    public static IEnumerable<Proposal> Of(PartSurroundings here, Stages stages, bool hasItems)
    {
        var part = here.Part;
        if (part.Level == 0)
            yield break;
        var fields = new List<(string Name, string Value, string Because)>();
        foreach (var (of, stage) in stages.Fields)
            if (ReferenceEquals(of, part))
                fields.Add((FieldNames.Stage, StageOrder.Word(stage), ""));
        if (part.Section?.Field(FieldNames.Owner) is null && Owners.Written(part) is { } owner)
            fields.Add((FieldNames.Owner, owner, "as the line below says in other words"));
        if (hasItems && part.Section?.Field(FieldNames.Due) is null && DueOf(part, here.Stage) is { } due)
            fields.Add((FieldNames.Due, due, "as the heading says"));
        if (hasItems && here.Stage == Stage.Watch && part.Section?.Field(FieldNames.Watch) is null && Schedules.Of(part) is { } schedule)
            fields.Add((FieldNames.Watch, schedule, "as the heading, its lines or its items say"));
        if (hasItems && here.Stage == Stage.Rollback && part.Section?.Field(FieldNames.Budget) is null && BudgetOf(part) is { } budget)
            fields.Add((FieldNames.Budget, budget, "as the lines below it say"));
        if (fields.Count > 0)
            yield return Written(here, fields);
    }

    private static Proposal Written(PartSurroundings here, List<(string Name, string Value, string Because)> fields)
    {
        var (part, text, end) = (here.Part, here.Outline.Source.Text, here.LineEnd);
        var lines = fields.Select(f => $"**{f.Name}:** {f.Value}");
        var open = part.FieldsAt > 0 && text[part.FieldsAt - 1] != '\n';
        var next = part.FieldsAt < text.Length ? text[part.FieldsAt] : '\n';
        var added = (open ? end : "") + end + string.Join(end + end, lines) + end + (next is '\n' or '\r' ? "" : end);
        return new(part.Line, [(part.FieldsAt, added)], [.. fields.Select(f => new Finding(part.Line, FindingKind.Field, part.Heading, $"**{f.Name}:** {f.Value}", f.Because))]) { LastLine = part.Line + 1 };
    }

    /// <summary>"1 week before", "T-30 minutes", "within 24 hours" of a review; of the nearest heading that says so.</summary>
    private static string? DueOf(Part part, Stage stage)
    {
        foreach (var heading in part.WithParents.Select(p => p.Heading))
        {
            if (Before().Match(heading) is { Success: true } before)
                return $"{before.Groups["n"].Value switch { "a" or "one" or "ein" or "una" or "une" => "1", var n => n }}{UnitOf(before)} before".Replace("1w before", "7d before", StringComparison.Ordinal).Replace("2w before", "14d before", StringComparison.Ordinal);
            if (stage == Stage.Review && Within().Match(heading) is { Success: true } within)
                return $"{within.Groups["n"].Value}{UnitOf(within)} after".Replace("1w after", "7d after", StringComparison.Ordinal);
        }

        return null;
    }

    private static string UnitOf(Match match) => char.ToLowerInvariant(match.Groups["u"].Value[0]) switch
    {
        'w' or 's' or 'н' or '周' => "w",
        'h' or 'ч' or '小' => "h",
        'm' or '分' => "m",
        _ => "d",
    };

    private static string? BudgetOf(Part part)
    {
        foreach (var text in part.Paragraphs.Select(p => p.Text).Prepend(part.Heading))
            if (Budget().Match(text) is { Success: true } match && int.Parse(match.Groups["n"].Value, System.Globalization.CultureInfo.InvariantCulture) is > 0 and < 1000 and var minutes)
                return $"{minutes}m";
        return null;
    }

    [GeneratedRegex(@"[(（\s](?:[0-9]+\s*[-–]\s*)??(?<n>[0-9]{1,2}|one|a|ein|una|une)(?:\s*[-–]\s*[0-9]+)?\s*(?<u>weeks?|days?|hours?|min(?:ute)?s?|wochen?|tage?|stunden?|semanas?|días?|dias?|semaines?|jours?|heures?|horas?|недел\w*|д[нe]\w*|周|天|小时|分钟)\s*(?:before|vorher|zuvor|vor\b|antes|avant|prior|до|前)|\bT-(?<n>[0-9]{1,3})\s*(?<u>min(?:ute)?s?|hours?|h\b|days?|d\b|weeks?)", RegexOptions.IgnoreCase)]
    private static partial Regex Before();

    [GeneratedRegex(@"\b(?:within|innerhalb von|dentro de|dans les|в течение)\s+(?<n>[0-9]{1,2})\s*(?<u>hours?|days?|weeks?|stunden|tagen|horas|días|dias|heures|jours|час\w*|дн\w*)", RegexOptions.IgnoreCase)]
    private static partial Regex Within();

    [GeneratedRegex(@"\b(?:rollback time|rollback steps?|time to roll ?back|rto|rollback)\b[^.]{0,12}?(?:[:(*]|within|<|under)[\s*:<(]*(?:[0-9]+\s*[-–]\s*)?(?<n>[0-9]{1,3})\s*min", RegexOptions.IgnoreCase)]
    private static partial Regex Budget();
}
