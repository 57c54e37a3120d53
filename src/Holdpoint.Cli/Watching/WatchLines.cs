using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdpoint.Cli.Runs;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Watching;

/// <summary>
/// A watch as JSON lines, each an object with a <c>type</c>: <c>sample</c>, <c>transition</c> (an event of the journal, with its own data and a sentence),
/// <c>state</c> (how all of it stands). Nothing is told twice. Times are UTC, values in the metric's base unit, spans seconds.
/// </summary>
internal sealed class WatchLines
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HashSet<(string Metric, long At)> _samples = [];
    private int _entries;

    /// <summary>Samples and transitions since the last call, those of the same kind in the order of time.</summary>
    public IReadOnlyList<string> News(WatchPicture picture, Plan plan, IReadOnlyList<JournalEntry> entries)
    {
        var lines = new List<string>();
        foreach (var metric in picture.Metrics)
            foreach (var sample in metric.Chart.Samples)
                if (_samples.Add((metric.Name, sample.At.UtcTicks)))
                    lines.Add(Sampled(metric, sample));
        foreach (var entry in entries.Skip(_entries))
            if (EventNames.FromEntry(entry) is { } happened && Transcript.Of(plan, entry, happened) is { } told)
                lines.Add(Transition(entry, told));
        _entries = entries.Count;
        return lines;
    }

    public static string State(WatchPicture picture) => Line("state", json =>
    {
        json.WriteNumber("format", 1);
        json.WriteString("at", Clock.Utc(picture.Now));
        json.WriteString("run", picture.Run);
        json.WriteString("title", picture.Title);
        json.WriteString("version", picture.Version);
        json.WriteString("environment", picture.Environment);
        json.WriteString("word", picture.Ending.Word);
        json.WriteString("because", picture.Ending.Because);
        json.WriteString("outcome", picture.Ending.Outcome is { } outcome ? Transcript.OutcomeWord(outcome) : null);
        json.WriteString("driver", picture.Driver);
        Moment(json, "looked_last", picture.LookedLast);
        Moment(json, "watch_began", picture.Began);
        Moment(json, "watch_ends", picture.Ends);
        if (picture.Ends is { } ends)
            json.WriteNumber("left_seconds", Math.Round((ends - picture.Now).TotalSeconds, 1));
        if (picture.Watch is { } watch)
        {
            json.WriteNumber("planned_seconds", watch.PlannedSeconds);
            json.WriteNumber("extended_seconds", watch.Extensions.Sum(e => e.Seconds));
            json.WriteString("ended_by", watch.EndedBy);
        }

        json.WriteStartArray("metrics");
        foreach (var metric in picture.Metrics)
            Metric(json, metric);
        json.WriteEndArray();
        json.WriteStartArray("rules");
        foreach (var rule in picture.Rules)
            Rule(json, rule);
        json.WriteEndArray();
        Availability(json, picture.Availability);
        JsonOut.Strings(json, "holds", picture.Holds);
    });

    private static string Sampled(WatchedMetric metric, Sample sample) => Line("sample", json =>
    {
        json.WriteString("metric", metric.Name);
        Sample(json, sample);
    });

    private static string Transition(JournalEntry entry, TranscriptLine told) => Line("transition", json =>
    {
        json.WriteNumber("sequence", entry.Sequence);
        json.WriteString("at", Clock.Utc(entry.At));
        json.WriteString("by", entry.Actor);
        json.WriteString("event", entry.Type);
        json.WriteString("subject", told.Subject);
        json.WriteString("text", told.Message);
        json.WritePropertyName("data");
        entry.Data.WriteTo(json);
    });

    private static void Metric(Utf8JsonWriter json, WatchedMetric metric)
    {
        json.WriteStartObject();
        json.WriteString("metric", metric.Name);
        json.WriteString("dimension", metric.Chart.Dimension.ToString().ToLowerInvariant());
        if (metric.Newest is { } newest)
            Sample(json, newest);
        Moment(json, "next", metric.Next);
        if (metric.Chart.Baseline is { } baseline)
        {
            json.WriteNumber("baseline", baseline.Median);
            json.WriteNumber("baseline_spread", baseline.Spread);
        }

        if (metric.Elsewhere.Count > 0)
        {
            json.WriteStartObject("baselines");
            foreach (var (from, median) in metric.Elsewhere)
                json.WriteNumber(from, median);
            json.WriteEndObject();
        }

        json.WriteStartArray("limits");
        foreach (var limit in metric.Chart.Limits)
        {
            json.WriteStartObject();
            Number(json, "value", limit.Value);
            json.WriteString("rule", limit.Label);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter json, WatchedRule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("rule", rule.Text);
        json.WriteString("state", rule.State);
        Moment(json, "since", rule.Since);
        json.WriteString("shown", rule.Shown);
        if (rule.BlindShare is { } blind)
            json.WriteNumber("blind_share", blind);
        json.WriteEndObject();
    }

    private static void Availability(Utf8JsonWriter json, WatchedAvailability? seen)
    {
        if (seen is not { Measured: var measured })
        {
            json.WriteNull("availability");
            return;
        }

        json.WriteStartObject("availability");
        if (seen.Up is { } up)
            json.WriteBoolean("up", up);
        else
            json.WriteNull("up");
        Moment(json, "since", seen.Since);
        json.WriteNumber("observed_seconds", measured.ObservedSeconds);
        json.WriteNumber("down_seconds", measured.DownSeconds);
        json.WriteNumber("unseen_seconds", measured.UnseenSeconds);
        Number(json, "share", measured.Share);
        json.WriteNumber("down_share_of_day", measured.DownShareOfDay);
        json.WriteNumber("down_share_of_month", measured.DownShareOfMonth);
        Number(json, "objective", measured.Objective);
        Number(json, "budget_left_seconds_of_day", measured.BudgetLeftSecondsOfDay);
        Number(json, "budget_left_seconds", measured.BudgetLeftSeconds);
        JsonOut.Strings(json, "missed", measured.Missed);
        json.WriteEndObject();
    }

    private static void Sample(Utf8JsonWriter json, Sample sample)
    {
        json.WriteString("at", sample.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", System.Globalization.CultureInfo.InvariantCulture));
        if (sample.Number is null)
            json.WriteNull("value");
        else
            Number(json, "value", sample.Number);
        if (sample.Reason.Length > 0)
            json.WriteString("reason", sample.Reason);
        if (sample.FilledIn)
            json.WriteBoolean("filled_in", true);
    }

    private static void Moment(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
            json.WriteString(name, Clock.Utc(moment));
        else
            json.WriteNull(name);
    }

    /// <summary>JSON knows no infinity.</summary>
    private static void Number(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } n && double.IsFinite(n))
            json.WriteNumber(name, n);
        else if (number is { } infinite)
            json.WriteString(name, infinite > 0 ? "inf" : "-inf");
    }

    private static string Line(string type, Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_options))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
