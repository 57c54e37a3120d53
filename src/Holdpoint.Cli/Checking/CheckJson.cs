using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Cli.Checking;

/// <summary>
/// <c>{ file, title, environment, sections: [{ id, heading, stage, items: [{ id, text, verdict, critical, advisory, weight, steps: [{ id, kind, mark,
/// verdict, message, expected, actual, attempts, seconds, facts: {}, numbers: {}, evidence: [{ name, text }] }], items: […] }] }], passed, warned, failed, unknown, skipped, not_asked, score, seconds, exit_code }</c>.
/// Numbers are in base units: bytes, seconds, ratios. Evidence is what did not pass has seen, as far as it is text.
/// A verdict is null where nothing was asked; <c>score</c> is null where nothing counts.
/// </summary>
internal static class CheckJson
{
    /// <summary>In characters.</summary>
    private const int LongestEvidence = 8_000;

    public static void Write(Utf8JsonWriter json, CheckedChecklist done)
    {
        json.WriteString("file", done.Path);
        json.WriteString("title", done.Plan.Title);
        json.WriteString("environment", done.Environment);
        json.WriteStartArray("sections");
        foreach (var section in done.Sections)
        {
            json.WriteStartObject();
            json.WriteString("id", section.Section.Id);
            json.WriteString("heading", section.Section.Heading);
            json.WriteString("stage", section.Section.Stage.ToString().ToLowerInvariant());
            Items(json, section.Items);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        foreach (var verdict in (string[])["passed", "warned", "failed", "unknown", "skipped"])
            json.WriteNumber(verdict, done.Count(verdict));
        json.WriteNumber("not_asked", done.NotAsked);
        if (done.Score is { } score)
            json.WriteNumber("score", decimal.Round(score, 4));
        else
            json.WriteNull("score");
        json.WriteNumber("seconds", Math.Round(done.Elapsed.TotalSeconds, 4));
        json.WriteNumber("exit_code", done.ExitCode);
    }

    private static void Items(Utf8JsonWriter json, IReadOnlyList<ItemResult> items)
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("id", item.Item.Id);
            json.WriteString("text", item.Item.Text);
            json.WriteString("verdict", item.Item.Disabled ? "skipped" : item.Verdict?.Name);
            json.WriteBoolean("critical", item.Item.Critical);
            json.WriteBoolean("advisory", item.Item.Advisory);
            json.WriteNumber("weight", item.Item.Weight);
            json.WriteStartArray("steps");
            foreach (var step in item.Steps)
                Step(json, step);
            json.WriteEndArray();
            Items(json, item.Children);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Step(Utf8JsonWriter json, StepResult step)
    {
        json.WriteStartObject();
        json.WriteString("id", step.Step.Id);
        json.WriteString("kind", step.Step switch { PlannedStep.Ask => "check", PlannedStep.Act => "action", _ => "sign-off" });
        json.WriteString("mark", step.Step.Text);
        json.WriteString("verdict", step.Verdict?.Name);
        if (step.Result is { } result)
        {
            json.WriteString("message", result.Verdict.Message);
            if (result.Verdict is Verdict.Failed failed)
            {
                json.WriteString("expected", failed.Expected);
                json.WriteString("actual", failed.Actual);
            }

            json.WriteNumber("attempts", result.Attempts);
            json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 4));
            json.WriteStartObject("facts");
            foreach (var (name, value) in result.Facts)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteStartObject("numbers");
            foreach (var (name, value) in result.Numbers.Where(n => double.IsFinite(n.Value)))
                json.WriteNumber(name, value);
            json.WriteEndObject();
            if (result.Verdict is not Verdict.Passed)
            {
                json.WriteStartArray("evidence");
                foreach (var (name, text) in EvidenceText.TextsOf(result))
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("text", text.Length > LongestEvidence ? text[..LongestEvidence] + "…" : text);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        }

        json.WriteEndObject();
    }
}
