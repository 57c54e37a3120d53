using System.Diagnostics.CodeAnalysis;
using Holdpoint.Expressions;

namespace Holdpoint.Watching;

/// <summary>The value of <c>Due:</c>, relative to the planned time (<c>--at</c>), else to the start of <c>deploy</c>.</summary>
/// <param name="Offset">Negative: before it.</param>
public sealed record DueTime(TimeSpan Offset)
{
    public DateTimeOffset At(DateTimeOffset planned) => planned + Offset;

    /// <summary><c>7d before</c>, <c>24h after</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DueTime? due, [NotNullWhen(false)] out Mistake? mistake)
    {
        due = null;
        mistake = null;
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || words[^1] is not ("before" or "after"))
            mistake = new($"{text} does not say whether before or after", "write for example 7d before, or 24h after");
        else if (Units.ParseDuration(string.Concat(words[..^1])) is not { } time || time < TimeSpan.Zero)
            mistake = new($"{string.Join(' ', words[..^1])} is no duration", $"write a number with {Units.UnitsOf(Dimension.Duration)}: 7d {words[^1]}");
        else
            due = new(words[^1] == "before" ? -time : time);
        return due is not null;
    }

    public override string ToString() => Offset < TimeSpan.Zero ? $"{Units.Duration(-Offset)} before" : $"{Units.Duration(Offset)} after";
}
