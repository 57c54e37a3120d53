using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>A run as a tree: stages, sections, items; below it what holds, rules, availability. Pure: the same picture gives the same lines.</summary>
internal static class RunView
{
    /// <summary>Lines of a running action's output.</summary>
    public const int OutputLines = 3;

    /// <param name="width">In columns; no line is wider.</param>
    /// <param name="height">In lines; what went well is folded until it fits. Null: nothing is.</param>
    public static IReadOnlyList<ViewLine> Render(RunPicture picture, int width, int? height, TimeProvider time)
    {
        
        var most = height ?? int.MaxValue;
        List<ViewLine> lines = [];
        foreach (var folding in Enum.GetValues<Folding>())
        {
            lines = [.. Head(picture, width, time), .. new RunTree(picture, folding, width).Lines(), .. Below(picture, folding, width, time)];
            if (lines.Count <= most)
                return [.. lines.Select(l => l.Within(width))];
        }

        // What holds and what people can do about it stand at the end: the rest gives way.
        return [.. lines.Take(2).Concat(lines.TakeLast(Math.Max(0, most - 2))).Select(l => l.Within(width))];
    }

    private static IEnumerable<ViewLine> Head(RunPicture picture, int width, TimeProvider time)
    {
        var run = picture.Run;
        var elapsed = Clock.Span((run.EndedAt ?? picture.Standing.Now) - run.StartedAt);
        var title = ViewLine.Of(Ink.Strong, picture.Plan.Title).Add("  ").Add($"{run.Start.Version} → {run.Environment}");
        yield return title.To(width - elapsed.Length).Add(Ink.Faint, elapsed);
        yield return ViewLine.Of(Ink.Faint, $"run {run.Id}, by {run.Start.By}, started {Clock.Local(run.StartedAt, time)}");
        yield return ViewLine.Empty;
    }

    private static IEnumerable<ViewLine> Below(RunPicture picture, Folding folding, int width, TimeProvider time)
    {
        foreach (var part in new[] { Rules(picture), Holds(picture, width, time), folding < Folding.Stages ? Tail(picture, time) : [] })
        {
            var lines = part.ToList();
            if (lines.Count == 0)
                continue;
            yield return ViewLine.Empty;
            foreach (var line in lines)
                yield return line;
        }
    }

    private static IEnumerable<ViewLine> Rules(RunPicture picture)
    {
        var run = picture.Run;
        var judged = run.Changed;
        foreach (var rule in picture.Plan.Rules.Where(r => !r.Rule.WhenAsked))
        {
            var known = run.Rules.GetValueOrDefault(rule.Id);
            var state = known?.State ?? (judged ? "quiet" : "not judged yet");
            var value = picture.RuleValues.GetValueOrDefault(rule.Id) ?? known?.Shown ?? "";
            var sign = Sign.OfRule(state);
            yield return ViewLine.Of(sign.Ink, sign.Glyph).Add($" {OneLine(rule.Rule.Mark.Text)}  ").Add(sign.Ink, judged || known is not null ? state : "").Add(Ink.Faint, $"{(value.Length > 0 ? "  " : "")}{OneLine(value)}");
        }

        if (picture.Availability is { } availability)
        {
            var sign = availability.Up switch { true => Sign.Passed, false => Sign.Failed, null => Sign.Unknown };
            var word = availability.Up switch { true => "up", false => "down", null => "nobody can tell" };
            var since = availability.Since is { } s ? $" for {Clock.Span(picture.Standing.Now - s)}" : "";
            yield return ViewLine.Of(sign.Ink, sign.Glyph).Add($" availability: {word}{since}")
                .Add(Ink.Faint, $"{(availability.Seen > TimeSpan.Zero ? $"  down {Clock.Span(availability.Down)} of {Clock.Span(availability.Seen)}" : "")}{(availability.Up is true ? "" : $"  {OneLine(availability.Because)}")}");
        }
    }

