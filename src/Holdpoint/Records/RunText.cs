using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Records;

/// <param name="Width">Columns; at least 40.</param>
/// <param name="Timeline">Adds the story, a line for each transition.</param>
/// <param name="Evidence">Adds the excerpts below steps that failed or are unknown.</param>
public sealed record RunTextOptions(int Width = 80, bool Timeline = false, bool Evidence = false);

/// <summary>The whole run for a terminal: a tree with a sign and a word for each verdict. No colour and no control characters.</summary>
public static class RunText
{
    public static string Write(RunRecord record, RunTextOptions? options = null)
    {
        options ??= new();
        var text = new WrappedText(Math.Max(40, options.Width));
        Head(text, record);
        foreach (var section in record.Sections)
            Section(text, section, options);
        Rules(text, record);
        People(text, record);
        if (options.Timeline)
            Story(text, record);
        text.Blank();
        text.Line(0, "", $"journal: {record.Journal.Entries} entries, newest hash");
        text.Line(0, "", record.Journal.HeadHash);
        return text.ToString();
    }

    private static void Head(WrappedText text, RunRecord record)
    {
        text.Line(0, "", $"{Sign(record.Ending.Tone)} {record.Ending.Word.ToUpperInvariant()}  {CleanText.Line(record.Title)}");
        text.Line(2, "", record.Ending.Sentence);
        text.Blank();
        text.Line(2, "run       ", record.Id);
        text.Line(2, "version   ", $"{(record.PreviousVersion is { } previous ? $"{previous} → " : "")}{record.Version} on {record.Environment}");
        text.Line(2, "started   ", $"{Moments.Full(record.StartedAt)} by {record.StartedBy}");
        text.Line(2, record.EndedAt is null ? "running   " : "took      ", Units.Duration(Math.Round(record.DurationSeconds)));
        if (record.Participants.Count > 0)
            text.Line(2, "with      ", string.Join("; ", record.Participants.Select(p => $"{p.Name} ({p.Deeds})")));
        text.Line(2, "score     ", string.Join(" · ", record.Stages.Where(s => s.EnteredAt is not null && s.Stage <= Plans.Stage.Close).Select(s => $"{s.Stage.ToString().ToLowerInvariant()} {Runs.Gates.Show(s.Score)}")));
        if (record.Rollback is { } back)
        {
            text.Line(2, "rollback  ", back.Cause);
            if (back.TotalSeconds is { } total)
                text.Line(2, "          ", $"detection {Shown(back.Detection)} · decision {Shown(back.Decision)} · execution {Shown(back.Execution)} · recovery {Shown(back.Recovery)}; {Units.Duration(total)} of {Units.Duration(back.BudgetSeconds)}");
        }

        if (record.Availability is { } seen)
            text.Line(2, "available ", seen.Shown);
        if (record.Watch is { } watch)
            text.Line(2, "watched   ", watch.Shown);
        if (record.Ending.ExitCode is { } code)
            text.Line(2, "exit      ", code.ToString());
        foreach (var caution in record.Cautions)
            text.Line(2, "! ", caution);
    }

