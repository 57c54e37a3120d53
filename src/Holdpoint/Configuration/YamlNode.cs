using Holdpoint.Checklists;

namespace Holdpoint.Configuration;

/// <summary>YAML as it was written, each node with its place. An alias is the node of its anchor itself.</summary>
internal abstract class YamlNode(Position at)
{
    public Position At { get; } = at;

    /// <summary>How the node is called in a message.</summary>
    public abstract string Form { get; }

    /// <summary>Nodes in this tree as a reader meets them, aliases counted as often as they are used.</summary>
    public int Size { get; protected set; } = 1;
}

/// <param name="content">Where the first character of the value stands, inside quotes and behind block marks.</param>
/// <param name="isPlain">Written without quotes, so that <c>null</c>, <c>~</c> and nothing at all mean "no value".</param>
internal sealed class YamlScalar(string text, bool isPlain, Position at, Position content) : YamlNode(at)
{
    public string Text { get; } = text;

    public bool IsPlain { get; } = isPlain;

    public Position Content { get; } = content;

    public bool IsNothing => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Form => IsNothing ? "nothing" : $"the text \"{(Text.Length > 40 ? Text[..39] + "…" : Text).ReplaceLineEndings(" ")}\"";
}

internal sealed class YamlList(Position at) : YamlNode(at)
{
    private readonly List<YamlNode> _items = [];

    public IReadOnlyList<YamlNode> Items => _items;

    public override string Form => "a list";

    public void Add(YamlNode item)
    {
        _items.Add(item);
        Size += item.Size;
    }
}

/// <summary>Keys in the file's order, repeated ones included.</summary>
internal sealed class YamlMapping(Position at) : YamlNode(at)
{
    private readonly List<YamlEntry> _entries = [];

    public IReadOnlyList<YamlEntry> Entries => _entries;

    public override string Form => "a mapping (name: value)";

    public void Add(YamlEntry entry)
    {
        _entries.Add(entry);
        Size += 1 + entry.Value.Size;
    }

    /// <summary>The value of a key; null where it is missing.</summary>
    public YamlNode? Value(string key)
    {
        foreach (var entry in _entries)
            if (entry.Key == key)
                return entry.Value;
        return null;
    }
}

/// <param name="IsMerged">It came in through <c>&lt;&lt;: *anchor</c>.</param>
internal sealed record YamlEntry(string Key, Position At, YamlNode Value, bool IsMerged = false);
