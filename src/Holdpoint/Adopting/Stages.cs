using Holdpoint.Adopting.Shell;
using Holdpoint.Adopting.Words;
using Holdpoint.Checklists;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>
/// Which stage each heading is of. A file runs from top to bottom, so a stage never goes back: a heading whose words would go back stays
/// where the file has come to. What stands behind a watch and is none closes the run.
/// </summary>
internal sealed class Stages
{
    private readonly Dictionary<Part, Stage> _of = [];
    private readonly List<(Part Part, Stage Stage)> _fields = [];

    public Stages(Outline outline)
    {
        var furthest = Stage.Prepare;
        var titled = outline.Parts.Count(p => p.Level == 1) == 1 ? outline.Parts.First(p => p.Level == 1) : null;
        foreach (var part in outline.Parts)
        {
            var inherited = part.Parent is { } parent ? _of[parent] : Stage.Prepare;
            if (Written(part) is { } written)
            {
                Take(part, written);
                continue;
            }

            // The title says what the whole file is about.
            var named = ReferenceEquals(part, titled) ? null : StageWords.Of(part.Heading);
            // A plan for going back that holds the steps is the way back, if it does not stand among what is got ready.
            if (ActingWords.IsPlanFor(part.Heading) && part.Parent?.WithParents.Any(p => StageWords.IsBefore(p.Heading)) != true && HoldsCommands(outline, part))
                named = Stage.Rollback;
            // Below a heading that names its stage, words like "communication" say what the steps do.
            if (part.Parent is { } above && !ReferenceEquals(above, titled) && above.WithParents.Any(p => !ReferenceEquals(p, titled) && StageWords.Of(p.Heading) is not null)
                && !(named is Stage.Rollback or Stage.Watch || named == Stage.Deploy && inherited == Stage.Deploy))
                named = null;
            // Before anything is deployed, "validation" and "communication" prepare; and what comes before a "pre-deployment" is no deployment.
            if (named is Stage.Verify or Stage.Close && furthest < Stage.Deploy && !StageWords.IsAfter(part.Heading)
                || named == Stage.Deploy && outline.Parts.Any(p => p.Line > part.Line && p.Level <= part.Level && StageWords.IsBefore(p.Heading)))
                named = null;
            var wanted = named switch
            {
                null when inherited is Stage.Rollback or Stage.Review => inherited,
                null => inherited,
                // Within a rollback its own steps are deployed and verified.
                _ when inherited is Stage.Rollback or Stage.Review => inherited,
                Stage.Rollback or Stage.Review => named.Value,
                Stage.Prepare when inherited != Stage.Prepare => inherited,
                Stage.Watch when !HasSchedule(part) => Stage.Verify,
                _ => named.Value,
            };
            if (wanted <= Stage.Close && wanted < furthest)
                wanted = furthest == Stage.Watch ? Stage.Close : furthest;
            // Where nothing can become an item, a stage would say nothing.
            if (wanted != inherited && outline.Parts.Any(p => MayHoldItems(p) && p.WithParents.Contains(part)))
                _fields.Add((part, wanted));
            Take(part, wanted);
        }

        void Take(Part part, Stage stage)
        {
            _of[part] = stage;
            if (stage <= Stage.Close && stage > furthest)
                furthest = stage;
        }
    }

    /// <summary>The headings that need a field, and its value.</summary>
    public IReadOnlyList<(Part Part, Stage Stage)> Fields => _fields;

    public Stage Of(Part part) => _of[part];

    private static bool MayHoldItems(Part part) =>
        part.HasItems || !part.WithParents.Any(p => SectionWords.IsReference(p.Heading)) && (part.Blocks.Count > 0 || Approvals.MayBeIn(part) || CheckTables.MayBeIn(part) || LooseSteps.MayBeIn(part) || part.Steps.Count > 0 && part.Paragraphs.Select(p => p.Text).Append(part.Heading).Any(t => CriteriaAdoption.Announces(t)));

    private static bool HoldsCommands(Outline outline, Part part) => outline.Parts.Where(p => p.WithParents.Contains(part))
        .Any(p => p.Blocks.Any(b => BlockReader.Read(b).Effect == Effect.Changes) || p.Steps.Any(s => InlineCommands.In(s, outline.Source.Text).Any(c => InlineCommands.Read(c, s).Effect == Effect.Changes)));

    private static bool HasSchedule(Part part) => Schedules.Of(part) is not null;

    private static Stage? Written(Part part) =>
        part.Section?.Field(FieldNames.Stage) is { } field && Enum.TryParse<Stage>(SectionFields.ValueOf(field), ignoreCase: true, out var stage) ? stage : null;
}
