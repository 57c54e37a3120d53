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
        var parts = new List<(PartSurroundings, IReadOnlyList<Proposal>, IReadOnlyList<Finding>)>();
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
            List<Proposal> proposals = [.. FieldAdoption.Of(surroundings, _stages, hasItems), .. made, .. tasks.Proposals(blocks)];
            parts.Add((surroundings, proposals, [.. blocks.Left, .. tasks.SignOffs, .. approvals.Left, .. tables.Left, .. loose.Left]));
        }

        var holes = new Holes();
        foreach (var proposal in holes.Fill(parts))
            yield return proposal;
        _untouched.AddRange(parts.SelectMany(p => p.Item3));
        _untouched.AddRange(holes.Left);
    }
}
