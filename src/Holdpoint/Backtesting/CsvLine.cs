using System.Text;

namespace Holdpoint.Backtesting;

/// <summary>A line of a table as programs and spreadsheets write them (RFC 4180): comma, semicolon or tab, quotes where needed.</summary>
internal static class CsvLine
{
    /// <summary>The sign that stands most often in the header.</summary>
    public static char DelimiterOf(string header) => new[] { ',', ';', '\t' }.MaxBy(d => header.Count(c => c == d));

    public static List<string> Split(string line, char delimiter)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[i++]);
            else if (c == '"')
                quoted = !quoted;
            else if (!quoted && c == delimiter)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
                cell.Append(c);
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
