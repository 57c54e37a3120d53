namespace Holdpoint.Cli;

/// <summary>What the process says with its end; the same for every command.</summary>
internal static class ExitCode
{
    public const int Passed = 0;
    public const int Failed = 1;

    /// <summary>The command line, or a file, can't be read.</summary>
    public const int Usage = 2;

    /// <summary>A person has to sign or decide; only before <c>deploy</c>.</summary>
    public const int Waiting = 3;

    public const int RolledBack = 4;
    public const int Aborted = 5;

    /// <summary>Nothing was proven. Also when this program itself broke.</summary>
    public const int Unknown = 6;

    public const int RollbackFailed = 7;

    /// <summary>A lock or a freeze.</summary>
    public const int Refused = 8;

    public const int Superseded = 9;
    public const int Interrupted = 130;

    /// <summary>As help and documentation tell them.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Passed, "passed"), (Failed, "failed"), (Usage, "usage, or a file that can't be read"), (Waiting, "waiting for a person (only before deploy)"),
        (RolledBack, "rolled back"), (Aborted, "aborted"), (Unknown, "unknown: nothing was proven"), (RollbackFailed, "rollback failed"),
        (Refused, "refused: a lock or a freeze"), (Superseded, "superseded by a newer run"), (Interrupted, "interrupted"),
    ];
}
