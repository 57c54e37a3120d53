using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>How long steps usually take: the median of the last runs of an environment that passed.</summary>
internal static class ExpectedTimes
{
    /// <summary>Runs that are counted at most.</summary>
    private const int Counted = 5;

    /// <summary>Runs that are read at most to find those.</summary>
    private const int Read = 15;

    /// <summary>By step. Runs that can't be read are left out: an estimate is no reason to stop.</summary>
    public static async Task<IReadOnlyDictionary<string, TimeSpan>> OfAsync(RunStore store, string environment, string except, CancellationToken cancel)
    {
        var times = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var counted = 0;
        foreach (var id in store.Ids().Where(i => i != except && RunId.IsOf(i, environment)).Take(Read))
        {
            if (await PassedAsync(store, id, cancel) is not { } run)
                continue;
            foreach (var (step, state) in run.Steps.Where(s => s.Value.Verdict is { Verdict: "passed" or "warned" } && s.Value.ElapsedSeconds > 0))
                (times.TryGetValue(step, out var seconds) ? seconds : times[step] = []).Add(state.ElapsedSeconds);
            if (++counted == Counted)
                break;
        }

        return times.ToDictionary(t => t.Key, t => TimeSpan.FromSeconds(Median(t.Value)), StringComparer.Ordinal);
    }

    private static async Task<Run?> PassedAsync(RunStore store, string id, CancellationToken cancel)
    {
        try
        {
            await using var journal = store.OpenRun(id);
            var run = Evolution.Replay(await journal.ReadAsync(0, cancel));
            return run.End?.Outcome == Outcome.Passed ? run : null;
        }
        catch (Exception e) when (e is DamagedJournal or UnknownRun)
        {
            return null;
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
