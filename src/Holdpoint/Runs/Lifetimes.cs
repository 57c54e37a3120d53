namespace Holdpoint.Runs;

/// <summary>Spans that a run keeps to; each can be shortened in tests.</summary>
public sealed record Lifetimes
{
    /// <summary>Without a heartbeat for this long, another driver may take over. 30 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>5 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A hold in the grace of a rollback ends after this, unless renewed. 30 min.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What a rollback waits for a deploy that is still running before it ends it. 10 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the checks after a rollback may take to pass. The section's budget counts from the decision; this bounds the proof. 60 s.</summary>
    public TimeSpan Recovery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The budget of a rollback where its section gives none. 5 min.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(5);
}
