using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Cli.Catalogues;

/// <summary><c>[{ name, summary, takes_body, takes_rest, on_hosts, external, arguments: [{ name, kind, summary, required, one_of }], options: […], facts: [{ name, kind, summary, takes_text }], document, default, needs, stand_in, example }]</c></summary>
internal static class SignatureJson
{
    public static void Write(Utf8JsonWriter json, string name, IEnumerable<Signature> signatures)
    {
        json.WriteStartArray(name);
        foreach (var signature in signatures.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", signature.Name);
            json.WriteString("summary", signature.Summary);
            json.WriteBoolean("takes_body", signature.TakesBody);
            json.WriteBoolean("takes_rest", signature.TakesRest);
            json.WriteBoolean("on_hosts", signature.OnHosts);
            json.WriteBoolean("external", signature.IsExternal);
            Arguments(json, "arguments", signature.Arguments, required: true);
            Arguments(json, "options", signature.Options, required: false);
            json.WriteStartArray("facts");
            foreach (var fact in signature.Facts)
            {
                json.WriteStartObject();
                json.WriteString("name", fact.Name);
                json.WriteString("kind", SignatureText.Word(fact.Dimension));
                json.WriteString("summary", fact.Summary);
                json.WriteBoolean("takes_text", fact.TakesText);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("document", signature.HasDocument);
            json.WriteString("default", signature.DefaultCondition);
            json.WriteString("needs", signature.Needs);
            json.WriteString("stand_in", signature.StandIn);
            json.WriteString("example", SignatureText.Example(signature));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Arguments(Utf8JsonWriter json, string name, IReadOnlyList<Argument> arguments, bool required)
    {
        json.WriteStartArray(name);
        foreach (var argument in arguments)
        {
            json.WriteStartObject();
            json.WriteString("name", argument.Name);
            json.WriteString("kind", SignatureText.Word(argument.Dimension));
            json.WriteString("summary", argument.Summary);
            json.WriteBoolean("required", required || argument.Required);
            JsonOut.Strings(json, "one_of", argument.OneOf);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
