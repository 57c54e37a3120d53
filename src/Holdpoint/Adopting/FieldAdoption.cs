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
                return $"{Amount(before)} before";
            if (stage == Stage.Review && Within().Match(heading) is { Success: true } within)
                return $"{Amount(within)} after";
        }

        return null;
    }

    /// <summary>As a field writes it; weeks in days.</summary>
    private static string Amount(Match match)
    {
        var number = int.TryParse(match.Groups["n"].Value, System.Globalization.CultureInfo.InvariantCulture, out var written) ? written : 1;
        return match.Groups["u"].Value.ToLowerInvariant() switch
        {
            ['s', 't', ..] or ['h', ..] or ['ч', ..] or ['小', ..] or ['時', ..] => $"{number}h",
            ['w', ..] or ['s', ..] or ['н', ..] or ['周', ..] or ['週', ..] => $"{7 * number}d",
            ['m', ..] or ['м', ..] or ['分', ..] => $"{number}m",
            _ => $"{number}d",
        };
    }

    private static string? BudgetOf(Part part)
    {
        foreach (var text in part.Paragraphs.Select(p => p.Text).Prepend(part.Heading))
            if (Budget().Match(text) is { Success: true } match && int.Parse(match.Groups["n"].Value, System.Globalization.CultureInfo.InvariantCulture) is > 0 and < 1000 and var minutes)
                return $"{minutes}m";
        return null;
    }

    private const string Unit = @"weeks?|days?|hours?|min(?:ute)?s?|wochen?|tage?n?|stunden?|minuten?|semanas?|días?|dias?|minutos?|semaines?|jours?|heures?|horas?|недел\w*|дн\w*|день|час\w*|минут\w*|周|天|小时|分钟|週間?|日|時間|分";

    [GeneratedRegex(@"(?:[(（\s]|(?<=[\u3040-\u30ff\u4e00-\u9fff]))(?:[0-9]+\s*[-–~]\s*)??(?<n>[0-9]{1,2}|one|a|eine?n?|una|une|uma|um)(?:\s*[-–~]\s*[0-9]+)?\s*个?(?<u>" + Unit + @")\s*(?:before|vorher|zuvor|vor\b|antes|avant|prior|до|前)|\bT-(?<n>[0-9]{1,3})\s*(?<u>min(?:ute)?s?|hours?|h\b|days?|d\b|weeks?)|\b[JD]-(?<n>[0-9]{1,2})\b(?<u>)|(?:提前|部署前|上线前|发布前)\s*(?<n>[0-9]{1,2})\s*个?(?<u>周|天|小时|分钟)", RegexOptions.IgnoreCase)]
    private static partial Regex Before();

    [GeneratedRegex(@"(?:\b(?:within|innerhalb von|binnen|dentro de|dans les|sous|em até|в течение)\s+(?<n>[0-9]{1,2})\s*(?<u>" + Unit + @"))|(?<n>[0-9]{1,2})\s*个?(?<u>小时|天|周|時間|日|週間)\s*(?:以内|之内|内)", RegexOptions.IgnoreCase)]
    private static partial Regex Within();

    [GeneratedRegex(@"(?:\b(?:rollback[ -]?(?:time|zeit|steps?)|time to roll ?back|rto|rollback|rückrollzeit|(?:temps|durée) de (?:retour arrière|rollback)|tiempo de (?:reversión|rollback)|tempo de (?:reversão|rollback))\b|время отката|回滚(?:时间|时限)|ロールバック(?:時間|所要時間)|切り戻し時間)[^.]{0,12}?(?:[:：(（*]|within|<|≤|under)[\s*:：<≤(（]*(?:[0-9]+\s*[-–]\s*)?(?<n>[0-9]{1,3})\s*(?:min|мин|分)", RegexOptions.IgnoreCase)]
    private static partial Regex Budget();
}
