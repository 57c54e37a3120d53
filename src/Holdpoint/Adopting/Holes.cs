using System.Text.RegularExpressions;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>
/// What stands before an action in its stage and holds nothing. An action waits for nothing but the marks of its own item and a stage for what is in it,
/// so behind a step that is done by hand, something to be signed or a check, the next action waits for a signature: somebody has looked. A way back signs
/// nothing and is run in a hurry: one with a hole in it would look whole, and is left.
/// </summary>
internal sealed partial class Holes
{
    private readonly List<Finding> _left = [];

    /// <summary>What is left because of a hole.</summary>
    public IReadOnlyList<Finding> Left => _left;

    public IEnumerable<Proposal> Fill(IReadOnlyList<(PartSurroundings Here, IReadOnlyList<Proposal> Proposals, IReadOnlyList<Finding> Untouched)> parts)
    {
        // For each stage: whether something stands open, and whether an action came behind it.
        var at = new Dictionary<Stage, (bool Open, bool Acted)>();
        foreach (var (here, proposals, untouched) in parts)
        {
            var hole = here.Stage == Stage.Rollback ? HoleIn(parts.Where(p => ReferenceEquals(p.Here.Chapter, here.Chapter) && p.Here.Stage == Stage.Rollback)) : 0;
            var told = untouched.Where(f => IsByHand(f) || f is { Kind: FindingKind.SignOff, Added: "", IsBlock: false }).Select(f => (f.Line, Proposal: (Proposal?)null));
            foreach (var (_, proposal) in proposals.Select(p => (p.Line, Proposal: (Proposal?)p)).Concat(told).OrderBy(s => s.Line).ThenBy(s => s.Proposal is null ? 1 : 0).ToList())
            {
                if (proposal is null)
                {
                    at[here.Stage] = (true, false);
                    continue;
                }

                // What a person has decided stays as decided.
                var isAction = proposal.Findings.Any(f => f.Kind == FindingKind.Action) && !proposal.Findings.Any(f => here.Decisions.ContainsKey(f.Line));
                if (isAction && hole > 0)
                {
                    _left.AddRange(proposal.Findings.Where(f => f.HasCommand || f.IsBlock).Select(f => f with { Kind = FindingKind.Left, Added = "", Because = $"line {hole} of the same way back is done by hand, and half a way back would look like a whole one; mark all of it, or none" }));
                    continue;
                }

                if (isAction)
                {
                    yield return at.GetValueOrDefault(here.Stage).Open && here.Stage != Stage.Rollback ? Waiting(proposal, here.Role) : proposal;
                    at[here.Stage] = (false, true);
                    continue;
                }

                // Checks behind an action look at what it did; those before the first one say whether it may begin.
                if (!at.GetValueOrDefault(here.Stage).Acted && (proposal.Findings.Any(f => f.Kind == FindingKind.Check) || proposal.Additions.Any(a => a.Text.Contains("`@ ", StringComparison.Ordinal))))
                    at[here.Stage] = (true, false);
                yield return proposal;
            }
        }
    }

    private static int HoleIn(IEnumerable<(PartSurroundings Here, IReadOnlyList<Proposal> Proposals, IReadOnlyList<Finding> Untouched)> way) =>
        way.SelectMany(p => p.Untouched).Where(f => IsByHand(f) || f is { Kind: FindingKind.SignOff, IsBlock: false } && GoesBack().IsMatch(f.What)).Select(f => f.Line).FirstOrDefault();

    private static bool IsByHand(Finding finding) => finding is { Kind: FindingKind.Left, HasCommand: true }
        && (finding.Changes || finding.Because.Contains("changes something", StringComparison.Ordinal) || finding.Because.Contains("at a keyboard", StringComparison.Ordinal) || finding.Because.StartsWith("adopt does not know", StringComparison.Ordinal));

    private static Proposal Waiting(Proposal proposal, string role)
    {
        var sign = $"`@ {role}` ";
        var at = proposal.Additions.ToList().FindIndex(a => a.Text.Contains("`! ", StringComparison.Ordinal));
        return proposal with
        {
            Additions = [.. proposal.Additions.Select((a, i) => i == at ? (a.Offset, a.Text.Insert(a.Text.IndexOf("`! ", StringComparison.Ordinal), sign)) : a)],
            Findings = [.. proposal.Findings.Select(f => f.Kind == FindingKind.Action ? f with { Added = f.Added.Length > 0 ? sign + f.Added : "", Because = (f.Because.Length > 0 ? f.Because + "; " : "") + "nothing else holds what stands before it in this stage, so somebody signs" } : f)],
        };
    }

    [GeneratedRegex(@"\b(?:roll(?:ing)?[ -]?back|revert|restore|redeploy|switch|downgrade|disable|zurück(?:setzen|rollen)|wiederherstell\w*|revertir|restaurar|reverter|restaurer|revenir)\b|откат|восстанов|回滚|恢复|切り戻|ロールバック", RegexOptions.IgnoreCase)]
    private static partial Regex GoesBack();
}
