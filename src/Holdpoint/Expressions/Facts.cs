using System.Text.Json;

namespace Holdpoint.Expressions;

/// <summary>What a probe measured.</summary>
/// <param name="Values">By fact key (<c>newest.age</c>, <c>matching"panic"</c>). A declared fact that is missing here is unknown, never zero.</param>
/// <param name="Document">The text behind <c>$</c>; null where there is none.</param>
public sealed record Facts(IReadOnlyDictionary<string, Value> Values, string? Document = null)
{
    private readonly Lazy<(JsonElement? Root, string Why)> _json = new(() => Parse(Document));

    public static Facts Of(params (string Name, Value Value)[] values) => new(values.ToDictionary(v => v.Name, v => v.Value));

    public Value this[string key] => Values.TryGetValue(key, out var value) ? value : new Value.Unknown($"{key} was not measured");

    public Value Select(JsonPath path) => _json.Value.Root is { } root ? path.Select(root) : new Value.Unknown(_json.Value.Why);

    private static (JsonElement?, string) Parse(string? text)
    {
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
}
