using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Metrics;

/// <summary>Names series as PromQL does: <c>http_requests_total{code=~"5..", job!="batch"}</c>. A missing label counts as empty.</summary>
public sealed record SeriesSelector(string Name, ImmutableArray<LabelMatcher> Labels)
{
    /// <exception cref="FormatException">With the place and what is meant there.</exception>
    public static SeriesSelector Parse(string text)
    {
        var reader = new Reader(text);
        var name = reader.Name("the metric's name");
        var labels = ImmutableArray.CreateBuilder<LabelMatcher>();
        if (reader.Take('{'))
        {
            while (!reader.Take('}'))
            {
                var label = reader.Name("a label's name or }");
                var kind = reader.Kind();
                labels.Add(LabelMatcher.Of(label, kind, reader.Quoted()));
                if (!reader.Take(',') && !reader.Sees('}'))
                    throw reader.Wrong("a comma or }");
            }
        }

        if (!reader.AtEnd)
            throw reader.Wrong("the end");
        return new(name, labels.ToImmutable());
    }

    public bool Matches(ScrapedSample sample) => sample.Name == Name && MatchesLabels(sample);

    /// <summary>The labels alone: a histogram's parts have other names.</summary>
    public bool MatchesLabels(ScrapedSample sample)
    {
        foreach (var matcher in Labels)
            if (!matcher.Matches(sample.Label(matcher.Label)))
                return false;
        return true;
    }

    public SeriesSelector Named(string name) => this with { Name = name };

    public override string ToString() => Labels.IsEmpty ? Name : $"{Name}{{{string.Join(",", Labels)}}}";

    private sealed class Reader(string text)
    {
        private int _at;

        public bool AtEnd => Skip() >= text.Length;

        public bool Sees(char c) => Skip() < text.Length && text[_at] == c;

        public bool Take(char c)
        {
            if (!Sees(c))
                return false;
            _at++;
            return true;
        }

        public string Name(string what)
        {
            var start = Skip();
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or ':'))
                _at++;
            return _at > start && !char.IsAsciiDigit(text[start]) ? text[start.._at] : throw Wrong(what);
        }

        public MatchKind Kind()
        {
            Skip();
            foreach (var (sign, kind) in LabelMatcher.Signs)
            {
                if (text.AsSpan(_at).StartsWith(sign))
                {
                    _at += sign.Length;
                    return kind;
                }
            }

            throw Wrong("=, !=, =~ or !~");
        }

        public string Quoted()
        {
            Skip();
            if (_at >= text.Length || text[_at] is not ('"' or '\''))
                throw Wrong("a value in quotes");
            var quote = text[_at++];
            var value = new StringBuilder();
            while (_at < text.Length && text[_at] != quote)
            {
                // A backslash that escapes nothing known stays: a pattern's own (\d, \.) may be written once or twice.
                if (text[_at] == '\\' && _at + 1 < text.Length && (text[_at + 1] is '\\' or 'n' || text[_at + 1] == quote))
                {
                    value.Append(text[_at + 1] == 'n' ? '\n' : text[_at + 1]);
                    _at += 2;
                    continue;
                }

                value.Append(text[_at++]);
            }

            if (_at >= text.Length)
                throw Wrong($"a closing {quote}");
            _at++;
            return value.ToString();
        }

        public FormatException Wrong(string meant) => new($"column {_at + 1} of {text}: {meant} is meant here");

        private int Skip()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
            return _at;
        }
    }
}

public enum MatchKind
{
    Equal,
    NotEqual,
    Like,
    NotLike,
}

/// <summary>One label's condition. Regular expressions are anchored at both ends, as in PromQL.</summary>
public sealed record LabelMatcher(string Label, MatchKind Kind, string Value)
{
    private Regex? _pattern;

    internal static (string Sign, MatchKind Kind)[] Signs { get; } = [("=~", MatchKind.Like), ("!~", MatchKind.NotLike), ("!=", MatchKind.NotEqual), ("=", MatchKind.Equal)];

    /// <exception cref="FormatException">The value is no regular expression.</exception>
    public static LabelMatcher Of(string label, MatchKind kind, string value)
    {
        var matcher = new LabelMatcher(label, kind, value);
        if (kind is MatchKind.Like or MatchKind.NotLike)
        {
            try
            {
                // Without backtracking, no pattern of a file can stall a watch.
                matcher._pattern = new Regex($@"\A(?:{value})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                throw new FormatException($"{label}{Sign(kind)}\"{value}\" is no regular expression: {e.Message}", e);
            }
        }

        return matcher;
    }

    public bool Matches(string value) => Kind switch
    {
        MatchKind.Equal => value == Value,
        MatchKind.NotEqual => value != Value,
        MatchKind.Like => _pattern!.IsMatch(value),
        MatchKind.NotLike => !_pattern!.IsMatch(value),
        _ => throw new InvalidOperationException($"no such match: {Kind}"),
    };

    public bool Equals(LabelMatcher? other) => other is not null && Label == other.Label && Kind == other.Kind && Value == other.Value;

    public override int GetHashCode() => HashCode.Combine(Label, Kind, Value);

    public override string ToString() => $"{Label}{Sign(Kind)}\"{Value}\"";

    private static string Sign(MatchKind kind) => Signs.First(s => s.Kind == kind).Sign;
}
