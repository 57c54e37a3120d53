using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Rollouts;

/// <summary>What stands on the line of a <c>! deploy</c> and wins over the target's own settings.</summary>
internal static class RolloutOptions
{
    public static readonly IReadOnlyList<Argument> Options =
    [
        new("strategy", "recreate, rolling, blue-green or canary; in place of the target's"),
        new("settle", "how long what was changed has to stay well: 10s"),
        new("keep", "how long the old colour runs on after the switch: 30m"),
        new("steps", "shares of a canary: 5%,25%,50%,100%"),
        new("pause", "how long each share is watched: 5m"),
    ];

    /// <returns>The mistake in them, or null.</returns>
    public static (RolloutSettings Settings, string? Mistake) Over(RolloutSettings settings, IReadOnlyDictionary<string, string> options)
    {
        foreach (var (name, text) in options)
            switch (name)
            {
                case "strategy" when Strategy.All.ContainsKey(text):
                    settings = settings with { Strategy = text };
                    break;
                case "strategy":
                    return (settings, $"there is no strategy {text}: {Nearest.Hint(text, Strategy.All.Keys, $"there are {string.Join(", ", Strategy.All.Keys)}")}");
                case "settle" or "keep" or "pause" when Units.ParseDuration(text) is not { Ticks: > 0 }:
                    return (settings, $"{name}={text} is no duration: write it as 30s or 5m");
                case "settle":
                    settings = settings with { Settle = Units.ParseDuration(text)!.Value };
                    break;
                case "keep":
                    settings = settings with { Keep = Units.ParseDuration(text) };
                    break;
                case "pause":
                    settings = settings with { Pause = Units.ParseDuration(text)!.Value };
                    break;
                case "steps" when ReadSteps(text.Split(',', ' ')) is { } steps:
                    settings = settings with { Steps = steps };
                    break;
                case "steps":
                    return (settings, $"steps={text} are no rising shares: write them as 5%,25%,50%,100%");
            }

        return (settings, null);
    }

    /// <summary>Rising shares up to 100 %, which is added where it is missing; null: they are none.</summary>
    public static IReadOnlyList<double>? ReadSteps(IEnumerable<string> texts)
    {
        var steps = new List<double>();
        foreach (var text in texts.Select(t => t.Trim()).Where(t => t.Length > 0))
        {
            if (!text.EndsWith('%') || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) || percent is <= 0 or > 100)
                return null;
            if (steps.Count > 0 && percent / 100 <= steps[^1])
                return null;
            steps.Add(percent / 100);
        }

        if (steps.Count == 0)
            return null;
        return steps[^1] < 1 ? [.. steps, 1] : steps;
    }
}
