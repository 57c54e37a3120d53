namespace Holdpoint.Runs;

/// <summary>What a person says to a run, in the terminal that drives it or from another.</summary>
/// <param name="By">Who says it; matched against the members of roles.</param>
public abstract record PersonCommand(string By)
{
    /// <param name="Role">Null: the one role of the step that the person has.</param>
    public sealed record Sign(string By, string Step, string? Role, bool Decline, string Comment) : PersonCommand(By);

    public sealed record Waive(string By, string Step, string? Role, string Reason, TimeSpan For) : PersonCommand(By);

    public sealed record NotApplicable(string By, string Item, string Reason) : PersonCommand(By);

    /// <param name="Gate">A gate's or a rule's id; null: whatever holds now.</param>
    public sealed record Release(string By, string? Gate, string Reason) : PersonCommand(By);

    public sealed record Hold(string By, string Reason, TimeSpan For) : PersonCommand(By);

    /// <summary>What is watched is watched for so much longer.</summary>
    public sealed record Extend(string By, string Reason, TimeSpan For) : PersonCommand(By);

    /// <summary>Ends the watch ahead of its time, with a last look.</summary>
    public sealed record EndWatch(string By, string Reason) : PersonCommand(By);

    /// <summary>Ends the pauses that are left of the rollout under way.</summary>
    public sealed record Promote(string By, string Reason) : PersonCommand(By);

    /// <param name="Steps">Empty: everything that did not pass.</param>
    /// <param name="Decision">For an action in doubt: done, retry or failed; null where none is.</param>
    public sealed record Retry(string By, IReadOnlyList<string> Steps, string? Decision, string Reason) : PersonCommand(By);

    /// <param name="GoBack">After something has changed: true or false; null before.</param>
    public sealed record Abort(string By, string Reason, bool? GoBack) : PersonCommand(By);

    public sealed record RollBack(string By, string Reason) : PersonCommand(By)
    {
        /// <summary>These targets alone; empty: whatever the run has deployed.</summary>
        public IReadOnlyList<string> Only { get; init; } = [];
    }

    public sealed record BreakGlass(string By, string Reason) : PersonCommand(By);

    public sealed record SignReview(string By, string Comment) : PersonCommand(By);
}

/// <summary>What a command comes to: events, or a refusal that names the remedy.</summary>
public abstract record Answer
{
    public sealed record Accepted(IReadOnlyList<Event> Events) : Answer;

    public sealed record Refused(string Because, string Remedy) : Answer;

    private Answer() { }
}
