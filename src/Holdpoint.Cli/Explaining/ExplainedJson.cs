using System.Text.Json;

namespace Holdpoint.Cli.Explaining;

/// <summary>
/// <c>{ file, line, kind: item | section | nothing, text, ids: [], section, stage, gate, owner, hosts: [], marks: [{ mark, meaning, problems }], signers: { role: [member] }, because }</c>;
/// what is not known is null or empty.
/// </summary>
internal static class ExplainedJson
{
    public static void Write(Utf8JsonWriter json, string file, Explained explained)
    {
        json.WriteString("file", file);
        json.WriteNumber("line", explained.Line);
        switch (explained)
        {
            case Explained.AnItem item:
                json.WriteString("kind", "item");
                json.WriteString("text", item.Item.Text);
                JsonOut.Strings(json, "ids", item.Planned.Select(p => p.Id));
                Section(json, item.Section);
                JsonOut.Strings(json, "hosts", item.Hosts);
                json.WriteStartArray("marks");
                foreach (var mark in item.Marks)
                {
                    json.WriteStartObject();
                    json.WriteString("mark", mark.Text);
                    json.WriteString("meaning", mark.Meaning);
                    JsonOut.Problems(json, mark.Problems);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartObject("signers");
                foreach (var (role, members) in item.Signers)
                    JsonOut.Strings(json, role, members);
                json.WriteEndObject();
                break;
            case Explained.ASection section:
                json.WriteString("kind", "section");
                json.WriteString("text", section.Section.Heading);
                JsonOut.Strings(json, "ids", section.Planned.Select(p => p.Id));
                Section(json, section.Planned is [var first, ..] ? first : null);
                break;
            case Explained.Nothing nothing:
                json.WriteString("kind", "nothing");
                json.WriteString("because", nothing.Because);
                break;
        }
    }

    private static void Section(Utf8JsonWriter json, Plans.PlannedSection? section)
    {
        json.WriteString("section", section?.Id);
        json.WriteString("stage", section?.Stage.ToString().ToLowerInvariant());
        json.WriteString("gate", section is null ? null : ExplainedText.GateOf(section));
        json.WriteString("owner", section?.Owner);
    }
}
