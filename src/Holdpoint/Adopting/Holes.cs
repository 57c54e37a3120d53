using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>
/// Steps between actions that stay with people. An action waits for nothing but the marks of its own item, so behind such a step it waits for a
/// signature: somebody has done it. A way back signs nothing and is run in a hurry: one with a hole in it would look whole, and is left.
/// </summary>
internal sealed class Holes
{
    private readonly List<Finding> _left = [];

    /// <summary>What is left because of a hole.</summary>
    public IReadOnlyList<Finding> Left => _left;

    public IEnumerable<Proposal> Fill(IReadOnlyList<(PartSurroundings Here, IReadOnlyList<Proposal> Proposals, IReadOnlyList<Finding> Untouched)> parts)
    {
        foreach (var chapter in parts.GroupBy(p => p.Here.Chapter, ReferenceEqualityComparer.Instance))
        {
            var byHand = chapter.SelectMany(p => p.Untouched.Where(IsByHand).Select(f => (f.Line, p.Here.Stage))).ToList();
            var covered = 0;
            foreach (var (here, proposals, untouched) in chapter)
            {
                var signed = untouched.Where(f => f is { Kind: FindingKind.SignOff, Added: "", IsBlock: false }).Select(f => f.Line).ToList();
                foreach (var proposal in proposals.OrderBy(p => p.Line))
                {
                    // What a person has decided stays as decided.
                    if (!proposal.Findings.Any(f => f.Kind == FindingKind.Action) || proposal.Findings.Any(f => here.Decisions.ContainsKey(f.Line)))
                    {
                        yield return proposal;
                    }
                    else if (here.Stage == Stage.Rollback && byHand.Where(b => b.Stage == Stage.Rollback).Select(b => b.Line).FirstOrDefault() is > 0 and var hole)
                    {
                        _left.AddRange(proposal.Findings.Where(f => f.HasCommand || f.IsBlock).Select(f => f with { Kind = FindingKind.Left, Added = "", Because = $"line {hole} of the same way back is done by hand, and half a way back would look like a whole one; mark all of it, or none" }));
                    }
                    else if (byHand.Select(b => b.Line).Concat(signed).Any(l => l > covered && l < proposal.Line))
                    {
                        covered = proposal.Line;
                        yield return Waiting(proposal, here.Role);
                    }
                    else
                    {
                        yield return proposal;
                    }
                }
            }
        }
    }

    private static bool IsByHand(Finding finding) => finding is { Kind: FindingKind.Left, HasCommand: true }
        && (finding.Changes || finding.Because.Contains("changes something", StringComparison.Ordinal) || finding.Because.Contains("at a keyboard", StringComparison.Ordinal) || finding.Because.StartsWith("adopt does not know", StringComparison.Ordinal));

    private static Proposal Waiting(Proposal proposal, string role)
    {
        var sign = $"`@ {role}` ";
        if (proposal.Additions.Any(a => a.Text.Contains("`@ ", StringComparison.Ordinal)))
            return proposal;
        var at = proposal.Additions.ToList().FindIndex(a => a.Text.Contains("`! ", StringComparison.Ordinal));
        return proposal with
        {
            Additions = [.. proposal.Additions.Select((a, i) => i == at ? (a.Offset, a.Text.Insert(a.Text.IndexOf("`! ", StringComparison.Ordinal), sign)) : a)],
            Findings = [.. proposal.Findings.Select((f, i) => f.Kind == FindingKind.Action ? f with { Added = f.Added.Length > 0 ? sign + f.Added : "", Because = (f.Because.Length > 0 ? f.Because + "; " : "") + "a step above it is done by hand, so somebody signs that it was" } : f)],
        };
    }
}
