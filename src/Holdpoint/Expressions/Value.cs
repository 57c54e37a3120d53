using System.Globalization;

namespace Holdpoint.Expressions;

/// <summary>What an instrument says, or a literal in the file.</summary>
public abstract record Value
{
    /// <param name="Amount">In the base unit of its dimension: seconds, bytes, 1 for 100 %, or a plain number.</param>
    public sealed record Number(double Amount, Dimension Dimension) : Value
    {
        public override string ToString() => Dimension switch
        {
            Dimension.Duration => Units.Duration(Amount),
            Dimension.Bytes => Units.Bytes(Amount),
            Dimension.Ratio => Units.Ratio(Amount),
            _ => Amount.ToString("0.######", CultureInfo.InvariantCulture),
        };
    }

    public sealed record Text(string Content) : Value
    {
        /// <summary>Compared like any other, and never shown: a variable of the environment may be a password.</summary>
        public bool Hidden { get; init; }

        public bool Equals(Text? other) => other is not null && Content == other.Content;

        public override int GetHashCode() => Content.GetHashCode(StringComparison.Ordinal);

        public override string ToString() => Hidden ? "(not shown)" : $"\"{OneLine(Content)}\"";
    }

    public sealed record Boolean(bool Is) : Value
    {
        public override string ToString() => Is ? "true" : "false";
    }

    public sealed record Version(VersionNumber Parsed) : Value
    {
        public override string ToString() => OneLine(Parsed.Text);
    }

    public sealed record Null : Value
    {
        public override string ToString() => "null";
    }

    /// <summary>Every node that a path with <c>[*]</c> selected, or the elements of a JSON array.</summary>
    public sealed record Many(IReadOnlyList<Value> Items) : Value
    {
        public override string ToString() => OneLine($"[{string.Join(", ", Items.Take(6))}{(Items.Count > 6 ? ", …" : "")}]");
    }

    /// <summary>The instrument answered, and the thing asked for isn't there: a key that a JSON document lacks.</summary>
    /// <param name="Because">Where more is to be said than its name.</param>
    public sealed record Absent(string Because = "") : Value
    {
        public override string ToString() => "absent";
    }

    /// <summary>The instrument did not answer, or not with something that can be judged.</summary>
    public sealed record Unknown(string Because) : Value
    {
        public override string ToString() => $"unknown: {Because}";
    }

    private Value() { }

    /// <summary>At most 80 characters on one line: a message is read at a bad hour, and the whole text is in the evidence.</summary>
    private static string OneLine(string text)
    {
        var cut = text.Length <= 80 ? text.Length : char.IsHighSurrogate(text[78]) ? 78 : 79;
        var shown = text.AsSpan(0, cut);
        var line = shown.IndexOfAnyInRange('\0', '\u001f') < 0 ? shown.ToString() : string.Create(cut, text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
        return cut < text.Length ? line + "…" : line;
    }

    public static Value Duration(TimeSpan time) => new Number(time.TotalSeconds, Dimension.Duration);

    public static Value Bytes(double bytes) => new Number(bytes, Dimension.Bytes);

    public static Value Ratio(double ratio) => new Number(ratio, Dimension.Ratio);

    public static Value Count(double count) => new Number(count, Dimension.Count);

    public static Value Of(string text) => new Text(text);

    public static Value Of(bool value) => new Boolean(value);

    /// <summary>A version, or plain text where it does not read as one.</summary>
    public static Value OfVersion(string text) => VersionNumber.TryParse(text, out var v) ? new Version(v) : new Text(text);
}
