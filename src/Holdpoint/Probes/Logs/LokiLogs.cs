using System.Globalization;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Logs;

/// <summary>Log lines from Loki: https://grafana.com/docs/loki/latest/reference/loki-http-api/.</summary>
internal static class LokiLogs
{
    /// <summary>Entries asked for at once; more than Loki's own limit, 5000 by default, it would refuse.</summary>
    private const int Page = 1000;

    private const int MostPages = 100;

    private static readonly string[] LevelLabels = ["level", "severity", "detected_level", "severity_text"];

    public static async Task ReadAsync(ProbeCall call, string name, LogWindow window, LogTally tally, CancellationToken cancel)
    {
        if (call.Context.Host is not null)
            throw new Unanswered("Loki is asked from this machine: leave host= out");
        var loki = WebApi.Of(call, "loki", name);
        var query = call.Option("query") ?? throw new Unanswered($"say which lines of {name}: query='{{app=\"api\"}}'");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (from, until) = (Nanoseconds(window.From), Nanoseconds(window.Now));
        for (var page = 0; ; page++)
        {
            if (page == MostPages)
                throw new Unanswered($"Loki has more than {MostPages * Page} lines of the last {Units.Duration(window.Length)}: look less far back with over, or narrow query=");
            var answer = await loki.GetAsync($"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={from}&end={until}&limit={Page}&direction=backward", cancel);
            var entries = Entries(answer);
            foreach (var entry in entries)
                if (seen.Add(entry.Key))
                    tally.See(entry.Line, entry.IsError);
            if (entries.Count < Page)
                break;
            // The end is not part of what is asked for: the oldest moment is asked for again, for what the limit cut off in it.
            var oldest = entries.Min(e => e.At);
            if (oldest + 1 >= until)
                throw new Unanswered($"Loki has more than {Page} lines of one moment: narrow query=");
            until = oldest + 1;
            seen = [.. entries.Where(e => e.At == oldest).Select(e => e.Key)];
        }

        if (tally.Lines == 0)
            await WhyEmptyAsync(loki, query, window, tally, cancel);
    }

    /// <summary>No line of a stream that exists is quiet; of one that doesn't, a mistake in a label.</summary>
    private static async Task WhyEmptyAsync(WebApi loki, string query, LogWindow window, LogTally tally, CancellationToken cancel)
    {
        var (open, close) = (query.IndexOf('{', StringComparison.Ordinal), query.IndexOf('}', StringComparison.Ordinal));
        if (open < 0 || close < open)
            throw new Unanswered($"query={query} selects no stream: write {{label=\"value\"}}");
        var selector = query[open..(close + 1)];
        var back = window.Length > TimeSpan.FromDays(1) ? window.Length : TimeSpan.FromDays(1);
        var answer = await loki.GetAsync($"/loki/api/v1/series?match[]={Uri.EscapeDataString(selector)}&start={Nanoseconds(window.Now - back)}&end={Nanoseconds(window.Now)}", cancel);
        if (!answer.TryGetProperty("data", out var streams) || streams.ValueKind != JsonValueKind.Array)
            throw new Unanswered("Loki does not tell its streams");
        if (streams.GetArrayLength() == 0)
            throw new Unanswered($"Loki has no stream {selector} of the last {Units.Duration(back)}: are the labels right, and does what logs still run?");
        tally.Note($"{streams.GetArrayLength()} streams, and none of them has a line in the window");
    }

    private static List<Entry> Entries(JsonElement answer)
    {
        if (!answer.TryGetProperty("data", out var data) || !data.TryGetProperty("resultType", out var type) || !data.TryGetProperty("result", out var streams))
            throw new Unanswered("Loki's answer has no data: is this Loki's address?");
        if (type.GetString() != "streams")
            throw new Unanswered($"query= brings numbers ({type.GetString()}), not lines: ask for lines, {{app=\"api\"}}");
        try
        {
            return EntriesOf(streams);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentNullException or IndexOutOfRangeException)
        {
            throw new Unanswered("Loki's answer is not as its API has it: streams of values, each a time and a line");
        }
    }

    private static List<Entry> EntriesOf(JsonElement streams)
    {
        var entries = new List<Entry>();
        foreach (var stream in streams.EnumerateArray())
        {
            var labels = stream.GetProperty("stream");
            var said = Level(labels);
            var key = labels.GetRawText();
            foreach (var value in stream.GetProperty("values").EnumerateArray())
                entries.Add(new(
                    long.Parse(value[0].GetString()!, CultureInfo.InvariantCulture),
                    value[1].GetString()!,
                    (value.GetArrayLength() > 2 ? Level(value[2]) : null) ?? said,
                    $"{key} {value[0].GetString()} {value[1].GetString()}"));
        }

        return entries;
    }

    /// <summary>What the labels say of the level; null: the line tells.</summary>
    private static bool? Level(JsonElement labels)
    {
        foreach (var name in LevelLabels)
            if (labels.ValueKind == JsonValueKind.Object && labels.TryGetProperty(name, out var level) && level.ValueKind == JsonValueKind.String && LogSeverity.OfLevel(level.GetString()!) is { } said)
                return said;
        return null;
    }

    private static long Nanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * 100;

    private sealed record Entry(long At, string Line, bool? IsError, string Key);
}
