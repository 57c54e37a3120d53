using System.Diagnostics.CodeAnalysis;

namespace Holdpoint.Expressions;

/// <summary>A version as people write them: <c>v1.4.2</c>, <c>2.20</c>, <c>15.4-rc.1</c>. Ordered as Semantic Versioning 2.0.0, section 11, for any number of parts; a missing part is 0.</summary>
public sealed class VersionNumber : IComparable<VersionNumber>, IEquatable<VersionNumber>
{
    private readonly long[] _parts;
    private readonly string[] _preRelease;

    private VersionNumber(string text, long[] parts, string[] preRelease)
    {
        Text = text;
        _parts = parts;
        _preRelease = preRelease;
    }

    public string Text { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out VersionNumber? version)
    {
        version = null;
        var core = text.AsSpan().Trim();
        if (core.Length > 1 && core[0] is 'v' or 'V')
            core = core[1..];
        if (core.IndexOf('+') is >= 0 and var build)
            core = core[..build];
        var pre = Array.Empty<string>();
        if (core.IndexOf('-') is > 0 and var dash)
        {
            pre = core[(dash + 1)..].ToString().Split('.');
            core = core[..dash];
        }

        var words = core.ToString().Split('.');
        var parts = new long[words.Length];
        for (var i = 0; i < words.Length; i++)
            if (words[i].Length is 0 or > 18 || !words[i].All(char.IsAsciiDigit) || !long.TryParse(words[i], out parts[i]))
                return false;
        version = new(text.Trim(), parts, pre);
        return true;
    }

    public int CompareTo(VersionNumber? other)
    {
        if (other is null)
            return 1;
        for (var i = 0; i < Math.Max(_parts.Length, other._parts.Length); i++)
        {
            var c = _parts.ElementAtOrDefault(i).CompareTo(other._parts.ElementAtOrDefault(i));
            if (c != 0)
                return c;
        }

        if (_preRelease.Length == 0 || other._preRelease.Length == 0)
            return other._preRelease.Length.CompareTo(_preRelease.Length);
        for (var i = 0; i < Math.Min(_preRelease.Length, other._preRelease.Length); i++)
        {
            var (a, b) = (_preRelease[i], other._preRelease[i]);
            var (numA, numB) = (long.TryParse(a, out var x), long.TryParse(b, out var y));
            var c = (numA, numB) switch
            {
                (true, true) => x.CompareTo(y),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(a, b),
            };
            if (c != 0)
                return c;
        }

        return _preRelease.Length.CompareTo(other._preRelease.Length);
    }

    public bool Equals(VersionNumber? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as VersionNumber);

    public override int GetHashCode()
    {
        // Trailing zeros do not count: 1.2 equals 1.2.0.
        var hash = new HashCode();
        foreach (var part in _parts.Reverse().SkipWhile(p => p == 0))
            hash.Add(part);
        foreach (var part in _preRelease)
            hash.Add(part);
        return hash.ToHashCode();
    }

    public override string ToString() => Text;

    public static bool operator ==(VersionNumber? a, VersionNumber? b) => a is null ? b is null : a.Equals(b);

    public static bool operator !=(VersionNumber? a, VersionNumber? b) => !(a == b);

    public static bool operator <(VersionNumber a, VersionNumber b) => a.CompareTo(b) < 0;

    public static bool operator >(VersionNumber a, VersionNumber b) => a.CompareTo(b) > 0;

    public static bool operator <=(VersionNumber a, VersionNumber b) => a.CompareTo(b) <= 0;

    public static bool operator >=(VersionNumber a, VersionNumber b) => a.CompareTo(b) >= 0;
}
