using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Reports;

/// <summary>One SARIF file (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).</summary>
/// <param name="Settled">Results that are suppressed, absent since the baseline, or no failure.</param>
internal sealed record SarifLog(IReadOnlyList<string> Tools, IReadOnlyList<Finding> Findings, int Settled)
{
    /// <exception cref="Unanswered">It is no SARIF, or a tool did not scan, or not to its end.</exception>
    public static SarifLog Read(string path, JsonElement root)
    {
        if (root.Text("version")?.StartsWith("2.", StringComparison.Ordinal) != true || root.At("runs") is not { ValueKind: JsonValueKind.Array } runs)
            throw new Unanswered($"{path} is no SARIF 2: it lacks \"version\": \"2.1.0\" or \"runs\"");
        if (runs.GetArrayLength() == 0)
            throw new Unanswered($"{path} holds no run: nothing was scanned");
        List<string> tools = [];
        List<Finding> findings = [];
        var settled = 0;
        foreach (var run in runs.EnumerateArray())
        {
            var tool = run.At("tool")?.At("driver")?.Text("name") ?? "a tool without a name";
            tools.Add(tool);
            if (run.List("invocations").Any(i => i.Truth("executionSuccessful") == false))
                throw new Unanswered($"{path}: {tool} says that it did not run to a good end");
            // §3.14.23: absent or null where the run did not look for results.
            if (run.At("results") is not { ValueKind: JsonValueKind.Array } results)
                throw new Unanswered($"{path}: the run of {tool} has no results, not even an empty list: it did not scan");
            foreach (var result in results.EnumerateArray())
                if (Of(run, result) is { } severity)
                    findings.Add(new(severity, $"{Where(result)}{RuleIdOf(run, result)}: {FirstLine(result.At("message")?.Text("text"))} ({tool})"));
                else
                    settled++;
        }

        return new(tools, findings, settled);
    }

    /// <summary>Null where it is no open finding.</summary>
    private static Severity? Of(JsonElement run, JsonElement result)
    {
        // §3.27.9 kind, §3.27.24 baselineState.
        if (result.Text("kind") is "pass" or "notApplicable" or "informational" || result.Text("baselineState") == "absent")
            return null;
        // §3.27.23: suppressed only where no suppression is under review or rejected.
        var suppressions = result.List("suppressions").ToList();
        if (suppressions.Count > 0 && suppressions.TrueForAll(s => s.Text("status") is null or "accepted"))
            return null;
        var rule = RuleOf(run, result);
        // As GitHub reads it: a CVSS score of the rule, which the level does not tell.
        if ((ScoreOf(result) ?? ScoreOf(rule)) is { } score)
            return Severities.OfScore(score);
        return (result.Text("level") ?? rule.At("defaultConfiguration")?.Text("level") ?? "warning") switch
        {
            "error" => Severity.High,
            "note" => Severity.Low,
            "none" => null,
            _ => Severity.Medium,
        };
    }

    private static double? ScoreOf(JsonElement of) => of.At("properties")?.At("security-severity") switch
    {
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        { ValueKind: JsonValueKind.String } text when Units.ParseNumber(text.GetString()) is { Dimension: Dimension.Count } number => number.Amount,
        _ => null,
    };

    /// <summary>By index into the tool or one of its extensions, else by id.</summary>
    private static JsonElement RuleOf(JsonElement run, JsonElement result)
    {
        var reference = result.At("rule") ?? default;
        var tool = run.At("tool") ?? default;
        var component = reference.At("toolComponent")?.Whole("index") is { } extension ? tool.List("extensions").ElementAtOrDefault((int)extension) : tool.At("driver") ?? default;
        if ((reference.Whole("index") ?? result.Whole("ruleIndex")) is { } index and >= 0 && component.List("rules").ElementAtOrDefault((int)Math.Min(index, int.MaxValue)) is { ValueKind: JsonValueKind.Object } rule)
            return rule;
        var id = RuleIdOf(run, result);
        return tool.List("extensions").Prepend(tool.At("driver") ?? default).SelectMany(c => c.List("rules")).FirstOrDefault(r => r.Text("id") == id);
    }

    private static string RuleIdOf(JsonElement run, JsonElement result) => result.Text("ruleId") ?? result.At("rule")?.Text("id")
        ?? (result.Whole("ruleIndex") is { } index and >= 0 ? run.At("tool")?.At("driver")?.List("rules").ElementAtOrDefault((int)Math.Min(index, int.MaxValue)).Text("id") : null) ?? "a rule without a name";

    private static string Where(JsonElement result)
    {
        var place = result.List("locations").FirstOrDefault().At("physicalLocation") ?? default;
        var file = place.At("artifactLocation")?.Text("uri");
        return file is null ? "" : $"{file}{(place.At("region")?.Whole("startLine") is { } line ? $":{line}" : "")} ";
    }

    private static string FirstLine(string? text)
    {
        var line = (text ?? "").Trim().Split('\n')[0].TrimEnd();
        return line.Length > 200 ? line[..199] + "…" : line;
    }
}
