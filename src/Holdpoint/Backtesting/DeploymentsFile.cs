using System.Text.Json;
using Holdpoint.Checklists;

namespace Holdpoint.Backtesting;

/// <summary>
/// Deployments of the past from a file: a table with the header <c>start,end,outcome,name</c>, or a JSON array of objects with these names.
/// <c>start</c> is needed; <c>end</c> may be missing; <c>outcome</c> is good or bad, or empty where nobody knows.
/// </summary>
public static class DeploymentsFile
{
    private const string Form = "write a table with the header start,end,outcome,name, or a JSON array of { \"start\": …, \"end\": …, \"outcome\": \"good\" or \"bad\", \"name\": … }";

    private static readonly string[] Fields = ["start", "end", "outcome", "name"];

    public static (IReadOnlyList<Deployment> Deployments, IReadOnlyList<Problem> Problems) Read(string file, string text)
    {
        var deployments = new List<Deployment>();
        var problems = new List<Problem>();
        if (text.AsSpan().TrimStart('\ufeff').TrimStart() is ['[' or '{', ..])
            ReadJson(file, text, deployments, problems);
        else
            ReadTable(file, text, deployments, problems);
        if (problems.Count == 0 && deployments.Count == 0)
            problems.Add(new(file, new(1, 1), "there is no deployment in it", Form));
        return ([.. deployments.OrderBy(d => d.Start)], problems);
    }

    private static void ReadTable(string file, string text, List<Deployment> deployments, List<Problem> problems)
    {
        var lines = text.TrimStart('\ufeff').Split('\n');
        var delimiter = CsvLine.DelimiterOf(lines[0]);
        var header = CsvLine.Split(lines[0], delimiter).ConvertAll(n => n.ToLowerInvariant());
        if (!header.Contains("start"))
        {
            problems.Add(new(file, new(1, 1), "the first line names no column start", Form));
            return;
        }

        foreach (var unknown in header.Except(Fields).Where(n => n.Length > 0))
            problems.Add(new(file, new(1, 1), $"a column {unknown} means nothing here", Expressions.Nearest.Hint(unknown, Fields, Form)));
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0)
                continue;
            var cells = CsvLine.Split(lines[i], delimiter);
            string Cell(string name) => header.IndexOf(name) is >= 0 and var at && at < cells.Count ? cells[at] : "";
            Take(file, new(i + 1, 1), Cell("start"), Cell("end"), Cell("outcome"), Cell("name"), deployments, problems);
        }
    }

    private static void ReadJson(string file, string text, List<Deployment> deployments, List<Problem> problems)
    {
        try
        {
            using var json = JsonDocument.Parse(text.TrimStart('\ufeff'));
            if (json.RootElement.ValueKind != JsonValueKind.Array)
            {
                problems.Add(new(file, new(1, 1), "it is no list of deployments", Form));
                return;
            }

            var number = 0;
            foreach (var one in json.RootElement.EnumerateArray())
            {
                number++;
                if (one.ValueKind != JsonValueKind.Object)
                {
                    problems.Add(new(file, new(1, 1), $"entry {number} is no object", Form));
                    continue;
                }

                foreach (var unknown in one.EnumerateObject().Select(p => p.Name).Except(Fields))
                    problems.Add(new(file, new(1, 1), $"entry {number} has a name {unknown}, which means nothing here", Expressions.Nearest.Hint(unknown, Fields, Form)));
                string Cell(string name) => one.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
                Take(file, new(1, 1), Cell("start"), Cell("end"), Cell("outcome"), Cell("name"), deployments, problems, $"entry {number}: ");
            }
        }
        catch (JsonException e)
        {
            problems.Add(new(file, new((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1), "it is no JSON", Form));
        }
    }

    private static void Take(string file, Position at, string start, string end, string outcome, string name, List<Deployment> deployments, List<Problem> problems, string where = "")
    {
        var before = problems.Count;
        var (from, to) = (Moment.Parse(start), end.Length > 0 ? Moment.Parse(end) : null);
        if (from is null)
            problems.Add(new(file, at, where + (start.Length > 0 ? $"{start} is no time" : "it has no start"), "write it as 2026-03-02T09:00:00Z; without a zone it is UTC"));
        if (end.Length > 0 && to is null)
            problems.Add(new(file, at, $"{where}{end} is no time", "write it as 2026-03-02T09:00:00Z, or leave it empty"));
        if (to <= from)
            problems.Add(new(file, at, $"{where}it ends before it starts", "change start and end"));
        bool? good = null;
        if (outcome.Length > 0 && (good = OutcomeOf(outcome)) is null)
            problems.Add(new(file, at, $"{where}{outcome} is no outcome", "write good or bad, or leave it empty where nobody knows"));
        if (problems.Count == before)
            deployments.Add(new(name.Length > 0 ? name : Moment.Show(from!.Value), from!.Value, to, good));
    }

    private static bool? OutcomeOf(string word) => word.ToLowerInvariant() switch
    {
        "good" => true,
        "bad" => false,
        _ => null,
    };
}
