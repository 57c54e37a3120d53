using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Whether Prometheus reaches what it scrapes (https://prometheus.io/docs/prometheus/latest/querying/api/#targets). Targets that relabelling drops don't count.</summary>
public sealed class TargetsProbe : AskingProbe
{
    public override Signature Signature { get; } = new("targets", "Prometheus reaches what it scrapes")
    {
        Arguments = [new("SERVER", "a name under servers: prometheus: in holdpoint.yaml, as the probe prometheus reads it")],
        Options = [new("job", "only the targets of this job")],
        Facts =
        [
            new("ready", Dimension.Count, "targets whose last scrape succeeded"),
            new("unready", Dimension.Count, "targets whose last scrape failed, or that were not scraped yet; the evidence names each with its error"),
            new("total", Dimension.Count, "targets that are scraped; no target at all, or none of the job, is unknown"),
        ],
        DefaultCondition = "ready == total",
        Example = "targets main job=api ready >= 2 within 1m",
        ServerKind = "prometheus",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        var targets = Active(PrometheusApi.Data(await WebApi.Of(call, "prometheus", name).GetAsync("/api/v1/targets?state=active", cancel)))
            ?? throw new Unanswered($"prometheus `{name}` answers, but not as Prometheus does: is this its address?");
        if (targets.Count == 0)
            throw new Unanswered($"prometheus `{name}` scrapes no target: its scrape_configs find none");
        var job = call.Option("job");
        var asked = targets.Where(t => job is null || t.Job == job).ToList();
        if (asked.Count == 0)
            throw new Unanswered($"prometheus `{name}` scrapes no target of the job `{job}`: {NearJob(job!, targets)}");
        var ready = asked.Count(t => t.IsUp);
        return new Reading.Measured(Facts.Of(("ready", Value.Count(ready)), ("unready", Value.Count(asked.Count - ready)), ("total", Value.Count(asked.Count))))
        {
            Evidence = [Evidence.OfText("targets.txt", Told(asked))],
        };
    }

    private static string NearJob(string job, IReadOnlyList<Target> targets)
    {
        const int Shown = 8;
        var jobs = targets.Select(t => t.Job).Distinct().Order(StringComparer.Ordinal).ToList();
        return Nearest.Hint(job, jobs, $"its jobs are {string.Join(", ", jobs.Take(Shown))}{(jobs.Count > Shown ? $" and {jobs.Count - Shown} more" : "")}");
    }

    private static string Told(IReadOnlyList<Target> targets)
    {
        const int Shown = 500;
        var text = new StringBuilder();
        foreach (var target in targets.OrderBy(t => t.IsUp).ThenBy(t => t.Job, StringComparer.Ordinal).ThenBy(t => t.Instance, StringComparer.Ordinal).Take(Shown))
            text.Append(target.State).Append("  ").Append(target.Job).Append(' ').Append(target.Instance).Append(target.Error.Length > 0 ? ": " + target.Error.ReplaceLineEndings(" ") : "").Append('\n');
        if (targets.Count > Shown)
            text.Append("… ").Append(targets.Count).Append(" in all\n");
        return text.ToString();
    }

    /// <summary>Null where the answer is of another shape.</summary>
    private static List<Target>? Active(JsonElement? data)
    {
        if (data is not { ValueKind: JsonValueKind.Object } found || !found.TryGetProperty("activeTargets", out var active) || active.ValueKind != JsonValueKind.Array)
            return null;
        return [.. active.EnumerateArray().Select(t => new Target(Label(t, "job"), Label(t, "instance"), Text(t, "health") is { Length: > 0 } health ? health : "unknown", Text(t, "lastError")))];
    }

    private static string Label(JsonElement target, string name) => target.TryGetProperty("labels", out var labels) ? Text(labels, name) : "";

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <param name="Health">up, down, or unknown before the first scrape.</param>
    private sealed record Target(string Job, string Instance, string Health, string Error)
    {
        public bool IsUp => Health == "up";

        public string State => Health == "unknown" ? "not scraped yet" : Health;
    }
}
