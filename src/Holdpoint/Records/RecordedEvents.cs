using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Records;

using Outcome = Runs.Outcome;

/// <summary>How the run ended, or where it stands, in words that need no explanation.</summary>
/// <param name="Outcome">Null while it goes on.</param>
/// <param name="Word">One or two words: <c>Rolled back</c>.</param>
/// <param name="Sentence">What happened and what serves now.</param>
public sealed record Ending(Outcome? Outcome, string Word, string Sentence, string Because, Tone Tone)
{
    public int? ExitCode => Outcome is { } outcome ? (int)outcome : null;
}

/// <summary>Somebody other than who started the run, and what they did: <c>signed, waived</c>.</summary>
public sealed record Participant(string Name, string Deeds);

/// <param name="Score">0…100 over its leaves; null where nothing counts, or the run did not come so far.</param>
public sealed record StageRecord(Stage Stage, DateTimeOffset? EnteredAt, decimal? Score, VerdictKind Kind, int Passed, int Counted);

/// <summary>A gate that stands in the way or did, and how it opened.</summary>
/// <param name="State">held, passed, released.</param>
/// <param name="HeldFor">Seconds from the first hold to its opening, or to now.</param>
public sealed record GateRecord(string Id, string Name, string State, DateTimeOffset At, decimal? Score, string By, string Reason, IReadOnlyList<string> Holds, double HeldFor);

/// <param name="Ran">Until it ran out, seen from the end of the run (or now): false where it still held then.</param>
public sealed record WaiverRecord(string Step, string Item, string By, string Role, string Reason, DateTimeOffset At, DateTimeOffset Until, bool Ran);

/// <param name="Lapsed">Why it does not count any more; null: it does.</param>
public sealed record SignOffRecord(string Step, string Item, string Role, string By, DateTimeOffset At, bool Declined, string Comment, string? Lapsed);

/// <summary>Gates, freezes and four eyes were passed over.</summary>
/// <param name="Review">Who looked at it afterwards; null: the review is open.</param>
public sealed record GlassRecord(string By, string Reason, DateTimeOffset At, string? Review, string Comment, DateTimeOffset? ReviewedAt);

/// <summary>A rollback, with the four times in seconds; what it has not come to yet is null.</summary>
/// <param name="Cause">What set it off, with the values.</param>
/// <param name="BudgetSeconds">What decision, execution and recovery together may take.</param>
public sealed record RollbackRecord(string Cause, string? Rule, string By, DateTimeOffset BreachBegan, DateTimeOffset DecidedAt, bool? Recovered, string Because, double BudgetSeconds)
{
    public double? Detection { get; init; }

    public double? Decision { get; init; }

    public double? Execution { get; init; }

    public double? Recovery { get; init; }

    /// <summary>What ran before on each target, and whether it runs again.</summary>
    public IReadOnlyList<ReturnedTarget> Targets { get; init; } = [];

    /// <summary>From the decision to the proof (without it, to the end of the execution); null while it goes on.</summary>
    public double? TotalSeconds => Decision + Execution is { } done ? done + (Recovery ?? 0) : null;

    public bool? WithinBudget => TotalSeconds is { } total ? total <= BudgetSeconds : null;
}

/// <param name="Before">Empty: nothing ran there.</param>
public sealed record ReturnedTarget(string Target, string Before, bool Undone);

/// <summary>How the environment was looked at from deploy to the end, and what came of it. It speaks for the watched time of this run, and for nothing else of the day or the month.</summary>
/// <param name="Objective">0…1; null: none is set.</param>
/// <param name="MonthSeconds">Length of the month in which that began.</param>
public sealed record AvailabilityRecord(double ObservedSeconds, double DownSeconds, double? Objective, double MonthSeconds, IReadOnlyList<OutageRecord> Outages)
{
    public const double DaySeconds = 86_400;

    /// <summary>Time between the first look and the last that nobody saw: neither up nor down.</summary>
    public double UnseenSeconds { get; init; }

    /// <summary>Periods (day, month) for which the downtime of this run alone spent what the objective leaves.</summary>
    public IReadOnlyList<string> Missed { get; init; } = [];

    /// <summary>Of the watched time; null where nothing was seen.</summary>
    public double? Share => ObservedSeconds > 0 ? 1 - DownSeconds / ObservedSeconds : null;

    public double DownShareOfDay => DownSeconds / DaySeconds;

    public double DownShareOfMonth => DownSeconds / MonthSeconds;

    /// <summary>Downtime that the objective leaves for a month.</summary>
    public double? AllowedSeconds => Objective is { } objective ? MonthSeconds * (1 - objective) : null;

    /// <summary>The same for a day.</summary>
    public double? AllowedSecondsOfDay => Objective is { } objective ? DaySeconds * (1 - objective) : null;

    /// <summary>What is left of the month's error budget after this run's downtime, if nothing else was down; negative: overspent.</summary>
    public double? BudgetLeftSeconds => AllowedSeconds - DownSeconds;

    public double? BudgetLeftSecondsOfDay => AllowedSecondsOfDay - DownSeconds;

