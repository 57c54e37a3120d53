using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>
/// Whether a change log tells of a version: a heading with it, and something below. Headings as in Keep a Changelog 1.1.0 (<c>## [1.2.3] - 2026-01-31</c>)
/// and as others write them: <c>## v1.2.3 - date</c>, <c># 1.2.3</c>, <c>## Version 1.2.3</c>, or underlined.
/// </summary>
public sealed partial class ChangelogProbe : Probe
{
    public override Signature Signature { get; } = new("changelog", "The change log tells of a version.")
    {
        Arguments = [new("VERSION", "The version; a leading v counts on neither side.")],
        Options = [new("file", "The change log, in Markdown. Default: CHANGELOG.md")],
        Facts = [new("present", Dimension.Boolean, "A heading begins with this version, and at least one line of text stands below it.")],
        DefaultCondition = "present",
        OnHosts = true,
        Example = "changelog ${version}",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var (version, file) = (call.Arguments[0].Trim(), call.Option("file") ?? "CHANGELOG.md");
        var machine = Machine.Of(call);
        var path = machine.Absolute(file);
        if (Bare(version).Length == 0)
            return new Reading.NoAnswer("the version is empty: give it with --var version=…");
        try
        {
            var sections = Sections((await machine.ReadAsync(path, cancel)).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n')).ToList();
            var about = sections.Where(s => s.Version == Bare(version)).ToList();
            var told = about.FirstOrDefault(s => s.Content.Any(IsText));
            var explained = told is not null ? string.Join('\n', told.Content).Trim()
                : about.Count > 0 ? $"{file} has the heading \"{about[0].Heading}\" and nothing below it"
                : sections.Count == 0 ? $"{file} has no heading with a version"
                : $"{file} has no heading for {version}; the first that it has: {string.Join(", ", sections.Take(5).Select(s => s.Version))}";
            return new Reading.Measured(Facts.Of(("present", Value.Of(told is not null)))) { Evidence = [Evidence.OfText("changelog.txt", explained + "\n")] };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Reading.NoAnswer($"{file}: no such file in {call.Context.Directory}; name the change log with file=");
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Reading.NoAnswer($"{file} can't be read: {e.Message}");
        }
    }

    /// <summary>
    /// Each heading that begins with a version, with all the lines up to the next heading of its level or above. Of the third level and below only
    /// another version ends it: standard-version writes patches and their parts ("Bug Fixes") as headings of one level.
    /// </summary>
    private static IEnumerable<Section> Sections(string[] lines)
    {
        var headings = Headings(lines).ToList();
        for (var i = 0; i < headings.Count; i++)
        {
            var (level, text, first, _) = headings[i];
            if (VersionIn(text) is not { } version)
                continue;
            var end = headings.Skip(i + 1).Where(h => h.Level < level || (h.Level == level && (level < 3 || VersionIn(h.Text) is not null))).Select(h => h.Start).FirstOrDefault(lines.Length);
            yield return new(version, text, [.. lines[first..end].Where((_, n) => headings.All(h => first + n < h.Start || first + n >= h.Below))]);
        }
    }

    /// <summary>ATX and underlined headings (CommonMark 0.31, 4.2 and 4.3), outside of fences.</summary>
    private static IEnumerable<(int Level, string Text, int Below, int Start)> Headings(string[] lines)
    {
        string? fence = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith("~~~", StringComparison.Ordinal))
                fence = fence is null ? line[..3] : line.StartsWith(fence, StringComparison.Ordinal) ? null : fence;
            else if (fence is null && Atx().Match(line) is { Success: true } atx)
                yield return (atx.Groups[1].Length, atx.Groups[2].Value, i + 1, i);
            else if (fence is null && line.Length > 0 && i + 1 < lines.Length && Underline().IsMatch(lines[i + 1]) && !Bullet().IsMatch(line))
                yield return (lines[i + 1].TrimStart()[0] == '=' ? 1 : 2, line, i + 2, i);
        }
    }

    private static string? VersionIn(string heading)
    {
        var match = FirstVersion().Match(heading);
        return match.Success ? Bare(match.Groups[1].Value) : null;
    }

    private static string Bare(string version) => version is ['v' or 'V', >= '0' and <= '9', ..] ? version[1..] : version;

    /// <summary>The links that Keep a Changelog puts at the end, and comments, tell nothing.</summary>
    private static bool IsText(string line) => line.Any(char.IsLetterOrDigit) && !LinkDefinition().IsMatch(line) && !line.TrimStart().StartsWith("<!--", StringComparison.Ordinal);

    private sealed record Section(string Version, string Heading, IReadOnlyList<string> Content);

    [GeneratedRegex(@"^(#{1,6})[ \t]+(.*?)[ \t]*#*$")]
    private static partial Regex Atx();

    [GeneratedRegex(@"^ {0,3}(=+|-{3,})[ \t]*$")]
    private static partial Regex Underline();

    [GeneratedRegex(@"^([-*+]|\d+[.)])[ \t]")]
    private static partial Regex Bullet();

    /// <summary>The first thing in the heading, after a word or two at most (Version, Release, the product's name) and brackets.</summary>
    [GeneratedRegex(@"^(?:[\p{L}][\w.-]*[ \t@]+){0,2}?[\[(*_`~]*(?:[\w.-]+@)?([vV]?\d[\w.+-]*?)(?=[\])*_`~:,;]|[ \t]|$)")]
    private static partial Regex FirstVersion();

    [GeneratedRegex(@"^ {0,3}\[[^\]]+\]:")]
    private static partial Regex LinkDefinition();
}
