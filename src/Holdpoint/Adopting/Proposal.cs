namespace Holdpoint.Adopting;

/// <summary>Additions that belong together, and what is told of them. It is taken whole or not at all.</summary>
/// <param name="Findings">Told where it is taken.</param>
internal sealed record Proposal(int Line, IReadOnlyList<(int Offset, string Text)> Additions, IReadOnlyList<Finding> Findings)
{
    /// <summary>What the configuration needs for it.</summary>
    public ConfigurationNeeds Needs { get; init; } = ConfigurationNeeds.None;

    /// <summary>Told where it is not.</summary>
    public IReadOnlyList<Finding> Otherwise { get; init; } = [];

    /// <summary>The lines that it is about, of the file as it was.</summary>
    public int LastLine { get; init; } = Line;
}

/// <summary>Names that marks use and the configuration has to know.</summary>
internal sealed record ConfigurationNeeds(IReadOnlyList<NeededVariable> Variables, IReadOnlyList<NeededMetric> Metrics, IReadOnlyList<string> Channels)
{
    public static ConfigurationNeeds None { get; } = new([], [], []);

    /// <summary>Names of PostgreSQL servers.</summary>
    public IReadOnlyList<string> Databases { get; init; } = [];
}

/// <param name="Source">Where it comes from, for the comment beside it.</param>
internal sealed record NeededVariable(string Name, string Source);

/// <param name="Unit">As metrics write it.</param>
internal sealed record NeededMetric(string Name, string Unit, string Source);
