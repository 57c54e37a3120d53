namespace Holdpoint.Rollouts;

/// <summary>How a target's versions are changed; a deploy's own options win over the configuration's.</summary>
public sealed record RolloutSettings
{
    /// <summary><c>recreate</c>, <c>rolling</c>, <c>blue-green</c> or <c>canary</c>.</summary>
    public string Strategy { get; init; } = "rolling";

    /// <summary>How many units of a rolling change are changed at a time; below 1: this share of them.</summary>
    public double Batch { get; init; } = 1;

    /// <summary>How long a changed unit has to stay well before the next is touched.</summary>
    public TimeSpan Settle { get; init; }

    /// <summary>How long requests under way are waited for.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a unit may take to be well.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the old colour runs on after the switch; null: until the next deploy.</summary>
    public TimeSpan? Keep { get; init; }

    /// <summary>Shares of a canary, rising, each 0 to 1; the last is 1.</summary>
    public IReadOnlyList<double> Steps { get; init; } = [0.05, 0.25, 0.5, 1];

    /// <summary>How long each share is watched.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>By how much the share of failed requests of the new side may be above the stable side's.</summary>
    public double Tolerance { get; init; } = 0.01;

    /// <summary>Metrics by which the new side of a canary is compared with the stable one, beside the failed requests that the proxy counts.</summary>
    public IReadOnlyList<string> Compare { get; init; } = [];

    /// <summary>Units by colour, blue ahead of green; null: there are none.</summary>
    public Colours? Colours { get; init; }
}

/// <param name="Blue">Units of the one.</param>
/// <param name="Green">Units of the other.</param>
public sealed record Colours(IReadOnlyList<string> Blue, IReadOnlyList<string> Green)
{
    public IReadOnlyList<string> Of(string colour) => colour == "blue" ? Blue : Green;

    public static string Other(string colour) => colour == "blue" ? "green" : "blue";

    /// <summary>By their names, which end with the colour; null: they don't.</summary>
    public static Colours? ByName(IReadOnlyList<string> units)
    {
        var (blue, green) = (Ending("blue"), Ending("green"));
        return blue.Count > 0 && green.Count > 0 && blue.Count + green.Count == units.Count ? new(blue, green) : null;

        List<string> Ending(string colour) => [.. units.Where(u => u.EndsWith(colour, StringComparison.OrdinalIgnoreCase))];
    }
}
