using System.Globalization;
using System.Text;

namespace Holdpoint.Rollouts;

/// <summary>A server's line of <c>show stat</c>.</summary>
/// <param name="Status">As HAProxy words it: <c>UP</c>, <c>UP 1/3</c>, <c>DOWN</c>, <c>NOLB</c>, <c>MAINT</c>, <c>DRAIN</c>, <c>no check</c>.</param>
/// <param name="Weight">By which requests are given out now, 0 to 256: less than its own while it starts slowly.</param>
/// <param name="OwnWeight">As it is set, 0 to 256.</param>
/// <param name="UnderWay">Sessions that it has, and those that wait for it.</param>
/// <param name="Check">What its last health check found; may be empty.</param>
internal sealed record HaproxyServer(string Name, string Status, int Weight, int OwnWeight, bool IsBackup, long UnderWay, long Answers, long Failures, string Check)
{
    public bool IsInMaintenance => Status.StartsWith("MAINT", StringComparison.Ordinal);

    public bool IsUp => Status.StartsWith("UP", StringComparison.Ordinal) || Status == "no check";

    public bool IsDraining => Status.StartsWith("DRAIN", StringComparison.Ordinal);

    /// <summary>It counts as well, and not all health checks of late have said so: <c>DRAIN 1/3</c>.</summary>
    public bool IsInDoubt => Status.Contains('/', StringComparison.Ordinal) && (IsUp || IsDraining);

    public bool TakesRequests => IsUp && Weight > 0;

    /// <summary>For a person: <c>DOWN (Layer4 connection problem)</c>.</summary>
    public string Condition => OwnWeight == 0 && IsUp ? $"{Status}, weight 0" : Check.Length > 0 && !IsInMaintenance ? $"{Status} ({Check})" : Status;
}

/// <summary>
/// What <c>show stat</c> prints: CSV, its columns named in the first line, a line each for frontends, backends and servers.
/// Source: HAProxy Management Guide 2.6, 9.1 "CSV format".
/// </summary>
internal sealed class HaproxyStats
{
    private readonly IReadOnlyList<IReadOnlyDictionary<string, string>> _lines;
    private readonly string _address;

    private HaproxyStats(IReadOnlyList<IReadOnlyDictionary<string, string>> lines, string address) => (_lines, _address) = (lines, address);

    /// <exception cref="Unreachable">It is not such a table.</exception>
    public static HaproxyStats Parse(string csv, string address)
    {
        var rows = Rows(csv);
        if (rows.Count == 0)
            throw new Unreachable($"HAProxy at {address} prints no table of its servers");
        var columns = rows[0];
        columns[0] = columns[0].TrimStart('#', ' ');
        foreach (var name in (string[])["pxname", "svname", "scur", "status", "weight", "stot", "econ", "eresp", "bck"])
            if (!columns.Contains(name))
                throw new Unreachable($"HAProxy at {address} prints a table without the column {name}: 1.8 is the oldest version that is understood");
        var lines = new List<IReadOnlyDictionary<string, string>>();
        foreach (var row in rows.Skip(1))
        {
            if (row.Count != columns.Count)
                throw new Unreachable($"HAProxy at {address} prints a broken table: {row[0]} has {row.Count} values for {columns.Count} columns");
            lines.Add(columns.Zip(row).Where(c => c.First.Length > 0).DistinctBy(c => c.First).ToDictionary(c => c.First, c => c.Second));
        }

        return new(lines, address);
    }

    /// <summary>The servers of a backend, by name.</summary>
    /// <exception cref="Unreachable">There is no such backend.</exception>
    public IReadOnlyDictionary<string, HaproxyServer> Of(string backend)
    {
        var found = _lines.Where(l => l["pxname"] == backend && l["svname"] != "FRONTEND").ToList();
        if (found.Count > 0)
            return found.Where(l => l["svname"] != "BACKEND").ToDictionary(l => l["svname"], Read);
        var there = _lines.Where(l => l["svname"] == "BACKEND").Select(l => l["pxname"]).ToList();
        throw new Unreachable($"HAProxy at {_address} has no backend {backend}; it has {(there.Count > 0 ? string.Join(", ", there.Take(8)) : "none")}");
    }

    private HaproxyServer Read(IReadOnlyDictionary<string, string> line)
    {
        // Of answers to HTTP those of the server itself are counted by their class; what never came is counted beside, as an error of the connection or of the response.
        // 1xx go ahead of an answer and are none. Over TCP there are sessions alone.
        var lost = Number(line, "econ") + Number(line, "eresp");
        var answers = line.GetValueOrDefault("hrsp_2xx") is { Length: > 0 }
            ? lost + ((string[])["hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx", "hrsp_other"]).Sum(c => Number(line, c))
            : Number(line, "stot");
        var weight = (int)Number(line, "weight");
        return new(line["svname"], line["status"], weight, line.ContainsKey("uweight") ? (int)Number(line, "uweight") : weight, Number(line, "bck") > 0,
            Number(line, "scur") + Number(line, "qcur"), answers, lost + Number(line, "hrsp_5xx"), line.GetValueOrDefault("check_desc", ""));
    }

    /// <summary>An empty cell is 0: the column does not apply.</summary>
    private long Number(IReadOnlyDictionary<string, string> line, string column) => line.GetValueOrDefault(column, "") switch
    {
        "" => 0,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new Unreachable($"HAProxy at {_address} prints '{text}' as {column} of {line["svname"]}: that is no number"),
    };

    /// <summary>As RFC 4180 has it: a quoted cell may hold commas, quotes twice and line ends.</summary>
    private static List<List<string>> Rows(string csv)
    {
        var rows = new List<List<string>>();
        var row = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < csv.Length; i++)
            switch (csv[i])
            {
                case '"' when quoted && i + 1 < csv.Length && csv[i + 1] == '"':
                    cell.Append(csv[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    row.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\n' when !quoted:
                    if (row.Count > 0)
                        rows.Add([.. row, cell.ToString()]);
                    row.Clear();
                    cell.Clear();
                    break;
                default:
                    cell.Append(csv[i]);
                    break;
            }

        return rows;
    }
}
