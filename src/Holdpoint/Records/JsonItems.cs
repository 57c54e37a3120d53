using System.Text.Json;

namespace Holdpoint.Records;

/// <summary>Sections, items and steps in the JSON report; their shape stands with <see cref="JsonReport"/>.</summary>
internal static class JsonItems
{
    public static string Word(VerdictKind kind) => kind == VerdictKind.NotRun ? "not_run" : kind.Word;

    public static void Section(Utf8JsonWriter json, SectionRecord section)
    {
        json.WriteString("id", section.Id);
        json.WriteString("heading", section.Heading);
        json.WriteNumber("level", section.Level);
        json.WriteString("stage", section.Stage.ToString().ToLowerInvariant());
        json.WriteString("file", section.File);
        json.WriteNumber("line", section.Line);
        json.WriteString("verdict", Word(section.Kind));
        JsonReport.Text(json, "owner", section.Owner);
        JsonReport.Text(json, "skipped_because", section.SkippedBecause);
        JsonReport.Number(json, "score", section.Score);
        JsonReport.Number(json, "minimum_score", section.MinimumScore);
        JsonReport.List(json, "items", section.Items, Item);
    }

    private static void Item(Utf8JsonWriter json, ItemRecord item)
    {
        json.WriteString("id", item.Id);
        json.WriteString("text", item.Text);
        JsonReport.Text(json, "each", item.Each.Length > 0 ? item.Each : null);
        json.WriteString("file", item.File);
        json.WriteNumber("line", item.Line);
        json.WriteString("verdict", Word(item.Kind));
        json.WriteString("message", item.Message);
        json.WriteBoolean("critical", item.Critical);
        json.WriteBoolean("advisory", item.Advisory);
        JsonReport.List(json, "steps", item.Steps, Step);
        JsonReport.List(json, "children", item.Children, Item);
    }

    private static void Step(Utf8JsonWriter json, StepRecord step)
    {
        json.WriteString("id", step.Id);
        json.WriteString("sign", step.Sign.ToString());
        json.WriteString("text", step.Text);
        json.WriteString("verdict", Word(step.Kind));
        json.WriteString("message", step.Message);
        JsonReport.At(json, "at", step.At);
        JsonReport.Number(json, "elapsed_seconds", step.ElapsedSeconds);
        JsonReport.List(json, "attempts", step.Attempts, (j, a) =>
        {
            j.WriteNumber("number", a.Number);
            j.WriteNumber("occurrence", a.Occurrence);
            JsonReport.At(j, "at", a.At);
            j.WriteString("verdict", Word(a.Kind));
            j.WriteString("message", a.Message);
            JsonReport.Number(j, "elapsed_seconds", a.ElapsedSeconds);
            j.WriteStartObject("facts");
            foreach (var (name, value) in a.Facts.OrderBy(f => f.Key, StringComparer.Ordinal))
                j.WriteString(name, value);
            j.WriteEndObject();
        });
        JsonReport.List(json, "evidence", step.Evidence, (j, e) =>
        {
            j.WriteString("name", e.Name);
            j.WriteString("sha256", e.Sha256);
            j.WriteNumber("bytes", e.Bytes);
            j.WriteNumber("attempt", e.Attempt);
            JsonReport.Text(j, "text", e.Text);
            j.WriteString("note", e.Note);
        });
    }
}
