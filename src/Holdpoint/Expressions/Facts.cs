using System.Text.Json;

namespace Holdpoint.Expressions;

/// <summary>What a probe measured.</summary>
/// <param name="Values">By fact key (<c>newest.age</c>, <c>matching"panic"</c>). A declared fact that is missing here is unknown, never zero.</param>
/// <param name="Document">The text behind <c>$</c>; null where there is none.</param>
public sealed record Facts(IReadOnlyDictionary<string, Value> Values, string? Document = null)
{
    // Parsed once for each text: a copy made by `with` brings another one.
    private Json? _json;

    public static Facts Of(params (string Name, Value Value)[] values) => new(values.ToDictionary(v => v.Name, v => v.Value));

    public Value this[string key] => Values.TryGetValue(key, out var value) ? value : new Value.Unknown($"{key} was not measured");

    public Value Select(JsonPath path)
    {
        var json = _json;
        if (json is null || !ReferenceEquals(json.Text, Document))
        {
            var (root, why) = Parse(Document);
            _json = json = new(Document, root, why);
        }

        return json.Root is { } element ? path.Select(element) : new Value.Unknown($"{path}: {json.Why}");
    }

    private static (JsonElement?, string) Parse(string? text)
    {
        if (text is null)
            return (null, "there is no answer to look into");
        if (string.IsNullOrWhiteSpace(text))
            return (null, "the answer is empty, not JSON");
        try
        {
            using var document = JsonDocument.Parse(text);
            return (document.RootElement.Clone(), "");
        }
        catch (JsonException e)
        {
            return (null, $"the answer is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})");
        }
    }

    private sealed record Json(string? Text, JsonElement? Root, string Why);
}
