using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>How often, and for how long: <c>every 15 minutes for 2 hours</c>, as the field <c>Watch</c> writes it.</summary>
internal static partial class Schedules
{
    /// <summary>What a heading, its paragraphs and its items say; null where they say none, or none that goes on from the one before.</summary>
    public static string? Of(Part part)
    {
        var found = part.Paragraphs.Select(p => p.Text).Prepend(part.Heading).Concat(part.Steps.Where(s => s.Parent is null).Select(s => s.Text))
            .SelectMany(t => Form().Matches(t)).Select(m => (Every: Duration(m, "n", "u"), For: Duration(m, "m", "v"))).Distinct().ToList();
        if (found.Count == 0 || found.Any(f => f.Every == 0 || f.For <= f.Every))
            return null;
        // Each piece has to reach beyond the one before it, and no two may say different things of the same time.
        found.Sort((a, b) => a.For.CompareTo(b.For));
        if (found.Zip(found.Skip(1)).Any(p => p.First.For == p.Second.For))
            return null;
        return string.Join(", ", found.Select(f => $"every {Written(f.Every)} until {Written(f.For)}"));
    }

    private static int Duration(Match match, string number, string unit) =>
        match.Groups[number].Value is { Length: > 0 and < 5 } n ? int.Parse(n, System.Globalization.CultureInfo.InvariantCulture) * Minutes(match.Groups[unit].Value) : Minutes(match.Groups[unit].Value);

    private static int Minutes(string unit) => char.ToLowerInvariant(unit[0]) switch
    {
        'm' or '分' or 'м' => 1,
        'd' or 't' or 'j' or '天' or 'д' or '日' => 1440,
        _ => 60,
    };

    private static string Written(int minutes) => minutes % 60 == 0 ? $"{minutes / 60}h" : $"{minutes}m";

    private const string Unit = "min(?:ute)?n?s?|minutos|minuten|分钟|分|минут[ы]?|h(?:ours?|rs?)?|hours?|stunden?|heures?|horas?|小时|時間|час(?:а|ов)?|days?|tage?|jours?|días?|dias?|天|дней";

    [GeneratedRegex(@"(?:every|each|alle|jede|toutes les|chaque|cada|каждые|каждый|каждую)\s*(?<n>[0-9]+)?\s*(?<u>" + Unit + @")\b?\s*,?\s*(?:for|during|until|für|lang|während|pendant|durante|por|в течение)\s*(?:the\s+|die\s+|las\s+|les\s+)?(?:first\s+|next\s+|ersten?\s+|nächsten?\s+|primeras?\s+|premières?\s+|primeiras?\s+|первых\s+)?(?<m>[0-9]+)\s*(?<v>" + Unit + @")(?!\w)|每隔?\s*(?<n>[0-9]+)?\s*个?(?<u>分钟|小时|天)[^。；;0-9]{0,10}?(?:持续|连续|共)\s*(?<m>[0-9]+)\s*个?(?<v>分钟|小时|天)|(?<m>[0-9]+)\s*(?<v>時間|日|分)(?:間|の間)?[、,]?\s*(?<n>[0-9]+)\s*(?<u>分|時間)(?:ごと|おき|毎)|(?<n>[0-9]+)\s*(?<u>分|時間)(?:ごと|おき|毎)[にで、,]{0,2}\s*(?<m>[0-9]+)\s*(?<v>時間|日|分)", RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
