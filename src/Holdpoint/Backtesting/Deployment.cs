namespace Holdpoint.Backtesting;

/// <summary>A change of the past whose end is known.</summary>
/// <param name="End">When its watch ended; null: as the checklist's watch would.</param>
/// <param name="Good">Whether it was left as it is; null: nobody knows, so it is watched and not counted.</param>
public sealed record Deployment(string Name, DateTimeOffset Start, DateTimeOffset? End, bool? Good);

/// <summary>What a rule made of a deployment.</summary>
public enum Judged
{
    /// <summary>Bad, and it fired.</summary>
    Hit,

    /// <summary>Bad, and it was silent.</summary>
    Miss,

    /// <summary>Good, and it fired.</summary>
    FalseAlarm,

    /// <summary>Good, and it was silent with open eyes.</summary>
    Quiet,

    /// <summary>Silent, and blind at the end or for more than a fifth of the time: its silence proves nothing.</summary>
    Blind,

    /// <summary>Nobody knows how the deployment was.</summary>
    Uncounted,
}

/// <summary>How good a rule was over all deployments.</summary>
public sealed record RuleScore(int Hits, int Misses, int FalseAlarms, int Quiets, int Blind, int Uncounted, IReadOnlyList<TimeSpan> Detections)
{
    public int Good => FalseAlarms + Quiets;

    public int Bad => Hits + Misses;

    /// <summary>Which share of its alarms was right; null without an alarm.</summary>
    public double? Precision => Hits + FalseAlarms > 0 ? (double)Hits / (Hits + FalseAlarms) : null;

    /// <summary>Which share of the bad deployments it found; null where there was none that it saw.</summary>
    public double? Recall => Bad > 0 ? (double)Hits / Bad : null;

    /// <summary>From a deployment's start to the firing, the middle one of all hits.</summary>
    public TimeSpan? Detection => Detections.Count > 0 ? Detections.Order().ElementAt((Detections.Count - 1) / 2) : null;

    public static RuleScore Of(IEnumerable<(Judged Judged, TimeSpan? Detection)> judged)
    {
        var all = judged.ToList();
        int Count(Judged kind) => all.Count(j => j.Judged == kind);
        return new(Count(Judged.Hit), Count(Judged.Miss), Count(Judged.FalseAlarm), Count(Judged.Quiet), Count(Judged.Blind), Count(Judged.Uncounted),
            [.. all.Where(j => j.Judged == Judged.Hit).Select(j => j.Detection!.Value)]);
    }
}
