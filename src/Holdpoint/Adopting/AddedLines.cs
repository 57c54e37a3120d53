using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>Which line of the file a line of the result was, or stands before.</summary>
internal sealed class AddedLines
{
    private readonly List<int> _originals = [0];

    public AddedLines(SourceText source, IReadOnlyList<Proposal> proposals)
    {
        var added = proposals.SelectMany(p => p.Additions).GroupBy(a => a.Offset).ToDictionary(g => g.Key, g => g.Sum(a => a.Text.Count(c => c == '\n')));
        var offsets = added.Keys.Order().ToList();
        var next = 0;
        for (var line = 1; line <= source.LineCount; line++)
        {
            var end = line < source.LineCount ? source.LineStart(line + 1) : source.Text.Length + 1;
            var count = 0;
            while (next < offsets.Count && offsets[next] < end)
                count += added[offsets[next++]];
            for (var i = 0; i <= count; i++)
                _originals.Add(line);
        }
    }

    public int Original(int line) => _originals[Math.Clamp(line, 1, _originals.Count - 1)];
}
