namespace Holdpoint.Expressions;

/// <summary>How one attempt of a check, an action or a sign-off stands. A check that breaks is unknown: it never disappears and never passes.</summary>
public abstract record Verdict
{
    /// <param name="Shown">The condition with the measured values in place: <c>free (24.1 GB) &gt; 20GB</c>.</param>
    public sealed record Passed(string Shown) : Verdict;

    /// <summary>Passed, but a <c>warn unless</c> did not hold.</summary>
    public sealed record Warned(string Shown) : Verdict;

    public sealed record Failed(string Expected, string Actual) : Verdict;

    public sealed record Unknown(string Because) : Verdict;

    public sealed record Skipped(string Reason) : Verdict;

    /// <summary>A person has to say.</summary>
    public sealed record Pending(string Waiting) : Verdict;

    private Verdict() { }

    /// <summary>The word on the wire and on the screen.</summary>
    public string Name => this switch
    {
        Passed => "passed",
        Warned => "warned",
        Failed => "failed",
        Unknown => "unknown",
        Skipped => "skipped",
        Pending => "pending",
        _ => throw new InvalidOperationException($"no such verdict: {GetType().Name}"),
    };

    /// <summary>One line for a person.</summary>
    public string Message => this switch
    {
        Passed v => v.Shown,
        Warned v => v.Shown,
        Failed v => v.Actual.Length > 0 ? $"{v.Actual}, expected {v.Expected}" : $"expected {v.Expected}",
        Unknown v => v.Because,
        Skipped v => v.Reason,
        Pending v => v.Waiting,
        _ => throw new InvalidOperationException($"no such verdict: {GetType().Name}"),
    };

    /// <summary>0 is neutral (skipped); the greater, the worse: passed, warned, pending, unknown, failed.</summary>
    public int Weight => this switch
    {
        Skipped => 0,
        Passed => 1,
        Warned => 2,
        Pending => 3,
        Unknown => 4,
        Failed => 5,
        _ => throw new InvalidOperationException($"no such verdict: {GetType().Name}"),
    };

    public bool Holds => Weight >= 3;
}
