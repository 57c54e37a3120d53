using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>Reads values from a checked tree; what is missing, left empty or reported is null, so that reading goes on beside a mistake.</summary>
internal readonly struct YamlView(YamlNode? node, ShapeCheck check)
{
    private readonly YamlNode? _node = node is null || check.IsBroken(node) ? null : node;

    public bool IsThere => _node is not null;

    public Position At => _node?.At ?? new(1, 1);

    public YamlView this[string key] => new((_node as YamlMapping)?.Value(key), check);

    public string? Text => (_node as YamlScalar)?.Text;

    public PlacedText? Placed => _node is YamlScalar scalar ? new(scalar.Text, scalar.Content) : null;

    public bool IsTrue => Text == "true";

    public TimeSpan? Duration => Text is { } text ? Units.ParseDuration(text) : null;

    public int? Count => int.TryParse(Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : null;

    public double? Share => Text is { } text ? ScalarKind.ParseShare(text) : null;

    public IEnumerable<YamlView> Items
    {
        get
        {
            var check1 = check;
            return _node is YamlList list ? list.Items.Select(i => new YamlView(i, check1)) : [];
        }
    }

    /// <summary>The texts of a list, or the one text that stands in its place.</summary>
    public IReadOnlyList<PlacedText> Texts => Placed is { } one ? [one] : [.. Items.Select(i => i.Placed).OfType<PlacedText>()];

    /// <summary>Keys with their values; of a repeated key the first.</summary>
    public IEnumerable<(string Name, Position At, YamlView Value)> Entries
    {
        get
        {
            var check1 = check;
            return _node is YamlMapping mapping ? mapping.Entries.DistinctBy(e => e.Key).Select(e => (e.Key, e.At, new YamlView(e.Value, check1))) : [];
        }
    }

    public bool IsMapping => _node is YamlMapping;

    public bool IsList => _node is YamlList;
}
