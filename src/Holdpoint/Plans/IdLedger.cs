using Holdpoint.Checklists;

namespace Holdpoint.Plans;

/// <summary>Hands out ids, each once.</summary>
/// <param name="expected">How many items there will be, about.</param>
internal sealed class IdLedger(int expected)
{
    private readonly Dictionary<string, (PlannedFile File, Position At)> _items = new(expected, StringComparer.Ordinal);
    private readonly HashSet<string> _sections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    /// <summary>The id itself where it is free. Where it is taken, a file with marks has an error: results would be written to the wrong one.</summary>
    public string OfItem(string id, PlannedFile file, Position at)
    {
        if (_items.TryAdd(id, (file, at)))
            return id;
        var first = _items[id];
        if (file.IsMarked)
        {
            var line = first.File.Path == file.Path ? $"line {first.At.Line}" : $"{first.File.Path}:{first.At.Line}";
            file.Error(at, $"this item on line {at.Line} and the one on {line} have the same id `{id[(id.LastIndexOf('/') + 1)..]}`", "say them in different words, or give one an id of its own: #id=name");
        }

        var free = Numbered(id, _items.ContainsKey);
        _items[free] = (file, at);
        return free;
    }

    /// <summary>Sections that are called the same are told apart by a number: their items' ids are not made of it.</summary>
    public string OfSection(string id)
    {
        if (_sections.Add(id))
            return id;
        var free = Numbered(id, _sections.Contains);
        _sections.Add(free);
        return free;
    }

    private string Numbered(string id, Func<string, bool> isTaken)
    {
        var number = _next.GetValueOrDefault(id, 2);
        while (isTaken($"{id}-{number}"))
            number++;
        _next[id] = number + 1;
        return $"{id}-{number}";
    }
}
