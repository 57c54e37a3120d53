using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>What reviewers say of a pull or merge request.</summary>
public sealed class ReviewProbe : AskingProbe
{
    public override Signature Signature { get; } = new("review", "The review of a pull request on GitHub or a merge request on GitLab")
    {
        Options =
        [
            new("ref", "its number, or a branch, or a commit; the commit that is checked out by default"),
            ForgeLookup.Server,
        ],
        Facts =
        [
            new("approvals", Dimension.Count, "people whose latest word is an approval: not the author, and on GitHub only members and collaborators; 0 where no request holds the commit"),
            new("blocked", Dimension.Count, "people whose latest word asks for changes"),
            new("unresolved", Dimension.Count, "threads that are not resolved; on GitHub a token is needed"),
            new("owners", Dimension.Boolean, "for every changed file one of its owners in CODEOWNERS has approved; unknown where the members of a team can't be seen"),
        ],
        DefaultCondition = "approvals >= 1 and blocked == 0",
        Example = "review approvals >= 2 and blocked == 0 and unresolved == 0 and owners",
        Needs = "git, where the repository or the commit is taken from the checkout",
        StandIn = "GitHub and GitLab by their documented JSON",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var forge = await ForgeLookup.FindAsync(call, cancel);
        var reference = call.Option("ref") ?? await CiProbe.HeadAsync(call, cancel);
        if (await forge.ProposalAsync(reference, cancel) is not { } proposal)
            return NotProposed($"no pull or merge request of {forge.Name} holds {reference}");

        var counted = proposal.Reviews.Where(r => r.Uncounted is null).ToList();
        var told = new StringBuilder().Append($"{forge.Name}, {proposal.Reference}: {proposal.Title}\n");
        foreach (var review in proposal.Reviews)
            told.Append($"{(review.Opinion == Opinion.Approved ? "approved" : "asks for changes"),-16} {review.User}{Note(review)}\n");
        var values = new Dictionary<string, Value>
        {
            ["approvals"] = Value.Count(counted.Count(r => r.Opinion == Opinion.Approved)),
            ["blocked"] = proposal.BlockedUnknown is { } because ? new Value.Unknown(because) : Value.Count(counted.Count(r => r.Opinion == Opinion.ChangesRequested)),
        };
        if (call.Wants("unresolved"))
            values["unresolved"] = await forge.UnresolvedAsync(proposal, cancel);
        if (call.Wants("owners"))
            values["owners"] = await OwnersApproval.OfAsync(forge, proposal, told, cancel);
        return new Reading.Measured(new(values)) { Evidence = [Evidence.OfText("review.txt", told.ToString())] };
    }

    /// <summary>What nobody proposed nobody approved; of the rest nothing is known.</summary>
    private static Reading.Measured NotProposed(string because)
    {
        var unknown = new Value.Unknown(because);
        return new(Facts.Of(("approvals", Value.Count(0)), ("blocked", unknown), ("unresolved", unknown), ("owners", unknown)))
        {
            Evidence = [Evidence.OfText("review.txt", because + "\n")],
        };
    }

    private static string Note(Review review) => (review.Uncounted, review.Note) switch
    {
        ({ } why, _) => $" (not counted: {why})",
        (_, { } note) => $" ({note})",
        _ => "",
    };
}
