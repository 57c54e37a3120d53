using System.Text.RegularExpressions;
using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>
/// Reads the <c>.http</c> form that VS Code's REST Client and JetBrains' editors share: requests parted by <c>###</c>, a request line,
/// headers, an empty line, a body. After these come our own lines <c>? condition</c> and <c>name = $.path</c>; <c>### always</c> marks the cleaning up.
/// </summary>
public static partial class ScenarioReader
{
    /// <summary>Reads all of it and reports every problem at once; lines count from 1 at the first line of <paramref name="content"/>.</summary>
    public static (Scenario Scenario, IReadOnlyList<(int Line, string What, string Fix)> Problems) Read(string content)
    {
        content = content.Replace("\r\n", "\n", StringComparison.Ordinal);
        var reading = new Reading(new SourceText("", content));
        var lines = content.Split('\n');
        var start = 0;
        for (var i = 0; i <= lines.Length; i++)
        {
            if (i < lines.Length && !lines[i].StartsWith("###", StringComparison.Ordinal))
                continue;
            var marked = start > 0;
            reading.Block(lines, start, i, marked ? lines[start - 1].TrimStart('#').Trim() : "", marked ? start : 0);
            start = i + 1;
        }

        if (reading.Steps.Count == 0 && reading.Problems.Count == 0)
            reading.Problems.Add((1, "the scenario has no request", "write METHOD URL on a line, for example: GET ${api}/health"));
        return (new(reading.Steps), reading.Problems);
    }

    [GeneratedRegex("""^(?:(?<method>[A-Z]+)\s+)?(?<address>(?:https?://|\$\{|/|\{\{|[a-z0-9.-]+(?::\d+)?(?:/|$)).*?)(?:\s+HTTP/[\d.]+)?\s*$""")]
    private static partial Regex RequestLine();

    [GeneratedRegex("""^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(?<value>.*?)\s*$""")]
    private static partial Regex HeaderLine();

    [GeneratedRegex("""^(?<name>[A-Za-z_]\w*)\s*=\s*(?:(?<path>\$(?:[.\[].*)?)|header\s*"(?<header>[^"]+)")\s*$""")]
    private static partial Regex CaptureLine();

    [GeneratedRegex("""^(?<name>[A-Za-z_]\w*)\s*=(?!=)""")]
    private static partial Regex LooksLikeCapture();

    private sealed class Reading(SourceText source)
    {
        private static readonly Signature Http = new HttpProbe().Signature;

        // A scenario asks no other probe and no metric. Which variables have a value shows when it runs: it captures some itself.
        private static readonly Vocabulary Words = new() { Probes = new Dictionary<string, Signature>(), Actions = new Dictionary<string, Signature>() };

        public List<ScenarioStep> Steps { get; } = [];

        public List<(int Line, string What, string Fix)> Problems { get; } = [];

        /// <param name="titleLine">The line of its <c>###</c>, from 1; 0 where the block begins the fence.</param>
        public void Block(string[] lines, int start, int end, string title, int titleLine)
        {
            var always = title.Equals("always", StringComparison.OrdinalIgnoreCase) || title.StartsWith("always ", StringComparison.OrdinalIgnoreCase);
            var i = start;
            for (; i < end && (lines[i].Trim().Length == 0 || IsComment(lines[i]) || lines[i].StartsWith('@')); i++)
                if (lines[i].StartsWith('@'))
                    Problem(i, $"'{lines[i].Trim()}': a scenario declares no variables", "declare it under vars: in holdpoint.yaml or the front matter, and write ${name}");
            if (i == end)
            {
                if (title.Length > 0)
                    Problem(titleLine - 1, $"no request follows '### {title}'", "write METHOD URL on the next line");
                return;
            }

            var requestLine = i;
            var request = RequestLine().Match(lines[i].Trim());
            if (!request.Success)
            {
                Problem(i, $"'{lines[i].Trim()}' is no request", "write METHOD URL, for example: POST ${api}/v1/notes");
                return;
            }

            var address = request.Groups["address"].Value;
            for (i++; i < end && lines[i].TrimStart() is ['?' or '&', var next, ..] && !char.IsWhiteSpace(next) && char.IsWhiteSpace(lines[i][0]); i++)
                address += lines[i].Trim();
            i = Headers(lines, i, end, out var headers);
            i = Body(lines, i, end, out var body);
            Tail(lines, i, end, out var checks, out var captures);
            for (var l = requestLine; l < end; l++)
                if (ForeignVariable().IsMatch(lines[l]))
                    Problem(l, "{{name}} is not put in", "write ${name}");
            Steps.Add(new(Steps.Count + 1, requestLine + 1, always ? title[6..].Trim() : title, always, request.Groups["method"] is { Success: true, Value: var method } ? method : "GET", address, headers, body, checks, captures));
        }