    private static void Section(WrappedText text, SectionRecord section, RunTextOptions options)
    {
        text.Blank();
        text.Line(0, "", $"{section.Kind.Glyph} {(section.Heading.Length > 0 ? section.Heading : section.Id)}  [{section.Stage.ToString().ToLowerInvariant()}{(section.MinimumScore is { } minimum ? $", score {Runs.Gates.Show(section.Score)} of {minimum:0.##}" : "")}]");
        if (section.SkippedBecause is { } because)
            text.Line(2, "", CleanText.Line($"skipped: {because}"));
        foreach (var item in section.Items)
            Item(text, item, 2, options);
    }

    private static void Item(WrappedText text, ItemRecord item, int indent, RunTextOptions options)
    {
        var tags = $"{(item.Critical ? " #critical" : "")}{(item.Advisory ? " #advisory" : "")}";
        var glyph = item is { Steps.Count: 0, Children.Count: 0, Rules: [var rule, ..] } ? Sign(rule.Tone) : item.Kind.Glyph;
        text.Line(indent, $"{glyph} ", $"{item.Text}{tags}");
        if (item.Steps.Count == 1)
            Said(text, indent + 4, "", item.Steps[0], options);
        else if (item.Steps.Count == 0 && item.Message.Length > 0)
            text.Line(indent + 4, "", item.Message);
        else
            foreach (var step in item.Steps)
            {
                text.Line(indent + 4, $"{step.Kind.Glyph} ", $"{step.Sign} {step.Text}");
                Said(text, indent + 8, "", step, options);
            }

        foreach (var child in item.Children)
            Item(text, child, indent + 4, options);
    }

    private static void Said(WrappedText text, int indent, string mark, StepRecord step, RunTextOptions options)
    {
        var said = new StringBuilder(mark).Append(step.Kind.Word);
        if (step.Message.Length > 0)
            said.Append(": ").Append(step.Message);
        if (step.ElapsedSeconds >= 0.05)
            said.Append($" ({Units.Duration(step.ElapsedSeconds)}{(step.Attempts.Count > 1 ? $", {step.Attempts.Count} attempts" : "")})");
        else if (step.Attempts.Count > 1)
            said.Append($" ({step.Attempts.Count} attempts)");
        text.Line(indent, "", said.ToString());
        if (!options.Evidence || !step.Kind.IsBad)
            return;
        foreach (var excerpt in step.Evidence)
        {
            text.Line(indent, "", $"{excerpt.Name}, {Units.Bytes(excerpt.Bytes)}{(excerpt.Note.Length > 0 ? $", {excerpt.Note}" : "")}");
            foreach (var line in (excerpt.Text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                text.Raw(indent, $"| {line.Replace("\t", "    ", StringComparison.Ordinal)}");
        }
    }

    private static void Rules(WrappedText text, RunRecord record)
    {
        if (record.Rules.Count == 0)
            return;
        text.Blank();
        text.Line(0, "", "Rules");
        foreach (var rule in record.Rules)
        {
            text.Line(2, $"{Sign(rule.Tone)} ", rule.Text);
            text.Line(6, "", rule.Shown.Length > 0 ? $"{rule.State}: {rule.Shown}" : rule.State);
        }
    }

    private static void People(WrappedText text, RunRecord record)
    {
        if (record.SignOffs.Count + record.Waivers.Count == 0 && record.Gates.All(g => g.State == "passed"))
            return;
        text.Blank();
        text.Line(0, "", "People and gates");
        foreach (var s in record.SignOffs)
            text.Line(2, s.Declined ? "✗ " : s.Lapsed is null ? "✓ " : "– ", $"{s.By} ({s.Role}) {(s.Declined ? "declined" : "signed")} {s.Item}, {Moments.Full(s.At)}{(s.Comment.Length > 0 ? $": {s.Comment}" : "")}{(s.Lapsed is { } why ? $"; lapsed: {why}" : "")}");
        foreach (var w in record.Waivers)
            text.Line(2, "~ ", $"{w.By} ({w.Role}) waived {w.Item} until {Moments.Full(w.Until)}: {w.Reason}");
        foreach (var g in record.Gates.Where(g => g.State == "released"))
            text.Line(2, "! ", $"{g.By} released {g.Name}, {Moments.Full(g.At)}: {g.Reason}");
        foreach (var g in record.Gates.Where(g => g.State == "held"))
        {
            text.Line(2, "… ", $"held at {g.Name} since {Moments.Full(g.At)}");
            foreach (var hold in g.Holds)
                text.Line(6, "", hold);
        }
    }

    private static void Story(WrappedText text, RunRecord record)
    {
        text.Blank();
        text.Line(0, "", "What happened (UTC)");
        var day = "";
        foreach (var line in record.Timeline)
        {
            if (Moments.Day(line.At) != day)
                text.Line(2, "", day = Moments.Day(line.At));
            text.Line(2, $"{Moments.Clock(line.At)} {Sign(line.Tone)} ", line.Actor == "driver" ? line.Text : $"{line.Actor} {line.Text}");
        }
    }

    private static string Shown(double? seconds) => seconds is { } s ? Units.Duration(s) : "never";

    private static string Sign(Tone tone) => HtmlText.Sign(tone);
}
