using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>Where code is kept, checked and reviewed. Every question throws <see cref="Unanswered"/> where there is nothing to judge.</summary>
internal interface IForge
{
    /// <summary>For people: <c>GitHub octo/shop</c>.</summary>
    string Name { get; }

    /// <summary>What ran, runs or waits for a commit, the latest of each; skipped ones too.</summary>
    /// <param name="reference">A commit, branch or tag.</param>
    /// <param name="workflow">Only what belongs to it.</param>
    /// <param name="environment">Variables of this process: a job of the forge that asks does not wait for itself.</param>
    Task<IReadOnlyList<ForgeCheck>> ChecksAsync(string reference, string? workflow, Func<string, string?> environment, CancellationToken cancel);

    /// <summary>The pull or merge request of a number, branch or commit; null where there is none.</summary>
    Task<Proposal?> ProposalAsync(string reference, CancellationToken cancel);

    /// <summary>Threads of a proposal that nobody has resolved; unknown where they can't be seen.</summary>
    Task<Value> UnresolvedAsync(Proposal proposal, CancellationToken cancel);

    Task<IReadOnlyList<string>> ChangedFilesAsync(Proposal proposal, CancellationToken cancel);

    /// <summary>The code owners of the branch that the proposal goes to; null where it names none.</summary>
    Task<CodeOwners?> CodeOwnersAsync(Proposal proposal, CancellationToken cancel);

    /// <summary>Who belongs to an owner as CODEOWNERS writes it (<c>@ana</c>, <c>@octo/team</c>); null where that can't be known.</summary>
    Task<IReadOnlyList<string>?> PeopleOfAsync(string owner, CancellationToken cancel);

    /// <summary>Open issues that carry every one of the labels.</summary>
    /// <exception cref="Unanswered">Also where a label does not exist: no issue carries what is misspelt.</exception>
    Task<IReadOnlyList<ForgeIssue>> OpenIssuesAsync(IReadOnlyList<string> labels, CancellationToken cancel);
}

internal enum CheckState
{
    Passed,
    Failed,
    Pending,

    /// <summary>It did not run and will not, or it is the one that asks.</summary>
    Skipped,
}

/// <param name="Told">The state in the forge's own word.</param>
/// <param name="At">When it ended, else began.</param>
internal sealed record ForgeCheck(string Name, CheckState State, string Told, DateTimeOffset? At, string? Address);

/// <summary>A change that was proposed: a pull request, a merge request.</summary>
/// <param name="Number">Within its repository.</param>
/// <param name="Reference">For people: <c>#12</c>, <c>!12</c>.</param>
/// <param name="Target">The branch it goes to.</param>
internal sealed record Proposal(long Number, string Reference, string Title, string Author, string Target, IReadOnlyList<Review> Reviews)
{
    /// <summary>How many files the forge says it changes; null where it doesn't say.</summary>
    public long? FileCount { get; init; }

    /// <summary>Where it can't be known who asks for changes.</summary>
    public string? BlockedUnknown { get; init; }
}

internal enum Opinion
{
    Approved,
    ChangesRequested,
}

/// <param name="Uncounted">Why this opinion has no weight; null where it has.</param>
internal sealed record Review(string User, Opinion Opinion, string? Uncounted, string? Note);

internal sealed record ForgeIssue(string Reference, string Title, string? Address);
