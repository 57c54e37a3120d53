using System.Text;

namespace Holdpoint.Adopting;

/// <summary>What is added to a text, by offsets. Nothing is ever taken away: without its insertions the result is the text again.</summary>
internal sealed class Insertions
{
    private readonly SortedDictionary<int, StringBuilder> _at = [];

    public int Count => _at.Count;

    /// <summary>Several at one offset stand in the order in which they came.</summary>
    public void Add(int offset, string text)
    {
        if (!_at.TryGetValue(offset, out var there))
            _at[offset] = there = new();
        there.Append(text);
    }

    public string ApplyTo(string text)
    {
        var result = new StringBuilder(text.Length + 1024);
        var copied = 0;
        foreach (var (offset, added) in _at)
        {
            result.Append(text, copied, offset - copied).Append(added);
            copied = offset;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }
}
