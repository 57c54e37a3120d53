using System.Text;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>What the record folder holds to compare with: runs that passed, and baselines that were stored by name.</summary>
public sealed class BaselineArchive(RunStore store, TimeProvider time)
{
    public BaselineShelf Shelf { get; } = new(store.Folder);

    /// <summary>How the version of an earlier run did at the end of its watch.</summary>
    /// <param name="id">Its id or the beginning of it; null: the newest of the environment that passed.</param>
    /// <param name="except">The run that asks.</param>
    /// <param name="metrics">As they are defined now.</param>
    public async Task<ArchivedBaseline> OfRunAsync(string? id, string environment, string? except, IReadOnlyDictionary<string, MetricDefinition> metrics, CancellationToken cancel)
    {
        try
        {
            if (id is not null)
                return await AcceptedAsync(store.FindRun(id), environment, metrics, cancel);
            foreach (var candidate in store.Ids().Where(i => i != except && RunId.IsOf(i, environment)))
                if (await AcceptedAsync(candidate, environment, metrics, cancel) is { Because: null } accepted)
                    return accepted;
            return ArchivedBaseline.None($"no earlier run of {environment} has passed and deployed anything");
        }
        catch (Exception e) when (e is UnknownRun or DamagedJournal or IOException or UnauthorizedAccessException)
        {
            return ArchivedBaseline.None(e.Message);
        }
    }

    /// <summary>What was stored under a name.</summary>
    public ArchivedBaseline OfTaken(string name, string? environment, IReadOnlyDictionary<string, MetricDefinition> metrics)
    {
        if (Shelf.Read(name, out var because) is not { } stored)
            return ArchivedBaseline.None(because);
        if (environment is not null && stored.Environment != environment)
            return ArchivedBaseline.None($"the baseline {name} was taken on {stored.Environment}, not on {environment}");
        var known = stored.Metrics.Where(m => !metrics.TryGetValue(m.Key, out var definition) || definition.Dimension == m.Value.Dimension).ToDictionary(m => m.Key, m => m.Value.Record);
        var refused = stored.Metrics.Where(m => !known.ContainsKey(m.Key)).ToDictionary(m => m.Key, m => $"the baseline {name} has it as {Named(m.Value.Dimension)}, and it is {Named(metrics[m.Key].Dimension)} now");
        foreach (var (metric, why) in stored.Refused)
            refused[metric] = why;
        return new($"taken {stored.To.UtcDateTime:yyyy-MM-dd HH:mm} UTC by {stored.By}", known, refused, null);
    }

    /// <summary>How the version of any run did, or does.</summary>
    /// <exception cref="DamagedJournal">Its journal can't be read.</exception>
    public async Task<ArchivedBaseline> AfterAsync(IJournal journal, IReadOnlyDictionary<string, MetricDefinition> metrics, CancellationToken cancel)
    {
        var entries = await journal.ReadAsync(0, cancel);
        var run = Evolution.Replay(entries);
        var history = entries.Select(e => (Happened: EventNames.FromEntry(e), e.At)).ToList();
        if (Aftermath.WindowOf(history, time.GetUtcNow()) is not var (from, to))
            return ArchivedBaseline.None($"run {run.Id} has deployed nothing");
        var then = RunDefinition.Read(run.Definition, run.Environment, new Dictionary<string, Signature>(), time, lint: false);
        var breaching = Breaching(then.Plan, history, from, to);
        var taken = new Dictionary<string, BaselineRecord>();
        var refused = new Dictionary<string, string>();
        foreach (var chunks in history.Select(h => h.Happened).OfType<Event.Sampled>().GroupBy(s => s.Metric))
        {
            var dimension = then.Project.Metrics.GetValueOrDefault(chunks.Key)?.Dimension ?? Dimension.Any;
            if (metrics.TryGetValue(chunks.Key, out var now) && dimension is not Dimension.Any && now.Dimension != dimension)
                refused[chunks.Key] = $"run {run.Id} has it as {Named(dimension)}, and it is {Named(now.Dimension)} now";
            else if (breaching.FirstOrDefault(b => b.Metrics is null || b.Metrics.Contains(chunks.Key)) is { Rule: { } rule })
                refused[chunks.Key] = $"the rule \"{rule}\" was breaching in run {run.Id}, so that what it shows is no measure of what is usual";
            else
                switch (Baseline.Take(chunks.Key, dimension, await SamplesAsync(journal, chunks, from, to, cancel)))
                {
                    case BaselineTaking.Taken t:
                        taken[chunks.Key] = new(t.Baseline.Median, t.Baseline.Spread, t.Baseline.Count);
                        break;
                    case BaselineTaking.Refused r:
                        refused[chunks.Key] = $"{r.Because} in run {run.Id}";
                        break;
                }
        }

        return new($"run {run.Id}, version {run.Start.Version}", taken, refused, null);
    }

