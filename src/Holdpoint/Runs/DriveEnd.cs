using Holdpoint.Expressions;

namespace Holdpoint.Runs;

/// <summary>How a driver came to leave a run.</summary>
public abstract record DriveEnd
{
    public sealed record Finished(Outcome Outcome, string Because) : DriveEnd;

    /// <summary>It waits for people, nothing has changed, and nobody is there to answer.</summary>
    public sealed record Waiting(Work.Wait Work, int ExitCode) : DriveEnd;

    /// <summary>A lock or a freeze.</summary>
    public sealed record Refused(string Because, string Remedy) : DriveEnd;

    /// <summary>Told to stop. <paramref name="World"/> says in what state the world is.</summary>
    public sealed record Stopped(string World) : DriveEnd;

    /// <summary>The journal can't be written, or a newer driver has taken over.</summary>
    public sealed record Lost(string Because, string World) : DriveEnd;

    private DriveEnd() { }
}
