using Holdpoint.Cli.Runs;
using Holdpoint.Metrics;
using Holdpoint.Records;

namespace Holdpoint.Cli.Watching;

/// <summary>All that a view of a watch shows at a moment; <see cref="WatchView"/> draws it, <see cref="WatchLines"/> writes it.</summary>
internal sealed record WatchPicture(string Run, string Title, string Version, string Environment, DateTimeOffset Now)
{
    /// <summary>What the run does, in a few words: <c>Held</c>, <c>In progress</c>.</summary>
    public required Ending Ending { get; init; }

    /// <summary>When the stage of the watch began; null: it has not.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>When the watch is over, with what people have added; null: nothing is watched now.</summary>
    public DateTimeOffset? Ends { get; init; }

    public WatchRecord? Watch { get; init; }

    /// <summary>When the driver looked last, in its own words to others; null: nobody drives, or nothing is sampled.</summary>
    public DateTimeOffset? LookedLast { get; init; }

    /// <summary>Who drives it; null: nobody.</summary>
    public string? Driver { get; init; }

    public IReadOnlyList<WatchedMetric> Metrics { get; init; } = [];

    public IReadOnlyList<WatchedRule> Rules { get; init; } = [];

    /// <summary>Null: it is not looked at.</summary>
    public WatchedAvailability? Availability { get; init; }

    /// <summary>What holds the run or goes back, and what people can do about it.</summary>
    public IReadOnlyList<string> Holds { get; init; } = [];

    /// <summary>The newest transitions, oldest first.</summary>
    public IReadOnlyList<TranscriptLine> Tail { get; init; } = [];

    public bool HasEnded => Ending.Outcome is not null;
}

/// <param name="Chart">With every sample there is.</param>
/// <param name="Period">From one sample to the next; null: it is not sampled now.</param>
internal sealed record WatchedMetric(ChartModel Chart, TimeSpan? Period)
{
    /// <summary>Baselines of sections that take theirs from elsewhere: where from, and the median.</summary>
    public IReadOnlyList<(string From, double Median)> Elsewhere { get; init; } = [];

    public string Name => Chart.Title;

    public Sample? Newest => Chart.Samples.Count > 0 ? Chart.Samples[^1] : null;

    public DateTimeOffset? Next => Newest?.At + Period;
}

/// <param name="State">quiet, breaching, fired, sparse, blind, unarmed, not judged.</param>
/// <param name="BlindShare">Of the watch so far; null: not known.</param>
internal sealed record WatchedRule(string Id, string Text, string State, DateTimeOffset? Since, string Shown, double? BlindShare = null);

/// <param name="Up">Null: nobody can tell.</param>
internal sealed record WatchedAvailability(bool? Up, DateTimeOffset? Since, string Because, AvailabilityRecord Measured);
