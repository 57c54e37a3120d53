using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdpoint.Plans;

/// <summary>Finds a date by which the file was to be reviewed, and which has passed: in the front matter or in a line like <c>Next review: 2024-02-21</c>.</summary>
internal static partial class ReviewDates
{
    private static readonly string[] Forms = ["yyyy-MM-dd", "yyyy/MM/dd", "d MMMM yyyy", "d MMM yyyy", "MMMM d, yyyy", "MMM d, yyyy", "MMMM d yyyy", "MMM d yyyy"];

    private static readonly SearchValues<string> Hints = SearchValues.Create(["review", "valid"], StringComparison.OrdinalIgnoreCase);

    public static void Look(PlannedFile file, TimeProvider time)
    {
        var text = file.Source.Text;
        var today = time.GetUtcNow().Date;
        for (var from = 0; from < text.Length;)
        {
            var hint = text.AsSpan(from).IndexOfAny(Hints);
            if (hint < 0)
                return;
            var start = text.LastIndexOf('\n', from + hint) + 1;
            var end = text.IndexOf('\n', from + hint) is >= 0 and var found ? found : text.Length;
            LookAtLine(text.AsSpan(start, end - start), start, file, today);
            from = end + 1;
        }
    }

    private static void LookAtLine(ReadOnlySpan<char> line, int start, PlannedFile file, DateTime today)
    {
        if (!Line().IsMatch(line))
            return;
        var written = line[(line.IndexOf(':') + 1)..].TrimStart(" \t*_:\"'");
        var at = start + line.Length - written.Length;
        written = written.TrimEnd(" \t\r*_.\"'");
        if (DateTime.TryParseExact(written, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date < today)
            file.Warning(file.Source.PositionAt(at), $"the review of this file was due on {date:yyyy-MM-dd}", "review it, and set the next date");
    }

    /// <summary>A label of a few words at the start of a line, a table's cell excepted: a last review is none that is due.</summary>
    [GeneratedRegex(@"^[ \t>*_-]*(?:next[ _-]?review(?:[ _-]?(?:date|due|on))?|review[ _-]?(?:by|due|before|until)|valid[ _-]until)[ \t*_]*:[^\n]{8,40}$", RegexOptions.IgnoreCase)]
    private static partial Regex Line();
}
