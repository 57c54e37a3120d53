using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>All that a view of a run shows at a moment; <see cref="RunView"/> draws it.</summary>
internal sealed record RunPicture(Standing Standing)
{
    /// <summary>What the run does now; null: nobody drives it.</summary>
    public Work? Work { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset WorkSince { get; init; }

    /// <summary>How long steps took in earlier runs, by id.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Expected { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>The last lines that the running action wrote.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];

    /// <summary>What the newest look said of rules, by id; rules that are missing here are shown as the journal has them.</summary>
    public IReadOnlyDictionary<string, string> RuleValues { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the environment answers; null: it is not looked at.</summary>
    public AvailabilityPicture? Availability { get; init; }

    /// <summary>The newest transitions, oldest first.</summary>
    public IReadOnlyList<TranscriptLine> Tail { get; init; } = [];

    /// <summary>Who drives it, for views from another process; null: not said.</summary>
    public string? Driver { get; init; }

    /// <summary>How it ended is said elsewhere.</summary>
    public bool LeavesTheEndOut { get; init; }

    public Run Run => Standing.Run;

    public Plan Plan => Standing.Plan;

    /// <summary>Ids of the steps that run now.</summary>
    public IReadOnlySet<string> Running =>
        Run.Steps.Where(s => s.Value is { Running: not null, InDoubt: null }).Select(s => s.Key).Concat(Work switch
        {
            Work.Ask ask => ask.Steps.Where(s => Standing.Of(s) is null).Select(s => s.Id),
            Work.Act act => [act.Step.Id],
            Work.Settle settle => [settle.Step.Id],
            Work.ConcludeRollback conclude => conclude.Checks.Select(c => c.Id),
            _ => [],
        }).ToHashSet();
}

/// <param name="Up">Null: nobody can tell.</param>
internal sealed record AvailabilityPicture(bool? Up, DateTimeOffset? Since, string Because, TimeSpan Down, TimeSpan Seen);
