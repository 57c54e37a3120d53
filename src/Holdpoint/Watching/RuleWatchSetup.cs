using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Watching;

/// <summary>What a watch looks at and by what it judges.</summary>
public sealed record RuleWatchSetup
{
    public required IReadOnlyList<RuleDefinition> Rules { get; init; }

    /// <summary>Every metric that is sampled, by its name, also those that no rule names: baselines and charts want them.</summary>
    public required IReadOnlyDictionary<string, MetricSource> Sources { get; init; }

    /// <summary>A metric's value at the baseline; unknown with its reason where there is none.</summary>
    public Func<string, Value> Baseline { get; init; } = metric => new Value.Unknown($"{metric} has no baseline");

    /// <summary>The same where the rule's section takes its baseline from elsewhere.</summary>
    public Func<BaselineOrigin, string, Value> BaselineElsewhere { get; init; } = (origin, metric) => new Value.Unknown($"{metric} has no baseline from {origin}");

    /// <summary>The value of <c>${name}</c> now; null where it has none.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>One attempt of the check of a rule <c>unless</c>, or of the environment's availability.</summary>
    public Func<Check, CancellationToken, Task<Verdict>> Measure { get; init; } = (check, _) => Task.FromResult<Verdict>(new Verdict.Unknown($"nothing here can measure {check.Text}"));

    /// <summary>Where the rules stand, from the journal of a run that goes on; those not named are quiet.</summary>
    public IReadOnlyDictionary<string, RuleState> States { get; init; } = new Dictionary<string, RuleState>();

    /// <summary>When the driver before this one looked last: what lies between is a gap. Null: nobody looked before.</summary>
    public DateTimeOffset? LookedLast { get; init; }

    /// <summary>Samples by metric, in the order of time, that drivers before this one have taken since a moment.</summary>
    public Func<DateTimeOffset, CancellationToken, Task<IReadOnlyDictionary<string, IReadOnlyList<Sample>>>> Earlier { get; init; } =
        (_, _) => Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<Sample>>>(new Dictionary<string, IReadOnlyList<Sample>>());

    /// <summary>When the deploy was that a run which goes on has made; null: it has made none, or begins now.</summary>
    public DateTimeOffset? DeployedAt { get; init; }

    /// <summary>Whether rules are judged from the start, as in a run that goes on after its deploy; else from <see cref="RuleWatch.Arm"/> on.</summary>
    public bool Armed { get; init; }

    /// <summary>How long samples are kept in memory, beside what the rules look back over: all of them are told. Null: as many as fit a day.</summary>
    public TimeSpan? Keeps { get; init; }

    /// <summary>What is known of the availability already, from the journal of a run that goes on; null: it is counted from <see cref="RuleWatch.Arm"/> on.</summary>
    public Availability? Availability { get; init; }

    /// <summary>Samples of a metric that are told together.</summary>
    public int BatchSize { get; init; } = 60;

    /// <summary>What <c>baseline</c> stands for in a rule.</summary>
    public Value BaselineFor(RuleDefinition rule, string metric) => rule.BaselineFrom is { } origin ? BaselineElsewhere(origin, metric) : Baseline(metric);
}
