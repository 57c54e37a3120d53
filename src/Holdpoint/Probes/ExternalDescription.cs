using System.Text.Json;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>
/// What <c>holdpoint-probe-NAME --describe</c> prints, as one JSON object:
/// <c>{"summary": "…", "arguments": [{"name": "QUEUE", "summary": "…"}], "options": [{"name": "server", "summary": "…"}],
/// "facts": [{"name": "ready", "dimension": "count", "summary": "…"}], "default": "ready &gt;= 1", "example": "queue orders ready &lt; 10"}</c>.
/// Dimensions: any, duration, bytes, ratio, count, text, boolean, version. Only <c>arguments</c>, <c>options</c> and <c>default</c> may be left out.
/// </summary>
internal static partial class ExternalDescription
{
    /// <summary>Null, with the reason, where the text is no description.</summary>
    public static Signature? Read(string name, string text, out string problem)
    {
        problem = "";
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new FormatException("it is no JSON object");
            var facts = Items(root, "facts").Select(f => new FactDeclaration(Name(f, "facts"), DimensionOf(f), Text(f, "summary"))).ToList();
            if (facts.Count == 0)
                throw new FormatException("it declares no facts");
            if (facts.GroupBy(f => f.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new FormatException($"it declares the fact {twice.Key} twice");
            return new(name, Text(root, "summary"))
            {
                Arguments = [.. Items(root, "arguments").Select(a => new Argument(Text(a, "name"), Text(a, "summary")))],
                Options = [.. Items(root, "options").Select(o => new Argument(Name(o, "options"), Text(o, "summary")))],
                Facts = facts,
                DefaultCondition = root.TryGetProperty("default", out var condition) && condition.ValueKind != JsonValueKind.Null ? Text(root, "default") : null,
                Example = Text(root, "example"),
                Needs = $"holdpoint-probe-{name} on PATH",
                IsExternal = true,
            };
        }
        catch (JsonException e)
        {
            problem = $"it is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
        }
        catch (FormatException e)
        {
            problem = e.Message;
        }

        return null;
    }

    private static List<JsonElement> Items(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var list))
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.Object))
            throw new FormatException($"\"{name}\" is no list of objects");
        return [.. list.EnumerateArray()];
    }

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } content
            ? content
            : throw new FormatException($"\"{name}\" is missing, or no text");

    private static string Name(JsonElement item, string list) =>
        Text(item, "name") is var name && FactName().IsMatch(name) ? name : throw new FormatException($"the name \"{name}\" in \"{list}\" is not of the form lower_case or lower.case");

    private static Dimension DimensionOf(JsonElement fact) =>
        Text(fact, "dimension") is var word && char.IsAsciiLetterLower(word[0]) && Enum.TryParse<Dimension>(word, ignoreCase: true, out var dimension)
            ? dimension
            : throw new FormatException($"the dimension \"{word}\" is none of any, duration, bytes, ratio, count, text, boolean, version");

    [GeneratedRegex(@"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
    private static partial Regex FactName();
}
