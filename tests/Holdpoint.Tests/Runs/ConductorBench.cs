using Holdpoint.Actions;
using Holdpoint.Configuration;
using Holdpoint.Journal;
using Holdpoint.Rollouts;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Runs;

/// <summary>A run with everything around it in memory and time moved by hand: drivers that come and go, people who speak, a journal that may fail.</summary>
internal sealed class ConductorBench
{
    public const string Configuration = """
        holdpoint: 1
        environments: { production: {} }
        targets:
          web: { command: { now: now web, deploy: deploy web, rollback: rollback web } }
          api: { command: { now: now api, deploy: deploy api, rollback: rollback api } }
        metrics:
          errors: { unit: ratio, command: metric errors }

        """;

    private static readonly Dictionary<string, Holdpoint.Expressions.Signature> s_noExternals = [];

    private readonly ManualTime _time;
    private readonly RunDefinition _definition;

    private ConductorBench(ManualTime time, RunDefinition definition, FailingJournal journal)
    {
        (_time, _definition, Journal) = (time, definition, journal);
        Fake = new(time);
    }

    public FakeWorld Fake { get; }

    public FailingJournal Journal { get; }

    /// <summary>Deployed and rolled back by the real actions, in place of the fake world's.</summary>
    public Target? Target { get; set; }

    /// <summary>Earlier runs and stored baselines.</summary>
    public BaselineArchive? Archive { get; set; }

    /// <summary>Heartbeats that nobody looks at would be most of a day's work.</summary>
    public Lifetimes Lifetimes { get; init; } = new() { Heartbeat = TimeSpan.FromHours(1), Lease = TimeSpan.FromHours(6), Recovery = TimeSpan.FromSeconds(5) };

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="checklist">Without its title.</param>
    public static async Task<ConductorBench> StartAsync(ManualTime time, string checklist, string configuration = Configuration, string by = "ana")
    {
        var definition = Story.Read(checklist, configuration);
        // Its own clock stands still, so that whoever waits for a change is woken by one and not every second.
        var journal = new FailingJournal(new MemoryJournal("20260302-090000-production-0000", new ManualTime()));
        var bench = new ConductorBench(time, definition, journal);
        await (await RunSession.StartAsync(journal, time, new Event.Started(journal.RunId, "production", "2.0", null, by, definition.Definition, "holdpoint 1", 1, null, null, null), Cancel)).DisposeAsync();
        return bench;
    }

    public Task<RunSession> OpenAsync() => RunSession.OpenAsync(Journal, _time, Cancel);

    /// <summary>Drives in a session of its own, as another process would.</summary>
    public async Task<Driving> DriveAsync(Patience patience = Patience.Stay, string by = "ana", CancellationToken stop = default)
    {
        var session = await OpenAsync();
        return new(session, new Conductor(session, World).DriveAsync(by, patience, stop));
    }

    /// <summary>Moves time on until the driver has left; fails where it does not.</summary>
    public async Task<DriveEnd> EndAsync(Driving driving, TimeSpan atMost, TimeSpan? step = null)
    {
        var end = _time.Now + atMost;
        while (!driving.End.IsCompleted && _time.Now < end)
            await _time.AdvanceAsync(step ?? TimeSpan.FromSeconds(30));
        Assert.True(driving.End.IsCompleted, $"the driver has not left within {atMost}; the last events: {string.Join(", ", driving.Session.Entries.TakeLast(8).Select(e => e.Type))}");
        return await driving.End;
    }

    public async Task<Outcome> OutcomeAsync(Driving driving, TimeSpan atMost, TimeSpan? step = null) =>
        Assert.IsType<DriveEnd.Finished>(await EndAsync(driving, atMost, step)).Outcome;

    /// <summary>Moves time on, second by second, until something is so; fails where it does not become so.</summary>
    public async Task UntilAsync(Driving driving, Func<Run, bool> reached, TimeSpan atMost)
    {
        var end = _time.Now + atMost;
        await _time.SettleAsync();
        while (!reached(driving.Session.Run) && _time.Now < end)
            await _time.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True(reached(driving.Session.Run), $"not reached within {atMost}; the last events: {string.Join(", ", driving.Session.Entries.TakeLast(8).Select(e => e.Type))}");
    }

    /// <summary>What somebody says in another process. Null: taken.</summary>
    public async Task<Answer.Refused?> SayAsync(PersonCommand command)
    {
        var session = await OpenAsync();
        return await RunOffice.SayAsync(new OpenRun(session, World, _definition, "/nowhere"), command, Cancel);
    }

    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync() => await Journal.ReadAsync(0, Cancel);

    private RunWorld World => new()
    {
        Time = _time,
        Commands = Fake,
        Project = _definition.Project,
        Secrets = new Secrets("/project", _ => null),
        FrontMatter = _definition.FrontMatter,
        Probes = Fake.Probes,
        Actions = Target is null ? Fake.Actions : ActionCatalogue.Actions,
        OtherTargets = Target is null ? null : _ => Target,
        RunFolder = "/nowhere",
        Http = null!,
        Archive = Archive,
        Lifetimes = Lifetimes,
        Plan = (wanted, run) => wanted.Files[0].Text == _definition.Definition.Files[0].Text ? _definition.Plan! : RunDefinition.Read(wanted, run.Environment, s_noExternals, _time, lint: false).Plan!,
        Tell = async (channel, title, _, _) =>
        {
            await Fake.Hearing();
            lock (Fake.Told)
                Fake.Told.Add($"{channel}: {title}");
            return Fake.Deaf(channel);
        },
    };
}

/// <summary>A driver at its work.</summary>
internal sealed record Driving(RunSession Session, Task<DriveEnd> End)
{
    public Run Run => Session.Run;

    public IEnumerable<Event> Events => Session.Entries.Select(EventNames.FromEntry).OfType<Event>();
}

/// <summary>A journal that takes nothing more from a moment on that the test chooses.</summary>
internal sealed class FailingJournal(IJournal inner) : IJournal
{
    public string RunId => inner.RunId;

    /// <summary>Asked for each append: whether the disk is full.</summary>
    public Func<IReadOnlyList<NewEntry>, bool> IsFull { get; set; } = _ => false;

    public ValueTask<IReadOnlyList<JournalEntry>> ReadAsync(long after, CancellationToken cancel) => inner.ReadAsync(after, cancel);

    public ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(long expected, int epoch, IReadOnlyList<NewEntry> entries, CancellationToken cancel) =>
        IsFull(entries) ? throw new JournalUnwritable("no space left on the device") : inner.AppendAsync(expected, epoch, entries, cancel);

    public ValueTask<EvidenceReference> StoreEvidenceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel) =>
        IsFull([]) ? throw new JournalUnwritable("no space left on the device") : inner.StoreEvidenceAsync(name, content, cancel);

    public ValueTask<byte[]> ReadEvidenceAsync(EvidenceReference evidence, CancellationToken cancel) => inner.ReadEvidenceAsync(evidence, cancel);

    public Task WaitForChangeAsync(long sequence, CancellationToken cancel) => inner.WaitForChangeAsync(sequence, cancel);

    // Several sessions use it, as several processes use a folder; it goes with the test.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