        private int Headers(string[] lines, int i, int end, out List<(string, string)> headers)
        {
            headers = [];
            for (; i < end && lines[i].Trim().Length > 0 && !BeginsTail(lines[i]); i++)
            {
                if (IsComment(lines[i]))
                    continue;
                if (HeaderLine().Match(lines[i].Trim()) is { Success: true } header)
                    headers.Add((header.Groups["name"].Value, header.Groups["value"].Value));
                else
                    Problem(i, $"'{lines[i].Trim()}' is no header", "write Name: value, and an empty line before the body");
            }

            return i;
        }

        private int Body(string[] lines, int i, int end, out string? body)
        {
            var first = i;
            for (; i < end && !BeginsTail(lines[i]); i++)
            {
                var line = lines[i].TrimStart();
                if (line is ['?', var c, ..] && char.IsLetter(c))
                    Problem(i, $"'{line.Trim()}': the sign touches the condition", $"write ? {line[1..].Trim()}");
                else if (line.StartsWith("< ", StringComparison.Ordinal) || line.StartsWith("> ", StringComparison.Ordinal))
                    Problem(i, $"'{line.Trim()}': files and scripts are not read from a scenario", "write the body itself; what the answer has to be stands in ? lines");
            }

            // Comments between the body and the first ? line are none of the body's.
            var text = string.Join('\n', lines[first..i]).Trim('\n', ' ', '\t');
            body = text.Length > 0 && !text.Split('\n').All(l => l.Trim().Length == 0 || IsComment(l)) ? text : null;
            return i;
        }

        private void Tail(string[] lines, int i, int end, out List<ScenarioCheck> checks, out List<ScenarioCapture> captures)
        {
            checks = [];
            captures = [];
            for (; i < end; i++)
            {
                var line = lines[i].Trim();
                if (line.Length == 0 || IsComment(line))
                    continue;
                if (line.StartsWith("? ", StringComparison.Ordinal) || line == "?")
                {
                    Check(lines[i], i, checks);
                }
                else if (line[0] == '?')
                {
                    Problem(i, $"'{line}': the sign touches the condition", $"write ? {line[1..].Trim()}");
                }
                else if (CaptureLine().Match(line) is { Success: true } capture)
                {
                    var path = capture.Groups["path"].Value.Trim();
                    if (path.Length > 0 && JsonPath.Measure(path, 0) != path.Length)
                        Problem(i, $"'{path}' is no path", "write $.name, $.list[0] or $[\"a name\"]");
                    else
                        captures.Add(new(i + 1, capture.Groups["name"].Value, path.Length > 0 ? new(path) : null, path.Length > 0 ? null : capture.Groups["header"].Value));
                }
                else if (LooksLikeCapture().IsMatch(line))
                {
                    Problem(i, $"'{line}' keeps nothing of the answer", "write name = $.path or name = header\"Location\"");
                }
                else
                {
                    Problem(i, $"'{line}' stands after the checks of a request", "after the first ? line only ? condition, name = $.path and # comments may stand; a line ### begins the next request");
                }
            }
        }

        private void Check(string line, int at, List<ScenarioCheck> checks)
        {
            var begin = line.IndexOf('?', StringComparison.Ordinal) + 1;
            var text = line[begin..].TrimEnd();
            if (text.Trim().Length == 0)
            {
                Problem(at, "a condition is missing after ?", "write ? status == 201");
                return;
            }

            var found = new List<Problem>();
            var condition = MarkParser.ParseCondition(text, source.LineStart(at + 1) + begin, source, Http, Words, found);
            foreach (var problem in found.Where(p => p.IsError))
                Problem(at, problem.What, problem.Fix);
            if (condition is not null)
                checks.Add(new(at + 1, text.Trim(), condition));
            else if (!found.Exists(p => p.IsError))
                Problem(at, $"'{text.Trim()}' is no condition", "write ? status == 201");
        }

        private void Problem(int index, string what, string fix) => Problems.Add((index + 1, what, fix));

        private static bool BeginsTail(string line) => line.StartsWith("? ", StringComparison.Ordinal) || line.TrimEnd() == "?" || CaptureLine().IsMatch(line);

        private static bool IsComment(string line) => line.TrimStart() is ['#', ..] or ['/', '/', ..];
    }

    /// <summary>Two braces also end nested JSON: only a name, or REST Client's <c>$guid</c>, between them is meant as a variable.</summary>
    [GeneratedRegex("""\{\{\s*\$?[A-Za-z_][\w.-]*(?:\s+[\w-]+)*\s*\}\}""")]
    private static partial Regex ForeignVariable();
}
