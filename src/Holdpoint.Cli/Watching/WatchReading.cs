using Holdpoint.Cli.Runs;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Records;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Watching;

/// <summary>Puts the picture of a watch together from the journal, its chunks of samples, and what the driver shows beside them. Reads only; whoever drives may be another process.</summary>
internal sealed class WatchReading(OpenRun run, TimeProvider time)
{
    private const int TailLines = 3;

    private readonly Dictionary<EvidenceReference, byte[]?> _chunks = [];
    private (long Sequence, IReadOnlyList<MetricNow>? Seen) _of = (-1, null);
    private RunRecord? _record;

    public async Task<WatchPicture> ReadAsync(CancellationToken cancel)
    {
        await run.Session.RefreshAsync(cancel);
        var now = LookOn.Read(run.Folder);
        var record = await RecordAsync(now, cancel);
        var standing = run.Standing;
        var state = standing.Run;
        var driver = state.HasEnded ? null : Drivers.Of(run);
        // What a driver that died has left behind it is true, and old.
        var live = driver is null ? null : now;
        return new(state.Id, record.Title, record.Version, record.Environment, state.EndedAt ?? time.GetUtcNow())
        {
            Ending = record.Ending,
            Began = record.Watch?.BeganAt,
            Ends = WatchPlan.EndOf(standing.Plan, state),
            Watch = record.Watch,
            LookedLast = live?.At,
            Driver = driver,
            Metrics = [.. record.Metrics.Where(m => m.Samples.Count > 0).Select(m => Metric(m, live))],
            Rules = [.. record.Rules.Select(r => Rule(r, live))],
            Availability = Availability(state, record, live?.Availability),
            Holds = Holds(standing),
            Tail = [.. run.Session.Entries.Select(e => EventNames.FromEntry(e) is { } happened ? Transcript.Of(standing.Plan, e, happened) : null).OfType<TranscriptLine>().TakeLast(TailLines)],
        };
    }

    /// <summary>Read anew only where something was told or seen since.</summary>
    private async Task<RunRecord> RecordAsync(WatchNow? now, CancellationToken cancel)
    {
        var state = run.Session.Run;
        if (_record is not null && _of.Sequence == state.Sequence && (_of.Seen is null ? now is null : now is not null && now.Metrics.SequenceEqual(_of.Seen)))
            return _record;
        var entries = run.Session.Entries;
        foreach (var sampled in entries.Select(EventNames.FromEntry).OfType<Event.Sampled>())
            foreach (var chunk in sampled.Evidence.Where(c => !_chunks.ContainsKey(c)))
                _chunks[chunk] = await ChunkAsync(chunk, cancel);
        var unwritten = now?.Metrics.ToDictionary(m => m.Name, m => SamplesOf(m));
        _record = RunRecord.Of(run.Standing.Plan, entries, run.World.Project.Roles, time.GetUtcNow(), r => _chunks.GetValueOrDefault(r), unwritten);
        _of = (state.Sequence, now?.Metrics);
        return _record;
    }

    /// <summary>Null: it is gone, and its metric says so.</summary>
    private async Task<byte[]?> ChunkAsync(EvidenceReference chunk, CancellationToken cancel)
    {
        try
        {
            return await run.Session.Journal.ReadEvidenceAsync(chunk, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DamagedJournal)
        {
            return null;
        }
    }

    private static IReadOnlyList<Sample> SamplesOf(MetricNow metric)
    {
        try
        {
            return SeriesChunk.Read(metric.Samples);
        }
        catch (FormatException)
        {
            // A secret that was masked inside a row: its chunk will have it.
            return [];
        }
    }

    private WatchedMetric Metric(MetricRecord metric, WatchNow? live)
    {
        var dimension = run.World.Project.Metrics.GetValueOrDefault(metric.Name)?.Dimension ?? metric.Dimension;
        var period = live?.Metrics.FirstOrDefault(m => m.Name == metric.Name)?.PeriodSeconds;
        return new(RecordCharts.Of(metric with { Dimension = dimension }), period is { } seconds ? TimeSpan.FromSeconds(seconds) : null) { Elsewhere = [.. metric.Elsewhere.Select(b => (b.From, b.Baseline.Median))] };
    }

    private static WatchedRule Rule(RuleRecord rule, WatchNow? live)
    {
        var changed = rule.Changes.Count > 0 ? rule.Changes[^1] : null;
        // The journal has the transitions; the values of now are the driver's.
        return live?.Rules.FirstOrDefault(r => r.Id == rule.Id) is { } now
            ? new(rule.Id, rule.Text, rule.State == "not judged" ? rule.State : now.State, now.Since ?? changed?.Since, now.Shown, now.BlindShare)
            : new(rule.Id, rule.Text, rule.State, changed?.Since, rule.Shown);
    }

    private WatchedAvailability? Availability(Run state, RunRecord record, AvailabilityNow? live)
    {
        if (live is { Since: { } since })
        {
            var objective = Accountant.ObjectiveOf(run.World, state);
            var measured = new AvailabilityRecord(live.UpSeconds + live.DownSeconds, live.DownSeconds, objective, DateTime.DaysInMonth(since.Year, since.Month) * AvailabilityRecord.DaySeconds, record.Availability?.Outages ?? [])
            {
                UnseenSeconds = live.UnseenSeconds,
                Missed = record.Availability?.Missed ?? [],
            };
            return new(live.Up, live.UpSince, live.Because, measured);
        }

        if (record.Availability is not { } known)
            return null;
        var last = known.Outages.Count > 0 ? known.Outages[^1] : null;
        return new(state.HasEnded || live is not null ? last is not { To: null } : null, last?.To ?? last?.From, last?.Because ?? "", known);
    }

    private static IReadOnlyList<string> Holds(Standing standing)
    {
        var state = standing.Run;
        if (state.HasEnded)
            return [];
        var lines = new List<string>();
        if (state is { Grace: { } grace, Rollback: null })
            lines.Add($"rolls back in {Clock.Span(grace.Deadline - standing.Now)} unless somebody holds it: holdpoint hold --reason …");
        if (state.Rollback is { } back)
            lines.Add($"rolling back: {back.Decided.Cause}");
        if (Next.For(standing) is Work.Wait wait)
            lines.AddRange(wait.Holds.Select(h => $"{h.What} → {h.Remedy}"));
        return lines;
    }
}
