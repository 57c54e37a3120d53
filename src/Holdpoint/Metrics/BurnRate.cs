using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>
/// How fast an error budget burns: 1 spends it evenly over its whole period, 14.4 spends a fiftieth of a month's in an hour
/// (Beyer and others, "The Site Reliability Workbook", chapter 5, table 5-8; https://sre.google/workbook/alerting-on-slos/).
/// It is counted from the deploy on: what the version before it burned is not this one's doing. So a window that reaches back before the deploy
/// says what the deploy has spent of it, which only grows to the full rate: it never fires on errors that are not there, and an outage still fires within a minute.
/// </summary>
public static class BurnRate
{
    /// <summary>Where nobody saw more than this share of the time that counts, the rate is unknown.</summary>
    public const double MostUnseen = 0.2;

    /// <summary>
    /// Failures' share in the window over what the objective allows, as a plain number. Each sample speaks for the time since the one before it, <see cref="Series.Reach"/> at most,
    /// and weighs by its events where the source counts them. A target that is gone fails altogether; sparse time burns nothing; time that nobody saw burns nothing, and is borne up to a fifth.
    /// </summary>
    public static Value Of(Series series, TimeSpan window, DateTimeOffset now)
    {
        if (series.Objective is not { } objective)
            return new Value.Unknown($"{series.Metric} has no objective, so no budget that could burn");
        var from = now - window > series.CountsFrom ? now - window : series.CountsFrom;
        var (sum, newest) = series.Burned(from, now);
        if (sum.Measured == TimeSpan.Zero)
            return new Value.Unknown(newest is null or Sample.Measured ? $"{series.Metric} has no sample in the last {Units.Duration(window)}" : newest.Reason);
        // The newest sample also speaks for the moments that have passed since.
        var seen = sum.Seen + (now - newest!.At < series.Reach ? now - newest.At : TimeSpan.Zero);
        if (seen < (1 - MostUnseen) * (now - from))
            return new Value.Unknown($"samples of {series.Metric} cover {Units.Duration(seen)} of {Units.Duration(now - from)}: too little to say how fast its budget burns");
        return new Value.Number(sum.Mean * (sum.Measured / window) / (1 - objective), Dimension.Count);
    }
}
