using System.Text.RegularExpressions;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Counts the lines in which a regular expression of the checklist is found: the fact <c>matching"…"</c>.</summary>
internal sealed class LineMatches
{
    /// <summary>What one line may take; more than that is an expression that explodes, not a long line.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly string _key;
    private readonly Regex _pattern;
    private long _count;
    private string? _broken;

    private LineMatches(string key, Regex pattern)
    {
        _key = key;
        _pattern = pattern;
    }

    /// <summary>The declaration that goes with it.</summary>
    public static FactDeclaration Declaration(string of) => new("matching", Dimension.Count, $"Lines of {of} in which the regular expression is found: matching\"error|panic\".", TakesText: true) { Wrong = WhyNot };

    /// <summary>One counter for each text that the conditions name; false with the reason where one of them is no regular expression.</summary>
    public static bool TryFor(ProbeCall call, out IReadOnlyList<LineMatches> counters, out string problem)
    {
        var all = new List<LineMatches>();
        counters = all;
        problem = "";
        foreach (var text in call.TextsOf("matching"))
        {
            if (WhyNot(text) is { } why)
            {
                problem = why;
                return false;
            }

            all.Add(new($"matching\"{text}\"", Compile(text)));
        }

        return true;
    }

    /// <summary>Why a text is no regular expression; null: it is one.</summary>
    private static string? WhyNot(string text)
    {
        try
        {
            Compile(text);
            return null;
        }
        catch (ArgumentException e)
        {
            return $"matching\"{text}\" is no regular expression: {e.Message.TrimEnd('.')}";
        }
    }

    /// <summary>Whether the expression is found in it.</summary>
    public bool See(string line)
    {
        if (_broken is not null)
            return false;
        try
        {
            var found = _pattern.IsMatch(line);
            if (found)
                _count++;
            return found;
        }
        catch (RegexMatchTimeoutException)
        {
            _broken = $"{_key} took more than {Units.Duration(Limit)} on one line: write it without nested repetition";
            return false;
        }
    }

    public (string Name, Value Value) Fact => (_key, _broken is null ? Value.Count(_count) : new Value.Unknown(_broken));

    private static Regex Compile(string text)
    {
        try
        {
            return new(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);
        }
        catch (NotSupportedException)
        {
            // Looking around and back-references need backtracking; the limit keeps them from running away.
            return new(text, RegexOptions.CultureInvariant, Limit);
        }
    }
}
