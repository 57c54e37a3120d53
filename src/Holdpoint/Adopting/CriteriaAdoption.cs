using Holdpoint.Adopting.Words;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>Criteria in lists, as rules: for going back, for holding, for telling somebody.</summary>
internal static class CriteriaAdoption
{
    private const string Channel = "ops";

    private enum Purpose
    {
        None,
        Rollback,
        Consider,
        Hold,
        Tell,
    }

    /// <summary>Rules for a task under a heading or a line that announces criteria.</summary>
    public static OtherMarks? OfTask(Step step, PartSurroundings here)
    {
        var purpose = PurposeOf(step, here.Part);
        if (purpose == Purpose.None)
            return null;
        var found = Criteria.In(step.Text, step.Line);
        if (found.Count > 0)
            return new([.. found.Select(c => Rule(purpose, c))], FindingKind.Rule, "a criterion", NeedsOf(purpose, found));
        // What no machine measures a person sees, and says so.
        return purpose is (Purpose.Rollback or Purpose.Consider) && !SectionWords.IsReadiness(step.Text) ? new(["! rollback when asked"], FindingKind.Rule, "a criterion that no metric is known for: a person asks for it", ConfigurationNeeds.None) : null;
    }

    /// <summary>Rules for plain list entries: a box makes them items.</summary>
    public static IEnumerable<Proposal> OfPlain(PartSurroundings here)
    {
        if (here.IsReference || here.Stage == Stage.Review)
            yield break;
        foreach (var step in here.Part.Steps)
        {
            if (step.IsTask || step.IsQuoted || step.Task is not null || step.Children.Count > 0 || step.Blocks.Count > 0 || PurposeOf(step, here.Part) is not (var purpose and not Purpose.None))
                continue;
            var found = Criteria.In(step.Text, step.Line);
            if (found.Count == 0)
                continue;
            var marks = Added.Marks(found.Select(c => Rule(purpose, c)));
            yield return new(step.Line, [(step.TextAt, "[ ] "), (step.End, marks)], [new(step.Line, FindingKind.Rule, Added.Short(step.Text), marks.Trim(), "a criterion in a plain list: a box makes it an item")]) { Needs = NeedsOf(purpose, found) };
        }
    }

    /// <summary>Whether a heading or a line says that criteria follow.</summary>
    public static bool Announces(string text) => Said(text) != Purpose.None;

    private static Purpose PurposeOf(Step step, Part part)
    {
        // The line above the list says it, else the entry that the list stands in, else the heading.
        if (step.Parent is { } parent)
            return Said(parent.Text) is var said and not Purpose.None ? said : Purpose.None;
        var above = part.Paragraphs.LastOrDefault(p => p.Line < step.Line);
        if (above is not null && Said(above.Text) is var above2 and not Purpose.None)
            return above2;
        // A label of its own begins another list.
        if (above is not null && above.Text.EndsWith(':') | above.Text.EndsWith(":**", StringComparison.Ordinal) && Said(above.Text) == Purpose.None)
            return Purpose.None;
        return Said(part.Heading) is var heading and (Purpose.Rollback or Purpose.Consider) && StageWords.AnnouncesRollback(part.Heading) ? heading : Said(step.Text);
    }

    private static Purpose Said(string text) => StageWords.AnnouncesRollback(text) || IsTrigger(text) ? StageWords.IsToBeConsidered(text) ? Purpose.Consider : Purpose.Rollback
        : StageWords.AnnouncesHold(text) ? Purpose.Hold
        : StageWords.AnnouncesAlert(text) ? Purpose.Tell : Purpose.None;

    private static bool IsTrigger(string text) => text.Contains("rigger conditions", StringComparison.Ordinal);

    private static string Rule(Purpose purpose, Criterion criterion) => purpose switch
    {
        Purpose.Hold or Purpose.Consider => $"! hold when {criterion.Condition}{criterion.For}",
        Purpose.Tell => $"! tell {Channel} when {criterion.Condition}{criterion.For}",
        _ => $"! rollback when {criterion.Condition}{criterion.For}",
    };

    private static ConfigurationNeeds NeedsOf(Purpose purpose, IReadOnlyList<Criterion> found) => new([], [.. found.Select(c => c.Metric)], purpose == Purpose.Tell ? [Channel] : []);
}
