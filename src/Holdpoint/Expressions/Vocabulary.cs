namespace Holdpoint.Expressions;

/// <summary>Every name that a mark may use, gathered before the file is read.</summary>
public sealed record Vocabulary
{
    public required IReadOnlyDictionary<string, Signature> Probes { get; init; }

    public required IReadOnlyDictionary<string, Signature> Actions { get; init; }

    /// <summary>Metrics of the configuration with the dimension of their unit.</summary>
    public IReadOnlyDictionary<string, Dimension> Metrics { get; init; } = new Dictionary<string, Dimension>();

    /// <summary>Metrics that are asked of one side of a canary: no mark may name them.</summary>
    public IReadOnlySet<string> MetricsOfSides { get; init; } = new HashSet<string>();

    /// <summary>Metrics that have an objective. Null: not checked.</summary>
    public IReadOnlySet<string>? Objectives { get; init; }

    /// <summary>Variables that have a value now or get one during the run. Null: not checked (a file read on its own).</summary>
    public IReadOnlySet<string>? Variables { get; init; }

    internal Signature? Probe(ReadOnlySpan<char> name) => Probes.GetValueOrDefault(name.ToString());

    internal Signature? Action(ReadOnlySpan<char> name) => Actions.GetValueOrDefault(name.ToString());

    internal bool HasMetric(ReadOnlySpan<char> name) => Metrics.Count > 0 && Metrics.ContainsKey(name.ToString());

    /// <summary>Words that structure a mark and therefore can't be bare arguments.</summary>
    public static IReadOnlySet<string> Reserved { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "when", "unless", "if", "within", "for", "over", "every", "timeout", "retry", "grace", "and", "or", "not", "in", "exists", "contains", "warn", "baseline",
    };
}