    private async Task<ArchivedBaseline> AcceptedAsync(string id, string environment, IReadOnlyDictionary<string, MetricDefinition> metrics, CancellationToken cancel)
    {
        await using var journal = store.OpenRun(id);
        var run = Evolution.Replay(await journal.ReadAsync(0, cancel));
        return run switch
        {
            _ when run.Environment != environment => ArchivedBaseline.None($"run {id} is of {run.Environment}, not of {environment}"),
            { Start.Rehearsal: not null } => ArchivedBaseline.None($"run {id} was a rehearsal"),
            { End: null } => ArchivedBaseline.None($"run {id} has not ended"),
            { End.Outcome: not Outcome.Passed } => ArchivedBaseline.None($"run {id} was not accepted: it ended {run.End.Outcome}"),
            { Changed: false } => ArchivedBaseline.None($"run {id} has deployed nothing"),
            _ => await AfterAsync(journal, metrics, cancel),
        };
    }

    private static async Task<IReadOnlyList<Sample>> SamplesAsync(IJournal journal, IEnumerable<Event.Sampled> chunks, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var samples = new SortedDictionary<DateTimeOffset, Sample>();
        foreach (var chunk in chunks)
            try
            {
                foreach (var sample in SeriesChunk.Read(Encoding.UTF8.GetString(await journal.ReadEvidenceAsync(chunk.Chunk, cancel))))
                    if (sample.At > from && sample.At <= to && (!samples.TryGetValue(sample.At, out var known) || known is not Sample.Measured))
                        samples[sample.At] = sample;
            }
            catch (Exception e) when (e is FormatException or DamagedJournal or IOException)
            {
                samples.TryAdd(to, new Sample.Missing(to, $"{chunk.Chunk.Name} can't be read: {e.Message}"));
            }

        return [.. samples.Values];
    }

    /// <summary>Rules that were breaching or had fired in these hours, with the metrics that they are judged by; null: those are not known.</summary>
    private static List<(string Rule, IReadOnlyList<string>? Metrics)> Breaching(Plan? plan, IReadOnlyList<(Event? Happened, DateTimeOffset At)> history, DateTimeOffset from, DateTimeOffset to)
    {
        var found = new List<(string, IReadOnlyList<string>?)>();
        foreach (var changes in history.Where(h => h.Happened is Event.RuleChanged && h.At <= to).Select(h => (Change: (Event.RuleChanged)h.Happened!, h.At)).GroupBy(c => c.Change.Rule))
        {
            var states = changes.ToList();
            if (!states.Where((s, i) => s.Change.State is "breaching" or "fired" && (i + 1 == states.Count || states[i + 1].At > from)).Any())
                continue;
            var rule = plan?.Rules.FirstOrDefault(r => r.Id == changes.Key);
            IReadOnlyList<string>? metrics = changes.Key == Watching.RuleWatch.AvailabilityId ? [] : rule is null ? null : [.. (rule.Rule.When?.Operands ?? []).OfType<Operand.Metric>().Select(m => m.Name)];
            found.Add((rule?.Rule.Mark.Text ?? changes.Key, metrics));
        }

        return found;
    }

    private static string Named(Dimension dimension) => dimension.ToString().ToLowerInvariant();
}

/// <summary>What an archive has to compare with.</summary>
/// <param name="Found">What was found, for people; null: nothing.</param>
/// <param name="Refused">By metric, why it has none.</param>
/// <param name="Because">Why there is nothing at all; null: there is something.</param>
public sealed record ArchivedBaseline(string? Found, IReadOnlyDictionary<string, BaselineRecord> Metrics, IReadOnlyDictionary<string, string> Refused, string? Because)
{
    public static ArchivedBaseline None(string because) => new(null, new Dictionary<string, BaselineRecord>(), new Dictionary<string, string>(), because);

    /// <summary>Why a metric has no value here.</summary>
    public string WhyNot(string metric) => Because ?? Refused.GetValueOrDefault(metric) ?? $"{Found} has no samples of {metric}";
}
