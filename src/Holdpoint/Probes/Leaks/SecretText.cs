using System.Buffers;

namespace Holdpoint.Probes.Leaks;

/// <summary>Finds secrets in one text. One pass looks for the words that rules begin with; only around those are expressions tried.</summary>
internal static class SecretText
{
    /// <summary>The convention of gitleaks: whoever wrote it says that this line holds no secret.</summary>
    private const string Allowed = "gitleaks:allow";

    /// <summary>What is looked at before and after a word in a line that is longer, as minified code is.</summary>
    private const int Before = 200, After = 4000;

    private static readonly SearchValues<string> Words = SearchValues.Create([.. SecretRules.All.SelectMany(r => r.Words).Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase);

    private static readonly (string Word, int Rule)[] RulesOfWords = [.. SecretRules.All.SelectMany((rule, index) => rule.Words.Select(w => (w, index)))];

    /// <exception cref="System.Text.RegularExpressions.RegexMatchTimeoutException">A line is made so that an expression does not come to its end.</exception>
    /// <param name="fileName">Its ending tells where a value needs no quotes.</param>
    public static IReadOnlyList<(int Line, string Rule, string Shown)> Find(string text, string fileName)
    {
        List<Hit> hits = [];
        var covered = new int[SecretRules.All.Count];
        for (var at = 0; at < text.Length; at++)
        {
            var next = text.AsSpan(at).IndexOfAny(Words);
            if (next < 0)
                break;
            at += next;
            foreach (var (word, index) in RulesOfWords)
                if (at >= covered[index] && text.AsSpan(at).StartsWith(word, StringComparison.OrdinalIgnoreCase))
                    covered[index] = TryAround(at, SecretRules.All[index], text, fileName, hits);
        }

        return hits.Count == 0 ? [] : Told(text, hits);
    }

    /// <summary>How far the text is done with, as to this rule: to the line's end, or where that is far, as far as a match would have been seen whole.</summary>
    private static int TryAround(int at, SecretRule rule, string text, string fileName, List<Hit> hits)
    {
        var (before, after) = (Math.Min(Before, at), Math.Min(After, text.Length - at));
        var from = text.AsSpan(at - before, before).LastIndexOf('\n') is >= 0 and var start ? at - before + start + 1 : at - before;
        var lineEnd = text.AsSpan(at, after).IndexOf('\n');
        var to = rule.ManyLines || lineEnd < 0 ? at + after : at + lineEnd;
        for (var match = rule.Pattern.Match(text, from, to - from); match.Success; match = match.NextMatch())
        {
            var value = match.Groups["v"] is { Success: true } named ? named : match;
            if (rule.Accepts(match, value.Value, fileName))
                hits.Add(new(rule.ManyLines ? match.Index : value.Index, value.Index + value.Length, rule, value.Value));
        }

        return rule.ManyLines ? at + 1 : lineEnd >= 0 || to == text.Length ? to : to - After / 2;
    }

    private static List<(int, string, string)> Told(string text, List<Hit> found)
    {
        List<(int Line, string Rule, string Shown)> told = [];
        var hits = found.DistinctBy(h => (h.Start, h.Rule.Id)).OrderBy(h => h.Start).ThenBy(h => h.Rule.IsGeneric).ToList();
        var (line, counted) = (1, 0);
        for (var i = 0; i < hits.Count; i++)
        {
            var hit = hits[i];
            // A token has one name: that of its own rule, not of the variable that holds it.
            if (hit.Rule.IsGeneric && (i > 0 && hits[i - 1].End > hit.Start || hits.Skip(i + 1).TakeWhile(h => h.Start < hit.End).Any(h => !h.Rule.IsGeneric)))
                continue;
            line += text.AsSpan(counted, hit.Start - counted).Count('\n');
            counted = hit.Start;
            if (!LineAround(text, hit.Start).Contains(Allowed, StringComparison.Ordinal))
                told.Add((line, hit.Rule.Id, hit.Value.Length >= 16 ? hit.Value[..4] + "…" : "…"));
        }

        return told;
    }

    /// <summary>Of a line that is longer, what is near.</summary>
    private static ReadOnlySpan<char> LineAround(ReadOnlySpan<char> text, int at)
    {
        var near = Math.Max(0, at - After);
        text = text[near..Math.Min(text.Length, at + After)];
        at -= near;
        var start = text[..at].LastIndexOf('\n') + 1;
        var end = text[at..].IndexOf('\n');
        return end < 0 ? text[start..] : text[start..(at + end)];
    }

    private sealed record Hit(int Start, int End, SecretRule Rule, string Value);
}
