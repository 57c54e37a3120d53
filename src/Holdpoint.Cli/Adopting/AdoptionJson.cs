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
        var tally = AdoptionTally.Of(file, adopted.Text);
        json.WriteNumber("items", tally.Items);
        json.WriteNumber("items_before", adopted.Items);
        json.WriteNumber("commands", adopted.Findings.Count(f => f.HasCommand));
        json.WriteNumber("checks", tally.Checks);
        json.WriteNumber("actions", tally.Actions);
        json.WriteNumber("sign_offs", tally.SignOffs);
        json.WriteNumber("rules", tally.Rules);
        json.WriteNumber("left", AdoptionText.Left(adopted).Count);
        json.WriteNumber("steps", adopted.Count(FindingKind.Step));
        JsonOut.Strings(json, isWritten ? "written" : "would_write", [.. adopted.IsChanged ? [files.Checklist] : Array.Empty<string>(), .. files.Configuration is { } configuration ? [configuration] : Array.Empty<string>()]);
        JsonOut.Strings(json, "to_fill_in", adopted.ToFillIn);
        json.WriteStartArray("findings");
        foreach (var finding in adopted.Findings)
        {
            json.WriteStartObject();
            json.WriteNumber("line", finding.Line);
            json.WriteString("kind", Word(finding.Kind));
            json.WriteString("of", finding.IsBlock ? "block" : finding is { Kind: FindingKind.Field, IsBox: false } && !finding.Added.StartsWith('#') ? "heading" : "item");
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
        FindingKind.Step => "step",
        FindingKind.Field => "field",
        _ => throw new InvalidOperationException($"no such kind: {kind}"),
    };
}
