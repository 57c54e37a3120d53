using System.Text.RegularExpressions;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>A task whose words hold a limit on a number that can be measured: room on the disk, memory, a metric after the deployment.</summary>
internal static partial class Limits
{
    public static OtherMarks? Of(Step step, PartSurroundings here)
    {
        if (step.Children.Count > 0 || step.Blocks.Count > 0 || Negated.IsIn(step.Text))
            return null;
        if (Expectations.Limit(step.Text) is { } limit && Machine(step.Text, limit) is { } check)
            return new([$"? {check}"], FindingKind.Check, "the limit in its words, of this machine", ConfigurationNeeds.None);
        if (here.Stage is not (Stage.Deploy or Stage.Verify or Stage.Watch) || Criteria.Of(step.Text, step.Line) is not { } criterion)
            return null;
        return new([$"? {criterion.Condition}{criterion.For}"], FindingKind.Check, "the limit in its words, on a metric to fill in", new([], [criterion.Metric], []));
    }

    private static string? Machine(string text, Expectation limit)
    {
        if (DiskSpace().IsMatch(text))
            return limit switch
            {
                Expectation.Size { Comparison: ">" or ">=" } size => $"disk / free {size.Comparison} {size.Amount}",
                Expectation.Share { Comparison: ">" or ">=" } free when decimal.TryParse(free.Amount.TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture, out var share) =>
                    $"disk / used {(free.Comparison == ">" ? "<" : "<=")} {(100 - share).ToString(System.Globalization.CultureInfo.InvariantCulture)}%",
                _ => null,
            };
        return FreeMemory().IsMatch(text) && limit is Expectation.Size { Comparison: ">" or ">=" } least ? $"memory free {least.Comparison} {least.Amount}" : null;
    }

    [GeneratedRegex(@"\bdisk space\b|\bfree disk\b|\bspeicherplatz\b|\bplattenplatz\b|\bespacio (?:en|de) disco|\bespace disque|\bespaço em disco|место на диске|свободного места|磁盘空间|ディスク(?:の)?(?:空き)?容量", RegexOptions.IgnoreCase)]
    private static partial Regex DiskSpace();

    [GeneratedRegex(@"\bmemory\b.*\b(?:free|available)\b|\bfree memory\b|\bfreier arbeitsspeicher|\bmemoria (?:libre|disponible)|\bmémoire (?:libre|disponible)|\bmemória (?:livre|disponível)|свободной памяти|可用内存|空きメモリ", RegexOptions.IgnoreCase)]
    private static partial Regex FreeMemory();
}
