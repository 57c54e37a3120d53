using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>When a checklist was last rehearsed, and what came of it.</summary>
internal static class LastRehearsal
{
    /// <summary>Runs that are looked at, at most.</summary>
    private const int Looked = 500;

    /// <summary>Null: never, as far as the record goes back. A run that can't be read is passed over: this is shown, and nothing depends on it.</summary>
    public static async Task<string?> OfAsync(RunStore store, Definition definition, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var summary in store.List().Take(Looked))
        {
            if (await ReadAsync(store, summary, definition.Files[0].Path, cancel) is not { EndedAt: { } ended } run)
                continue;
            var changed = run.Definition.Files.SequenceEqual(definition.Files) ? "" : "; the files have changed since";
            return $"rehearsed on {run.Environment} {Clock.Span(now - ended)} ago with {run.Start.Version}: {Rehearsing.Told(run)}{changed}";
        }

        return null;
    }

    private static async Task<Run?> ReadAsync(RunStore store, RunSummary summary, string checklist, CancellationToken cancel)
    {
        try
        {
            if (summary.First is not { } first || EventNames.FromEntry(first) is not Event.Started { Rehearsal: not null } started || started.Definition.Files[0].Path != checklist)
                return null;
            await using var journal = store.OpenRun(summary.Id);
            return Evolution.Replay(await journal.ReadAsync(0, cancel));
        }
        catch (Exception e) when (e is DamagedJournal or UnknownRun)
        {
            return null;
        }
    }
}