    private static IEnumerable<ViewLine> Holds(RunPicture picture, int width, TimeProvider time)
    {
        var run = picture.Run;
        var now = picture.Standing.Now;
        if (run.End is { } end)
        {
            if (picture.LeavesTheEndOut)
                yield break;
            var sign = Transcript.OfOutcome(end.Outcome);
            yield return ViewLine.Of(sign.Ink, $"{sign.Glyph} {Transcript.OutcomeWord(end.Outcome)}").Add($": {OneLine(end.Because)}");
            yield break;
        }

        if (run.Grace is { } grace)
            foreach (var line in Grace(grace, run.Hold is { } hold && hold.Until > grace.Deadline ? hold : null, now, time))
                yield return line;
        if (picture.Work is Work.Wait wait)
        {
            var since = wait.Gate is { } gate && run.Gates.GetValueOrDefault(gate) is GateState.Holding held ? $" since {Clock.Local(held.Since, time)} ({Clock.Span(now - held.Since)})" : "";
            var where = wait.Gate is null ? "the run holds" : $"{GateWords.Of(picture.Plan, wait.Gate)} holds";
            var until = wait.Until is { } moment && wait.Gate != Gates.Entry ? $", until {Clock.Local(moment, time)}" : "";
            yield return ViewLine.Of(Sign.Holds.Ink, $"{Sign.Holds.Glyph} {where}{since}{until}");
            foreach (var hold in wait.Holds)
                foreach (var line in Hold(picture, hold, width))
                    yield return line;
        }

        foreach (var line in picture.Driver is { } driver ? Wrapped(driver, width) : [])
            yield return ViewLine.Of(Ink.Faint, line);
    }

    private static IEnumerable<ViewLine> Grace(Event.GraceBegan grace, Event.Held? hold, DateTimeOffset now, TimeProvider time)
    {
        yield return hold is null
            ? ViewLine.Of(Ink.Bad, $"! rolls back in {Clock.Span(grace.Deadline - now)} unless somebody holds it: ").Add("holdpoint hold --reason …")
            : ViewLine.Of(Ink.Bad, $"! rolls back at {Clock.Local(hold.Until, time)}, when the hold of {hold.By} ends, unless it is renewed: ").Add("holdpoint hold --reason …");
        yield return ViewLine.Of(Ink.Faint, "  → ").Add("back at once: holdpoint rollback --reason …; on without going back: holdpoint release --reason …");
    }

    private static IEnumerable<ViewLine> Hold(RunPicture picture, GateHold hold, int width)
    {
        var sign = hold.Step is null ? Sign.Pending : Sign.Of(picture.Standing.Of(hold.Step));
        yield return ViewLine.Of(sign.Ink, $"  {sign.Glyph} ").Add(OneLine(hold.What));
        // A remedy is to be typed: it is never cut.
        foreach (var (text, first) in Wrapped(OneLine(hold.Remedy), width - 6).Select((t, i) => (t, i == 0)))
            yield return ViewLine.Of(Ink.Faint, first ? "    → " : "      ").Add(text);
    }

    private static IEnumerable<ViewLine> Tail(RunPicture picture, TimeProvider time) => picture.Run.HasEnded ? [] :
        picture.Tail.Select(l => ViewLine.Of(Ink.Faint, $"{Clock.Local(l.At, time)} ").Add(l.Sign.Ink, l.Sign.Glyph).Add(Ink.Faint, $" {l.Subject}{(l.Message.Length > 0 ? $": {OneLine(l.Message)}" : "")}"));

    internal static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A command at the end is copied: it is not cut in two where a line has room for it.</summary>
    internal static IEnumerable<string> Wrapped(string text, int width)
    {
        var before = text.LastIndexOf(" holdpoint ", StringComparison.Ordinal);
        string[] words = before >= 0 && Columns.Of(text[(before + 1)..]) <= width ? [.. text[..before].Split(' '), text[(before + 1)..]] : text.Split(' ');
        var line = "";
        foreach (var word in words)
        {
            if (line.Length > 0 && Columns.Of(line) + 1 + Columns.Of(word) > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length > 0 ? $"{line} {word}" : word;
        }

        if (line.Length > 0)
            yield return line;
    }
}

/// <summary>What is left out where the terminal is low; each includes those before it.</summary>
internal enum Folding
{
    None,

    /// <summary>Sections in which everything went well are one line.</summary>
    WentWell,

    /// <summary>Sections that were not reached are one line.</summary>
    NotReached,

    /// <summary>Stages that are over or not reached are one line.</summary>
    Stages,
}
