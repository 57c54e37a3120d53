using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <param name="Run">Null where its journal can't be read; then <paramref name="Problem"/> says why.</param>
internal sealed record ListedRun(string Id, Run? Run, bool Driven, string? Problem);

/// <summary>Runs of a record folder, read whole, the newest first.</summary>
internal static class RunList
{
    /// <param name="environment">Null: of all.</param>
    public static async Task<IReadOnlyList<ListedRun>> ReadAsync(RunStore store, string? environment, int limit, CancellationToken cancel)
    {
        var runs = new List<ListedRun>();
        foreach (var id in store.Ids().Where(i => environment is null || RunId.IsOf(i, environment)).Take(limit))
            runs.Add(await ReadAsync(store, id, cancel));
        return runs;
    }

    public static string State(ListedRun listed, DateTimeOffset now) => listed switch
    {
        { Run: null } => $"unreadable: {listed.Problem}",
        { Run.End: { } end } => Transcript.OutcomeWord(end.Outcome),
        { Run.Rollback: not null, Driven: true } => "rolling back",
        { Run.Rollback: not null } => "a rollback is under way and nobody drives it",
        { Driven: false, Run.Changed: true } => "changed, and nobody drives it",
        { Driven: false } => "left, nothing changed",
        { Run: { CurrentStage: Stage.Watch } run } => $"watching for {Clock.Span(now - run.Entered[Stage.Watch])}",
        { Run.CurrentStage: { } stage } => $"in {GateWords.Of(stage)}",
        _ => "starting",
    };

    private static async Task<ListedRun> ReadAsync(RunStore store, string id, CancellationToken cancel)
    {
        try
        {
            await using var journal = store.OpenRun(id);
            return new(id, Evolution.Replay(await journal.ReadAsync(0, cancel)), DriverLock.IsHeld(journal.Folder), null);
        }
        catch (DamagedJournal e)
        {
            return new(id, null, false, e.Message);
        }
    }
}