    /// <summary>In one line: the share of what was watched, the downtime against a day and the month, what is left of the budget.</summary>
    public string Shown => $"{(Share is { } share ? $"{Watching.Availability.Percent(share)} of the {Units.Duration(Math.Round(ObservedSeconds))} watched" : "nothing was seen")}; down {Units.Duration(DownSeconds)}, which is {Shares.Show(DownShareOfDay)} of a day and {Shares.Show(DownShareOfMonth)} of the month{(Budget is { } budget ? $"; {budget}" : "")}{(UnseenSeconds >= 1 ? $"; {Units.Duration(Math.Round(UnseenSeconds))} unseen" : "")}";

    /// <summary>The error budget in words; null without an objective.</summary>
    public string? Budget => Objective is not { } objective ? null
        : $"error budget at {Watching.Availability.Percent(objective)}: {Left(BudgetLeftSecondsOfDay!.Value, $"a day's {Units.Duration(AllowedSecondsOfDay!.Value)}")}, {Left(BudgetLeftSeconds!.Value, $"the month's {Units.Duration(Math.Round(AllowedSeconds!.Value))}")}";

    private static string Left(double seconds, string of)
    {
        var length = Math.Abs(seconds) < 60 ? Math.Round(Math.Abs(seconds), 1) : Math.Round(Math.Abs(seconds));
        return seconds >= 0 ? $"{Units.Duration(length)} left of {of}" : $"{of} overspent by {Units.Duration(length)}";
    }
}

/// <summary>The watch of a run: how long it was to be, how long it was, and what people made of it.</summary>
/// <param name="PlannedSeconds">As the checklist has it.</param>
/// <param name="WatchedSeconds">From its beginning to its end, or to now.</param>
/// <param name="EndedAt">Null: it goes on.</param>
public sealed record WatchRecord(DateTimeOffset BeganAt, double PlannedSeconds, double WatchedSeconds, DateTimeOffset? EndedAt)
{
    public IReadOnlyList<WatchExtension> Extensions { get; init; } = [];

    /// <summary>Who ended it ahead of its time; null: nobody did.</summary>
    public string? EndedBy { get; init; }

    public string EndedBecause { get; init; } = "";

    /// <summary>In one line.</summary>
    public string Shown
    {
        get
        {
            var whole = PlannedSeconds + Extensions.Sum(e => e.Seconds);
            var extended = Extensions.Count == 0 ? "" : $", extended by {Units.Duration(Extensions.Sum(e => e.Seconds))} ({string.Join("; ", Extensions.Select(e => $"{e.By}: {e.Reason}"))})";
            var shown = $"{Units.Duration(Math.Round(WatchedSeconds))} of {Units.Duration(whole)}{extended}";
            return EndedBy is null ? shown : $"{shown}; {EndedBy} ended it ahead of its time: {EndedBecause}";
        }
    }
}

public sealed record WatchExtension(DateTimeOffset At, string By, string Reason, double Seconds);

public sealed record OutageRecord(DateTimeOffset From, DateTimeOffset? To, string Because);

/// <summary>A rule of the file and its states over time.</summary>
/// <param name="Text">Its mark, without the sign.</param>
/// <param name="State">quiet, breaching, fired, sparse, blind, unarmed; <c>not judged</c> where the run did not come so far.</param>
public sealed record RuleRecord(string Id, string Item, string Text, string State, string Shown, IReadOnlyList<RuleChange> Changes)
{
    /// <summary>What it does when it fires.</summary>
    public RuleEffect Effect { get; init; }

    public string? AcceptedBy { get; init; }

    public string? AcceptedBecause { get; init; }

    public Tone Tone => State switch
    {
        "quiet" => Tone.Good,
        "fired" => Tone.Bad,
        "breaching" => Tone.Caution,
        "blind" => Tone.Unknown,
        _ => Tone.Neutral,
    };
}

public sealed record RuleChange(DateTimeOffset At, DateTimeOffset Since, string State, string Shown, bool FilledIn);

/// <summary>A metric with what was sampled of it, and what it was held against.</summary>
public sealed record MetricRecord(string Name, Dimension Dimension, IReadOnlyList<Sample> Samples, BaselineRecord? Baseline)
{
    public IReadOnlyList<ChartLimit> Limits { get; init; } = [];

    public IReadOnlyList<ChartMarker> Markers { get; init; } = [];

    public IReadOnlyList<ChartRange> Breaches { get; init; } = [];

    /// <summary>What rules and checks of sections with a <c>Baseline</c> of their own compare it with, by where that comes from.</summary>
    public IReadOnlyList<(string From, BaselineRecord Baseline)> Elsewhere { get; init; } = [];

    /// <summary>Chunks of samples that could not be read, and why.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}

/// <summary>A time in which nobody looked, or a rule could not see.</summary>
/// <param name="Rule">The blind rule; null where the driver was away or the machine slept.</param>
public sealed record GapRecord(DateTimeOffset From, DateTimeOffset? To, string Because, string? Rule);

/// <summary>One line of the story.</summary>
/// <param name="Sequence">Of the event (the last of several that are told in one line).</param>
/// <param name="Routine">Nothing that anybody has to know: left out of short views.</param>
public sealed record TimelineLine(long Sequence, DateTimeOffset At, string Actor, string Text, Tone Tone, bool Routine);

/// <summary>What binds the record to its journal.</summary>
/// <param name="HeadHash">SHA-256 of the newest entry, which hangs on all before it.</param>
public sealed record JournalSeal(long Entries, string HeadHash, string? PreviousRun, string? PreviousHead, IReadOnlyList<string> UnknownEvents);
