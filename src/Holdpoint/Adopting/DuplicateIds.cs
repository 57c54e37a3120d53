using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>Two items of the same words under the same heading: in a list that is only read nobody minds, in one that runs each needs a name.</summary>
internal static class DuplicateIds
{
    public static bool IsOne(Problem problem) => problem.What.Contains("same id", StringComparison.Ordinal) || problem.Fix.Contains("#id=", StringComparison.Ordinal);

    public static Proposal Mend(Step step, int number)
    {
        var slug = ItemIds.Slug(step.Text);
        var id = $"{(slug.Length > 40 ? slug[..40].Trim('-') : slug.Length == 0 ? "item" : slug)}-{number}";
        return new(step.Line, [(step.End, $" #id={id}")], [new(step.Line, FindingKind.Field, step.Text, $"#id={id}", "another item under this heading has the same words")]);
    }
}
