using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>A mistake in one value: what is wrong and what mends it.</summary>
internal sealed record Mistake(string What, string Fix);

/// <summary>A kind of single value.</summary>
/// <param name="Check">The mistake in a text of this kind, or null.</param>
internal sealed record ScalarKind(Func<string, Mistake?> Check)
{
    /// <summary>JSON types that editors accept for it.</summary>
    public IReadOnlyList<string> JsonTypes { get; init; } = ["string"];

    public string? Pattern { get; init; }

    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>Whether <c>${name}</c> is put in later.</summary>
    public bool TakesVariables { get; init; }

    /// <summary>Run by a shell, whose own <c>$NAME</c> it is.</summary>
    public bool IsScript { get; init; }

    /// <summary>Any text that is not empty, variables in it.</summary>
    public static ScalarKind Text { get; } = new(NotEmpty) { TakesVariables = true };

    /// <summary>Any value as text, also an empty one: what a variable holds.</summary>
    public static ScalarKind Anything { get; } = new(_ => null) { TakesVariables = true, JsonTypes = ["string", "number", "boolean"] };

    /// <summary>Text without variables.</summary>
    public static ScalarKind Literal { get; } = new(NotEmpty);

    public static ScalarKind Script { get; } = new(NotEmpty) { IsScript = true };

    /// <summary>An http or https address.</summary>
    public static ScalarKind Url { get; } = new(text =>
        text.Contains("${", StringComparison.Ordinal) || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0)
            ? null
            : new("this is no http or https address", "write it whole: https://host/path")) { TakesVariables = true };

    public static ScalarKind Boolean { get; } = new(text => text is "true" or "false" ? null : new("true or false is meant here", text.ToLowerInvariant() switch
    {
        "yes" or "on" or "true" or "y" or "1" => "write true",
        "no" or "off" or "false" or "n" or "0" => "write false",
        _ => "write true or false",
    })) { JsonTypes = ["boolean"] };

    public static ScalarKind Duration { get; } = new(text =>
        Units.ParseDuration(text) is { } time && time > TimeSpan.Zero && time <= TimeSpan.FromDays(366) ? null
        : Units.ParseNumber(text) is { Dimension: Dimension.Count } ? new("a duration needs its unit", $"write {text}s, {text}m or {text}h")
        : new("a duration is meant here: above zero, a year at most", "write it as 500ms, 60s, 1m30s, 2h or 1d")) { Pattern = @"^([0-9]+(\.[0-9]+)?(us|ms|s|m|h|d|w))+$" };

    /// <summary>A share between 0 and 1, or a percentage.</summary>
    public static ScalarKind Share { get; } = new(text => ParseShare(text) is { } share && share is > 0 and < 1 ? null : new("a share between 0% and 100% is meant here", "write it as 99.95%"))
    {
        JsonTypes = ["string", "number"],
    };

    public static ScalarKind Count { get; } = new(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? null : new("a whole number is meant here", "write digits alone, as 20"))
    {
        JsonTypes = ["integer"],
    };

    /// <summary>A number, with a unit or without.</summary>
    public static ScalarKind Quantity { get; } = new(text => Units.ParseNumber(text) is { } n && double.IsFinite(n.Amount) ? null : new("a number is meant here", "write it as 20, 0.5, 1%, 5ms or 10MB"))
    {
        JsonTypes = ["string", "number"],
    };

    public static ScalarKind Choice(params IReadOnlyList<string> words) => new(text => words.Contains(text) ? null : new($"`{text}` is not known here", Spelling.Remedy(text, words)))
    {
        OneOf = words,
    };

    /// <summary>0.9995 for both <c>99.95%</c> and <c>0.9995</c>; null where it is neither.</summary>
    public static double? ParseShare(string text) => Units.ParseNumber(text) is { Dimension: Dimension.Ratio or Dimension.Count } n ? n.Amount : null;

    private static Mistake? NotEmpty(string text) => string.IsNullOrWhiteSpace(text) ? new("this is empty", "write a value, or remove the line") : null;
}
