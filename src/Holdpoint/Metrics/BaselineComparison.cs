using Holdpoint.Expressions;

namespace Holdpoint.Metrics;

/// <summary>What a comparison says of a metric, from good to bad.</summary>
public enum ComparisonVerdict
{
    Better,
    Same,
    Unknown,
    Worse,
}

/// <summary>A metric on staging, before and after a deployment: medians in the dimension's base unit, null where there is none.</summary>
public sealed record BaselineComparison(string Metric, Dimension Dimension)
{
    /// <summary>A change for the worse by more than a tenth is flagged.</summary>
    public const double UsualLimit = 0.1;

    private const string StagingName = "staging";

    public double? Staging { get; init; }

    public double? Before { get; init; }

    /// <summary>Where <see cref="Before"/> comes from.</summary>
    public string BeforeName { get; init; } = BaselineOrigin.BeforeWord;

    public double? After { get; init; }

    /// <summary>Why there is no <see cref="Before"/>; empty where nobody said.</summary>
    public string WhyNoBefore { get; init; } = "";

    public string WhyNoAfter { get; init; } = "";

    public bool HigherIsBetter { get; init; }

    /// <summary>The share of what it was beyond which worse is flagged.</summary>
    public double Limit { get; init; } = UsualLimit;

    /// <summary>What it is compared with counts as this where it is lower; null: as it is.</summary>
    public double? Floor { get; init; }

    /// <summary>As a share of what it was before: 0.1 is 10 % more. Null where one is missing, or where it was 0 and is not.</summary>
    public double? Change => ChangeFrom(Before);

    public double? StagingChange => ChangeFrom(Staging);

    public ComparisonVerdict Verdict => Judged.Verdict;

    /// <summary>In words, without the metric's name.</summary>
    public string Because => Judged.Because;

    /// <summary>The change that the verdict is about, where it is known.</summary>
    public double? JudgedChange => Judged.Against == StagingName ? StagingChange : Change;

    /// <summary>What the verdict compares with: <see cref="BeforeName"/>, or staging.</summary>
    public string Against => Judged.Against;

    private (ComparisonVerdict Verdict, string Because, string Against) Judged
    {
        get
        {
            if (After is not { } after)
                return (ComparisonVerdict.Unknown, WhyNoAfter.Length > 0 ? WhyNoAfter : "it was not measured after the deployment", BeforeName);
            if (Before is null && Staging is null)
                return (ComparisonVerdict.Unknown, WhyNoBefore.Length > 0 ? WhyNoBefore : "there is nothing to compare it with", BeforeName);
            // The worse of the two is told; before the deployment, where both say the same.
            return new[] { Judge(Before, BeforeName, after), Judge(Staging, StagingName, after) }.OfType<(ComparisonVerdict Verdict, string Because, string Against)>().MaxBy(j => j.Verdict);
        }
    }

    private (ComparisonVerdict, string, string)? Judge(double? reference, string name, double after)
    {
        if (reference is not { } was)
            return null;
        if (was == 0 && after != 0 && Floor is not > 0)
            return (ComparisonVerdict.Unknown, $"{name} it was 0, of which nothing is a percentage; give the metric a floor", name);
        var counts = Floor is { } floor ? Math.Max(was, floor) : was;
        var worse = counts == 0 ? 0 : (after - counts) / Math.Abs(counts) * (HigherIsBetter ? -1 : 1);
        var better = was == 0 ? 0 : (after - was) / Math.Abs(was) * (HigherIsBetter ? 1 : -1);
        if (worse > Limit)
            return (ComparisonVerdict.Worse, $"by more than {Units.Ratio(Limit)} against {name}", name);
        return better > Limit ? (ComparisonVerdict.Better, $"better than {name}", name)
            : (ComparisonVerdict.Same, counts > was && after <= counts ? $"below its floor of {new Value.Number(counts, Dimension)}" : $"within {Units.Ratio(Limit)} of {name}", name);
    }

    private double? ChangeFrom(double? was) => (was, After) switch
    {
        (0, 0) => 0,
        (null or 0, _) or (_, null) => null,
        ({ } from, { } to) => (to - from) / Math.Abs(from),
    };
}
