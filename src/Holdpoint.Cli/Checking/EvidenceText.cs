using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Cli.Checking;

/// <summary>What a failed check has seen, as text: which file, which header, what a script said. A count alone mends nothing.</summary>
internal static class EvidenceText
{
    /// <summary>Lines of the beginning, and of the end, where a script says why it gave up.</summary>
    private const int Ends = 3;

    private const int LongestLine = 160;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The first and last lines of each; none where the check did not fail, or has seen no text.</summary>
    public static IEnumerable<string> Of(CheckResult result)
    {
        if (result.Verdict is not Verdict.Failed)
            yield break;
        foreach (var (name, text) in TextsOf(result))
        {
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => !l.StartsWith("--- ", StringComparison.Ordinal)).ToList();
            // What the verdict says already is not said again.
            if (lines.TrueForAll(l => result.Verdict.Message.Contains(l, StringComparison.Ordinal)))
                continue;
            var left = lines.Count - (2 * Ends);
            foreach (var line in left > 0 ? [.. lines[..Ends], $"… {left} more lines of {name}, which --json has", .. lines[^Ends..]] : lines)
                yield return line.Length > LongestLine ? line[..(LongestLine - 1)] + "…" : line;
        }
    }

    /// <summary>Evidence that is text, by its name; pictures and pages of bytes are left out.</summary>
    public static IEnumerable<(string Name, string Text)> TextsOf(CheckResult result)
    {
        foreach (var evidence in result.Evidence)
            if (Read(evidence.Content.Span) is { } text && !string.IsNullOrWhiteSpace(text))
                yield return (evidence.Name, text);
    }

    private static string? Read(ReadOnlySpan<byte> content)
    {
        if (content.Contains((byte)0))
            return null;
        try
        {
            return s_strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
