using System.Text.Json;
using Holdpoint.Adopting;

namespace Holdpoint.Cli.Adopting;

/// <summary>The summary for programs.</summary>
internal static class AdoptionJson
{
    public static void Write(Utf8JsonWriter json, string file, Adopted adopted, AdoptionFiles files, bool isWritten)
    {
        json.WriteString("file", file);
        json.WriteBoolean("changed", adopted.IsChanged);
        if (adopted.Refusal.Length > 0)
            json.WriteString("refused", adopted.Refusal);
        json.WriteNumber("items", adopted.Items);
        json.WriteNumber("commands", adopted.Findings.Count(f => f.HasCommand));
        json.WriteNumber("checks", adopted.Count(FindingKind.Check));
        json.WriteNumber("actions", adopted.Count(FindingKind.Action));
        json.WriteNumber("sign_offs", adopted.Count(FindingKind.SignOff));
        json.WriteNumber("rules", adopted.Count(FindingKind.Rule));
        json.WriteNumber("left", adopted.Count(FindingKind.Left));
        JsonOut.Strings(json, isWritten ? "written" : "would_write", [.. adopted.IsChanged ? [files.Checklist] : Array.Empty<string>(), .. files.Configuration is { } configuration ? [configuration] : Array.Empty<string>()]);
        JsonOut.Strings(json, "to_fill_in", adopted.ToFillIn);
        json.WriteStartArray("findings");
        foreach (var finding in adopted.Findings)
        {
            json.WriteStartObject();
            json.WriteNumber("line", finding.Line);
            json.WriteString("kind", Word(finding.Kind));
            json.WriteString("of", finding.IsBlock ? "block" : finding.Kind == FindingKind.Field ? "heading" : "item");
            json.WriteString("what", finding.What);
            if (finding.Command.Length > 0)
                json.WriteString("command", finding.Command);
            if (finding.Added.Length > 0)
                json.WriteString("added", finding.Added);
            if (finding.Because.Length > 0)
                json.WriteString("because", finding.Because);
            json.WriteBoolean("has_command", finding.HasCommand);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (!isWritten)
        {
            json.WriteString("text", adopted.Text);
            if (adopted.Configuration is { } text)
                json.WriteString("configuration", text);
        }
    }

    public static string Word(FindingKind kind) => kind switch
    {
        FindingKind.Check => "check",
        FindingKind.Action => "action",
        FindingKind.SignOff => "sign-off",
        FindingKind.Rule => "rule",
        FindingKind.Left => "left",
        FindingKind.Field => "field",
        _ => throw new InvalidOperationException($"no such kind: {kind}"),
    };
}
