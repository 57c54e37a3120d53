using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>Everything that could be added to a file, heading by heading.</summary>
internal sealed class AdoptionPlan
{
    private readonly Outline _outline;
    private readonly Stages _stages;
    private readonly List<Finding> _untouched = [];

    private readonly IReadOnlyDictionary<int, Decision> _decisions;

    public AdoptionPlan(Outline outline, IReadOnlyDictionary<int, Decision> decisions)
    {
        (_outline, _decisions) = (outline, decisions);
        _stages = new(outline);
        Items = outline.AllSteps.Count(s => s.IsTask);
    }

    public int Items { get; }

    /// <summary>What is told whatever is taken: sign-offs, blocks that are left.</summary>
    public IReadOnlyList<Finding> Untouched => _untouched;

    public IEnumerable<Proposal> Proposals()
    {
        foreach (var part in _outline.Parts)
        {
            var surroundings = new PartSurroundings(_outline, part, _stages.Of(part), _decisions);
            var blocks = new BlockAdoption(surroundings);
            var tasks = new TaskAdoption(surroundings);
            var approvals = new Approvals(surroundings);
            var tables = new CheckTables(surroundings);
            var loose = new LooseSteps(surroundings);
            List<Proposal> made = [.. blocks.Proposals(), .. CriteriaAdoption.OfPlain(surroundings), .. approvals.Proposals(), .. tables.Proposals()];
            made.AddRange([.. loose.Proposals(made.Select(p => p.Line).Concat(approvals.Left.Select(f => f.Line)).ToHashSet())]);
            // What becomes an item counts as one already, so that adopting again finds nothing more.
            var hasItems = part.HasItems || made.Any(p => p.Additions.Any(a => a.Text.Contains("[ ] ", StringComparison.Ordinal)));
            foreach (var proposal in FieldAdoption.Of(surroundings, _stages, hasItems).Concat(made).Concat(tasks.Proposals(blocks)))
                yield return proposal;
            _untouched.AddRange(blocks.Left);
            _untouched.AddRange(tasks.SignOffs);
            _untouched.AddRange(approvals.Left);
            _untouched.AddRange(tables.Left);
            _untouched.AddRange(loose.Left);
        }
    }
}

/// <summary>A heading as its items and blocks see it.</summary>
internal sealed class PartSurroundings(Outline outline, Part part, Stage stage, IReadOnlyDictionary<int, Decision> decisions)
{
    public IReadOnlyDictionary<int, Decision> Decisions => decisions;

    public Outline Outline => outline;

    public Part Part => part;

    public Stage Stage => stage;

    public string LineEnd => outline.LineEnd;

    public bool IsReference { get; } = part.WithParents.Any(p => Words.SectionWords.IsReference(p.Heading));

    /// <summary>One of several headings beside each other that say the same for different platforms: only one of them is meant.</summary>
    public bool IsAlternative { get; } = part.WithParents.Any(p => Words.SectionWords.IsOption(p.Heading)
        || Words.SectionWords.IsPlatform(p.Heading) && outline.Parts.Count(o => o.Level == p.Level && ReferenceEquals(o.Parent, p.Parent) && Words.SectionWords.IsPlatform(o.Heading)) > 1);

    public bool IsCritical { get; } = part.WithParents.Any(p => p.Paragraphs.Any(t => Words.SectionWords.SaysCritical(t.Text)) || Words.SectionWords.MustPass(p.Heading));

    /// <summary>Whether what an item under this heading says may be done: its section deploys, backs up, migrates, restores, rolls back, tells or cleans up.</summary>
    public bool MayAct(string text)
    {
        if (IsReference || IsAlternative)
            return false;
        if (Words.StageWords.ChangesSomething(text) && stage is not (Stage.Verify or Stage.Watch or Stage.Review))
            return true;
        if (Words.StageWords.Of(part.Heading) is Stage.Verify)
            return false;
        if (stage is Stage.Verify or Stage.Watch or Stage.Review)
            return false;
        return stage is Stage.Deploy or Stage.Rollback || part.WithParents.Any(p => p.Level > 1 && (Words.StageWords.ChangesSomething(p.Heading) || Words.StageWords.Of(p.Heading) is Stage.Deploy || Words.StageWords.IsStep(p.Heading)));
    }

    /// <summary>Who is asked where a machine shows and a person judges.</summary>
    public string Role { get; } = part.WithParents.Select(p => Owners.Of(p)).FirstOrDefault(o => o is not null) ?? "operator";
}
