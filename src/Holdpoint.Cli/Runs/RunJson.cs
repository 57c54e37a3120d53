using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>Parts of runs as JSON; names are those of the journal's events.</summary>
internal static class RunJson
{
    /// <summary><c>"holds": { gate, until, items: [{ step, what, remedy }] }</c>; null where nothing does.</summary>
    public static void Holds(Utf8JsonWriter json, Work.Wait? wait)
    {
        if (wait is null)
        {
            json.WriteNull("holds");
            return;
        }

        json.WriteStartObject("holds");
        json.WriteString("gate", wait.Gate);
        if (wait.Until is { } until)
            json.WriteString("until", until);
        json.WriteStartArray("items");
        foreach (var hold in wait.Holds)
        {
            json.WriteStartObject();
            json.WriteString("step", hold.Step?.Id);
            json.WriteString("what", hold.What);
            json.WriteString("remedy", hold.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Rollback(Utf8JsonWriter json, Run run)
    {
        if (run.Rollback is not { } back)
        {
            json.WriteNull("rollback");
            return;
        }

        json.WriteStartObject("rollback");
        json.WriteString("cause", back.Decided.Cause);
        json.WriteString("rule", back.Decided.Rule);
        json.WriteString("by", back.Decided.By);
        json.WriteString("decided", back.DecidedAt);
        if (back.Ended is { } ended)
        {
            json.WriteBoolean("recovered", ended.Recovered);
            json.WriteNumber("detection_seconds", ended.Detection);
            json.WriteNumber("decision_seconds", ended.Decision);
            json.WriteNumber("execution_seconds", ended.Execution);
            if (ended.Recovery is { } recovery)
                json.WriteNumber("recovery_seconds", recovery);
        }

        json.WriteEndObject();
    }

    /// <summary><c>"sections": [{ id, heading, stage, items: [{ id, text, verdict, steps: [{ id, verdict, message, attempts, waived }] }] }]</c></summary>
    public static void Sections(Utf8JsonWriter json, Standing standing)
    {
        json.WriteStartArray("sections");
        foreach (var section in standing.Plan.Sections)
        {
            json.WriteStartObject();
            json.WriteString("id", section.Id);
            json.WriteString("heading", section.Heading);
            json.WriteString("stage", GateWords.Of(section.Stage));
            json.WriteStartArray("items");
            foreach (var item in section.AllItems)
                Item(json, standing, item);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Rules(Utf8JsonWriter json, Standing standing)
    {
        json.WriteStartArray("rules");
        foreach (var rule in standing.Plan.Rules)
        {
            var known = standing.Run.Rules.GetValueOrDefault(rule.Id);
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteString("rule", rule.Rule.Mark.Text);
            json.WriteString("state", known?.State);
            json.WriteString("shown", known?.Shown);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Item(Utf8JsonWriter json, Standing standing, PlannedItem item)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        json.WriteString("text", item.Text);
        json.WriteString("verdict", standing.Of(item)?.Name);
        json.WriteStartArray("steps");
        foreach (var step in item.Steps)
        {
            var verdict = standing.Of(step);
            var state = standing.Run.Step(step.Id);
            json.WriteStartObject();
            json.WriteString("id", step.Id);
            json.WriteString("verdict", verdict?.Name);
            json.WriteString("message", verdict?.Message);
            if (verdict is Verdict.Failed failed)
                json.WriteString("expected", failed.Expected);
            json.WriteNumber("attempts", state.Attempts);
            json.WriteBoolean("running", state.Running is not null && state.InDoubt is null);
            if (state is { Running: not null, Rollout: { } rollout })
            {
                json.WriteStartObject("rollout");
                json.WriteNumber("step", rollout.At.Index + 1);
                json.WriteNumber("of", rollout.At.Of);
                json.WriteString("name", rollout.At.Name);
                json.WriteBoolean("promoted", rollout.Promoted);
                json.WriteEndObject();
            }

            json.WriteBoolean("waived", standing.IsWaived(step));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
