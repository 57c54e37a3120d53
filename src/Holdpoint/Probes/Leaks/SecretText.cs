using System.Buffers;
using System.Text.RegularExpressions;

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
        var from = Math.Max(text.LastIndexOf('\n', at) + 1, at - Before);
        var lineEnd = text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;
        var to = Math.Min(rule.ManyLines ? text.Length : lineEnd, at + After);
        Try(rule, text, from, to, fileName, hits);
        return rule.ManyLines ? at + 1 : to == lineEnd ? to : to - After / 2;
    }

    private static void Try(SecretRule rule, string text, int from, int to, string fileName, List<Hit> hits)
    {
        try
        {
            for (var match = rule.Pattern.Match(text, from, to - from); match.Success; match = match.NextMatch())
            {
                var value = match.Groups["v"] is { Success: true } named ? named : match;
                if (rule.Accepts(match, value.Value, fileName))
                    hits.Add(new(rule.ManyLines ? match.Index : value.Index, value.Index + value.Length, rule, value.Value));
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // A line on which an expression takes a second is made for that; the other rules go on.
            return;
        }
    }

    private static List<(int, string, string)> Told(string text, List<Hit> hits)
    {
        List<(int Line, string Rule, string Shown)> told = [];
        var (line, counted) = (1, 0);
        foreach (var hit in hits.DistinctBy(h => (h.Start, h.Rule.Id)).OrderBy(h => h.Start))
        {
            // A token has one name: that of its own rule, not of the variable that holds it.
            if (hit.Rule.IsGeneric && hits.Exists(h => h != hit && h.Start < hit.End && hit.Start < h.End && (!h.Rule.IsGeneric || h.Start < hit.Start || (h.Start == hit.Start && string.CompareOrdinal(h.Rule.Id, hit.Rule.Id) < 0))))
                continue;
            line += text.AsSpan(counted, hit.Start - counted).Count('\n');
            counted = hit.Start;
            var lineStart = text.LastIndexOf('\n', Math.Max(0, hit.Start - 1)) + 1;
            var lineEnd = text.IndexOf('\n', hit.Start) is >= 0 and var end ? end : text.Length;
            if (!text.AsSpan(Math.Min(lineStart, hit.Start), lineEnd - Math.Min(lineStart, hit.Start)).Contains(Allowed, StringComparison.Ordinal))
                told.Add((line, hit.Rule.Id, hit.Value.Length >= 16 ? hit.Value[..4] + "…" : "…"));
        }

        return told;
    }

    private sealed record Hit(int Start, int End, SecretRule Rule, string Value);
}
