namespace Holdpoint.Configuration;

/// <summary>Changes of a run's state that may be told, by their stable names.</summary>
public static class Transition
{
    public const string Started = "started";
    public const string Waiting = "waiting";
    public const string Held = "held";
    public const string Released = "released";
    public const string Deployed = "deployed";
    public const string Breaching = "breaching";
    public const string Blind = "blind";
    public const string RollingBack = "rolling-back";
    public const string RolledBack = "rolled-back";
    public const string RollbackFailed = "rollback-failed";
    public const string BreakGlass = "break-glass";
    public const string ObjectiveMissed = "objective-missed";
    public const string Superseded = "superseded";
    public const string Aborted = "aborted";
    public const string Finished = "finished";

    public static IReadOnlyList<string> All { get; } =
        [Started, Waiting, Held, Released, Deployed, Breaching, Blind, RollingBack, RolledBack, RollbackFailed, BreakGlass, ObjectiveMissed, Superseded, Aborted, Finished];
}
