using System.Globalization;

namespace Holdpoint.Probes.Reports;

/// <summary>Adds up the records of an lcov file, line by line.</summary>
internal sealed class LcovRecords(string path)
{
    private readonly Dictionary<(string File, string Line), bool> _lines = [];
    private readonly Dictionary<(string File, string Branch), bool> _branches = [];
    private readonly Dictionary<string, Summary> _summaries = [];
    private readonly HashSet<string> _detailed = [];
    private readonly HashSet<string> _detailedBranches = [];
    private string? _file;
    private bool _any;

    public void See(string line)
    {
        line = line.Trim();
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var (key, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
        switch (key)
        {
            case "SF":
                if (_file is not null)
                    throw HalfWritten();
                (_file, _any) = (value, true);
                break;
            case "end_of_record":
                _file = null;
                break;
            case "DA" when _file is { } file:
                var hits = value.Split(',');
                if (hits.Length < 2)
                    throw HalfWritten();
                Take(_lines, (file, hits[0]), Number(hits[1]) > 0);
                _detailed.Add(file);
                break;
            case "BRDA" when _file is { } file:
                var cut = value.LastIndexOf(',');
                if (cut < 0)
                    throw HalfWritten();
                // "-": the line with this branch never ran.
                Take(_branches, (file, value[..cut]), value[(cut + 1)..] != "-" && Number(value[(cut + 1)..]) > 0);
                _detailedBranches.Add(file);
                break;
            case "LF" or "LH" or "BRF" or "BRH" when _file is { } file:
                var summary = _summaries.TryGetValue(file, out var known) ? known : _summaries[file] = new();
                summary.Take(key, Number(value));
                break;
        }
    }

    public CoverageReport End()
    {
        if (!_any)
            throw new Unanswered($"{path} is no coverage report: it is neither XML nor has it a line that begins with SF:");
        if (_file is not null)
            throw HalfWritten();
        var lines = _summaries.Where(s => !_detailed.Contains(s.Key)).Select(s => s.Value).ToList();
        var branches = _summaries.Where(s => !_detailedBranches.Contains(s.Key)).Select(s => s.Value).ToList();
        return new("lcov",
            Coverage.Counted(_lines.Count(l => l.Value) + lines.Sum(s => s.LinesHit), _lines.Count + lines.Sum(s => s.Lines)),
            Coverage.Counted(_branches.Count(b => b.Value) + branches.Sum(s => s.BranchesHit), _branches.Count + branches.Sum(s => s.Branches)));
    }

    private static void Take<T>(Dictionary<T, bool> seen, T key, bool covered) where T : notnull => seen[key] = covered || seen.GetValueOrDefault(key);

    private long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new Unanswered($"{path}: `{text}` is no number of an lcov record");

    private Unanswered HalfWritten() => new($"{path} breaks off within a record of {_file}: whatever writes it has not ended, or not well");

    /// <summary>What a record says of a file without its single lines; the largest of several.</summary>
    private sealed class Summary
    {
        public long Lines { get; private set; }

        public long LinesHit { get; private set; }

        public long Branches { get; private set; }

        public long BranchesHit { get; private set; }

        public void Take(string key, long number)
        {
            switch (key)
            {
                case "LF": Lines = Math.Max(Lines, number); break;
                case "LH": LinesHit = Math.Max(LinesHit, number); break;
                case "BRF": Branches = Math.Max(Branches, number); break;
                case "BRH": BranchesHit = Math.Max(BranchesHit, number); break;
            }
        }
    }
}
