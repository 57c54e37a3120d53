using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdpoint.Checklists;

namespace Holdpoint.Cli;

/// <summary>One JSON document on stdout. Names are lower_case; <c>format</c> is 1 and grows when a name changes its meaning or goes; new names may come.</summary>
internal static class JsonOut
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="write">The members of the document's object.</param>
    public static void Print(Terminal terminal, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            write(json);
            json.WriteEndObject();
        }

        terminal.Print(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    /// <summary><c>"problems": [{ file, line, column, severity, what, fix }]</c></summary>
    public static void Problems(Utf8JsonWriter json, IEnumerable<Problem> problems)
    {
        json.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.At.Line);
            json.WriteNumber("column", problem.At.Column);
            json.WriteString("severity", problem.IsError ? "error" : "warning");
            json.WriteString("what", problem.What);
            json.WriteString("fix", problem.Fix);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
