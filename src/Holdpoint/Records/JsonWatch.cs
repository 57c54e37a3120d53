using System.Text.Json;
using Holdpoint.Metrics;
using static Holdpoint.Records.JsonReport;

namespace Holdpoint.Records;

/// <summary>What was watched, as members of the record's object; their names stand at <see cref="JsonReport"/>.</summary>
internal static class JsonWatch
{
    public static void Availability(Utf8JsonWriter json, RunRecord record)
    {
        if (record.Availability is not { } seen)
            return;
        json.WriteStartObject("availability");
        json.WriteNumber("observed_seconds", seen.ObservedSeconds);
        json.WriteNumber("down_seconds", seen.DownSeconds);
        Number(json, "share", seen.Share);
        json.WriteNumber("down_share_of_day", seen.DownShareOfDay);
        json.WriteNumber("down_share_of_month", seen.DownShareOfMonth);
        Number(json, "objective", seen.Objective);
        json.WriteNumber("unseen_seconds", seen.UnseenSeconds);
        Number(json, "allowed_seconds", seen.AllowedSeconds);
        Number(json, "budget_left_seconds", seen.BudgetLeftSeconds);
        Number(json, "allowed_seconds_of_day", seen.AllowedSecondsOfDay);
        Number(json, "budget_left_seconds_of_day", seen.BudgetLeftSecondsOfDay);
        Texts(json, "missed", seen.Missed);
        List(json, "outages", seen.Outages, (j, o) =>
        {
            At(j, "from", o.From);
            At(j, "to", o.To);
            j.WriteString("because", o.Because);
        });
        json.WriteEndObject();
    }

    public static void Kept(Utf8JsonWriter json, RunRecord record)
    {
        if (record.Watch is not { } watch)
            return;
        json.WriteStartObject("watch");
        At(json, "began_at", watch.BeganAt);
        json.WriteNumber("planned_seconds", watch.PlannedSeconds);
        json.WriteNumber("watched_seconds", Math.Round(watch.WatchedSeconds, 3));
        At(json, "ended_at", watch.EndedAt);
        List(json, "extensions", watch.Extensions, (j, e) =>
        {
            At(j, "at", e.At);
            j.WriteString("by", e.By);
            j.WriteString("reason", e.Reason);
            j.WriteNumber("seconds", e.Seconds);
        });
        Text(json, "ended_by", watch.EndedBy);
        Text(json, "ended_because", watch.EndedBy is null ? null : watch.EndedBecause);
        json.WriteEndObject();
    }

    public static void Seen(Utf8JsonWriter json, RunRecord record)
    {
        List(json, "rules", record.Rules, (j, r) =>
        {
            j.WriteString("id", r.Id);
            j.WriteString("item", r.Item);
            j.WriteString("text", r.Text);
            j.WriteString("state", r.State);
            j.WriteString("shown", r.Shown);
            Text(j, "accepted_by", r.AcceptedBy);
            Text(j, "accepted_because", r.AcceptedBecause);
            List(j, "changes", r.Changes, (k, c) =>
            {
                At(k, "at", c.At);
                At(k, "since", c.Since);
                k.WriteString("state", c.State);
                k.WriteString("shown", c.Shown);
                k.WriteBoolean("filled_in", c.FilledIn);
            });
        });
        List(json, "metrics", record.Metrics, (j, m) =>
        {
            j.WriteString("name", m.Name);
            j.WriteString("dimension", m.Dimension.ToString().ToLowerInvariant());
            if (m.Baseline is { } baseline)
            {
                j.WriteStartObject("baseline");
                j.WriteNumber("median", baseline.Median);
                j.WriteNumber("spread", baseline.Spread);
                j.WriteNumber("count", baseline.Count);
                j.WriteEndObject();
            }

            List(j, "limits", m.Limits, (k, l) =>
            {
                Number(k, "value", l.Value);
                k.WriteString("label", l.Label);
            });
            List(j, "samples", m.Samples, Sampled);
            Texts(j, "missing", m.Missing);
        });
        List(json, "gaps", record.Gaps, (j, g) =>
        {
            At(j, "from", g.From);
            At(j, "to", g.To);
            j.WriteString("because", g.Because);
            Text(j, "rule", g.Rule);
        });
    }

    private static void Sampled(Utf8JsonWriter json, Sample sample)
    {
        At(json, "at", sample.At);
        Number(json, "value", sample.Number);
        Number(json, "events", (sample as Sample.Measured)?.Events);
        if (sample.Reason.Length > 0)
            json.WriteString("reason", sample.Reason);
        if (sample.FilledIn)
            json.WriteBoolean("filled_in", true);
    }
}
