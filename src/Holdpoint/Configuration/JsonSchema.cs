using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdpoint.Configuration;

/// <summary>Writes the shape of <c>holdpoint.yaml</c> as a JSON Schema (draft 2020-12), for the completion of editors.</summary>
public static class JsonSchema
{
    /// <summary>The whole schema, indented, with a line end at its end.</summary>
    public static string Text()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", ProjectFile.Name);
            WriteInto(json, ProjectShape.File);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Write(Utf8JsonWriter json, Shape shape, string? @default = null)
    {
        json.WriteStartObject();
        WriteInto(json, shape);
        if (@default is not null)
            WriteDefault(json, shape, @default);
        json.WriteEndObject();
    }

    private static void WriteInto(Utf8JsonWriter json, Shape shape)
    {
        if (shape.Summary.Length > 0)
            json.WriteString("description", shape.Summary);
        switch (shape)
        {
            case Shape.Scalar scalar:
                WriteScalar(json, scalar);
                break;
            case Shape.List list:
                WriteTypes(json, ["array", "null"]);
                json.WritePropertyName("items");
                Write(json, list.Each);
                break;
            case Shape.OneOrMany many:
                json.WriteStartArray("anyOf");
                Write(json, many.Each);
                Write(json, new Shape.List("", many.Each));
                json.WriteEndArray();
                break;
            case Shape.Forms forms:
                json.WriteStartArray("anyOf");
                foreach (var form in forms.Alternatives)
                    Write(json, form);
                json.WriteEndArray();
                break;
            case Shape.Names names:
                WriteTypes(json, ["object", "null"]);
                json.WriteStartObject("propertyNames");
                json.WriteString("pattern", names.Rule.Pattern);
                json.WriteEndObject();
                json.WritePropertyName("additionalProperties");
                Write(json, names.Each);
                break;
            case Shape.Mapping mapping:
                WriteMapping(json, mapping);
                break;
            default:
                throw new InvalidOperationException($"no such shape: {shape.GetType().Name}");
        }
    }

    private static void WriteMapping(Utf8JsonWriter json, Shape.Mapping mapping)
    {
        var keys = mapping.Keys.Where(k => k.Later is null).ToList();
        var required = keys.Where(k => k.Required).Select(k => k.Name).ToList();
        var kinds = mapping.ExactlyOne.Where(name => keys.Any(k => k.Name == name)).ToList();
        WriteTypes(json, required.Count == 0 && kinds.Count == 0 ? ["object", "null"] : ["object"]);
        json.WriteStartObject("properties");
        foreach (var key in keys)
        {
            json.WritePropertyName(key.Name);
            Write(json, key.Shape, key.Default);
        }

        json.WriteEndObject();
        WriteList(json, "required", required);
        if (kinds.Count > 0)
        {
            json.WriteStartArray("oneOf");
            foreach (var kind in kinds)
            {
                json.WriteStartObject();
                WriteList(json, "required", [kind]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteBoolean("additionalProperties", false);
    }

    private static void WriteScalar(Utf8JsonWriter json, Shape.Scalar scalar)
    {
        if (scalar.Kind.OneOf.Count > 0)
        {
            json.WriteStartArray("enum");
            foreach (var word in scalar.Kind.OneOf)
                if (scalar.Kind.JsonTypes is ["integer"])
                    json.WriteRawValue(word);
                else
                    json.WriteStringValue(word);
            json.WriteEndArray();
        }
        else
        {
            WriteTypes(json, scalar.Kind.JsonTypes);
        }

        if (scalar.Kind.Pattern is not null)
            json.WriteString("pattern", scalar.Kind.Pattern);
        WriteList(json, "examples", scalar.Examples);
    }

    private static void WriteTypes(Utf8JsonWriter json, IReadOnlyList<string> types)
    {
        if (types.Count == 1)
            json.WriteString("type", types[0]);
        else
            WriteList(json, "type", types);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteDefault(Utf8JsonWriter json, Shape shape, string value)
    {
        json.WritePropertyName("default");
        if (shape is Shape.Scalar { Kind.JsonTypes: ["boolean"] or ["integer"] })
            json.WriteRawValue(value);
        else
            json.WriteStringValue(value);
    }
}
