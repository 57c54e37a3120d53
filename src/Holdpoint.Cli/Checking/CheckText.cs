using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Cli.Checking;

/// <summary>An ad hoc check as a person reads it: sections, items, one line each.</summary>
internal static class CheckText
{
    /// <summary>Below 20 ms nobody asks why it took so long.</summary>
    private static readonly TimeSpan WorthTelling = TimeSpan.FromMilliseconds(20);

    /// <summary>More than a screen: what did not pass has scrolled away.</summary>
    private const int Screen = 24;

    public static IEnumerable<string> Lines(CheckedChecklist done, Terminal terminal)
    {
        var lines = 0;
        foreach (var section in done.Sections)
        {
            yield return terminal.Paint(Ink.Strong, Terminal.Clean(HeadingOf(section, done)));
            foreach (var line in section.Items.SelectMany(i => Item(i, "  ", terminal)))
            {
                lines++;
                yield return line;
            }
        }

        if (lines > Screen)
            foreach (var line in Troubles(done, terminal))
                yield return line;
        yield return "";
        var ink = done.ExitCode switch { ExitCode.Passed => Ink.Good, ExitCode.Failed => Ink.Bad, _ => Ink.Unsure };
        yield return terminal.Paint(ink, done.Summary);
    }

    /// <summary>Each check that failed or is unknown once more, with its section.</summary>
    private static IEnumerable<string> Troubles(CheckedChecklist done, Terminal terminal)
    {
        var troubles = done.Steps.Where(s => s.Step.Verdict is Verdict.Failed or Verdict.Unknown).ToList();
        if (troubles.Count == 0)
            yield break;
        yield return "";
        yield return terminal.Paint(Ink.Strong, "Not passed");
        foreach (var (section, item, step) in troubles)
            yield return $"  {Glyph(step.Verdict, terminal)} {Terminal.Clean($"{HeadingOf(section, done)} › {(item.Item.Text.Length > 0 ? item.Item.Text : MarkOf(step.Step))}")}{Said(step, terminal)}";
    }

    private static string HeadingOf(SectionResult section, CheckedChecklist done) => section.Section.Heading.Length > 0 ? section.Section.Heading : done.Plan.Title;

    private static IEnumerable<string> Item(ItemResult item, string indent, Terminal terminal)
    {
        var text = Terminal.Clean(item.Item.Text);
        if (item.Item.Disabled)
        {
            yield return terminal.Paint(Ink.Faint, $"{indent}- {text}: struck out");
            yield break;
        }

        var critical = item.Item.Critical ? " " + terminal.Paint(Ink.Faint, "#critical") : item.Item.Advisory ? " " + terminal.Paint(Ink.Faint, "#advisory") : "";
        if (item is { Steps: [var only], Children: [] })
        {
            yield return $"{indent}{Glyph(only.Verdict, terminal)} {(text.Length > 0 ? text : Terminal.Clean(MarkOf(only.Step)))}{critical}{Said(only, terminal)}";
            foreach (var seen in Seen(only, indent + "  ", terminal))
                yield return seen;
            yield break;
        }

        yield return $"{indent}{Glyph(item.Verdict, terminal)} {(text.Length > 0 ? text : item.Item.Id)}{critical}";
        foreach (var step in item.Steps)
        {
            yield return $"{indent}  {Glyph(step.Verdict, terminal)} {Terminal.Clean(MarkOf(step.Step))}{Said(step, terminal)}";
            foreach (var seen in Seen(step, indent + "    ", terminal))
                yield return seen;
        }

        foreach (var line in item.Children.SelectMany(c => Item(c, indent + "  ", terminal)))
            yield return line;
    }

    private static IEnumerable<string> Seen(StepResult step, string indent, Terminal terminal) =>
        step.Result is { } result ? EvidenceText.Of(result).Select(line => terminal.Paint(Ink.Faint, $"{indent}│ {Terminal.Clean(line)}")) : [];

    private static string Said(StepResult step, Terminal terminal) => step.Result is { } result
        ? $" · {Terminal.Clean(result.Verdict.Message)}{(result.Elapsed >= WorthTelling ? terminal.Paint(Ink.Faint, $" · {Units.Duration(result.Elapsed)}") : "")}"
        : terminal.Paint(Ink.Faint, step.Step switch
        {
            PlannedStep.Sign s => $" · waits for {s.Roles}, not asked here",
            PlannedStep.Act => " · an action, not done here",
            _ => " · not asked here",
        });

    private static string MarkOf(PlannedStep step) => step switch
    {
        PlannedStep.Ask => $"? {step.Text}",
        PlannedStep.Act => $"! {step.Text}",
        _ => $"@ {step.Text}",
    };

    private static string Glyph(Verdict? verdict, Terminal terminal) => verdict switch
    {
        null => terminal.Paint(Ink.Faint, "·"),
        Verdict.Passed => terminal.Paint(Ink.Good, "✓"),
        Verdict.Warned => terminal.Paint(Ink.Warning, "!"),
        Verdict.Failed => terminal.Paint(Ink.Bad, "✗"),
        Verdict.Unknown => terminal.Paint(Ink.Unsure, "?"),
        Verdict.Skipped => terminal.Paint(Ink.Faint, "-"),
        _ => "·",
    };
}
