using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>Whether an owner of every changed file has approved.</summary>
internal static class OwnersApproval
{
    /// <param name="told">Gets a line for each file whose owners have not approved, or can't be known.</param>
    public static async Task<Value> OfAsync(IForge forge, Proposal proposal, StringBuilder told, CancellationToken cancel)
    {
        if (await forge.CodeOwnersAsync(proposal, cancel) is not { } owners)
            return new Value.Unknown($"{forge.Name} has no CODEOWNERS file on {proposal.Target}: nobody owns a path");
        var files = await forge.ChangedFilesAsync(proposal, cancel);
        if (files.Count == 0 || proposal.FileCount > files.Count)
            return new Value.Unknown($"{forge.Name} tells {files.Count} of {proposal.FileCount ?? 0} files that {proposal.Reference} changes");

        var approvers = proposal.Reviews.Where(r => r is { Opinion: Opinion.Approved, Uncounted: null }).Select(r => r.User).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var people = new Dictionary<string, IReadOnlyList<string>?>(StringComparer.OrdinalIgnoreCase);
        var (missing, hidden) = ((string?)null, (string?)null);
        foreach (var file in files)
            foreach (var ownership in owners.Of(file))
            {
                var (approved, unseen) = await CountAsync(ownership);
                if (approved >= ownership.Needed)
                    continue;
                var named = string.Join(", ", ownership.Owners);
                told.Append($"{file}: {(unseen is null ? "not approved by" : "unknown whether approved by")} {named}\n");
                if (unseen is null)
                    missing ??= named;
                else
                    hidden ??= unseen;
            }

        return missing is not null ? Value.Of(false)
            : hidden is not null ? new Value.Unknown($"who belongs to {hidden} can't be seen: the token needs the right to read members")
            : Value.Of(true);

        async Task<(int Approved, string? Unseen)> CountAsync(Ownership ownership)
        {
            var who = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            string? unseen = null;
            foreach (var owner in ownership.Owners)
            {
                if (owner[0] == '@' && approvers.Contains(owner[1..]))
                {
                    who.Add(owner[1..]);
                    continue;
                }

                if (!people.TryGetValue(owner, out var members))
                    people[owner] = members = await forge.PeopleOfAsync(owner, cancel);
                if (members is null)
                    unseen = owner;
                else
                    who.UnionWith(members.Where(approvers.Contains));
            }

            return (who.Count, unseen);
        }
    }
}
