using Holdpoint.Journal;
using Holdpoint.Plans;

namespace Holdpoint.Records;

/// <summary>All that there is to say about a run, put together once; every report shows it and adds nothing.</summary>
public sealed record RunRecord
{
    /// <summary>What is shown of a piece of evidence: 4 kB, of longer ones the beginning and the end.</summary>
    public const int ExcerptBytes = 4096;

    public required Plan Plan { get; init; }

    public string Title => Plan.Title;

    public required string Id { get; init; }

    public required string Environment { get; init; }

    public required string Version { get; init; }

    /// <summary>What ran before; null: nothing, or nobody knew.</summary>
    public string? PreviousVersion { get; init; }

    /// <summary>The program that ran it, with its version.</summary>
    public required string Tool { get; init; }

    public required string StartedBy { get; init; }

    public IReadOnlyList<Participant> Participants { get; init; } = [];

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The moment as of which the record speaks: its end, or when it was made.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    public double DurationSeconds => Math.Max(0, (SeenAt - StartedAt).TotalSeconds);

    public required Ending Ending { get; init; }

    /// <summary>What somebody who reads only "passed" would miss: waivers, releases, gaps, an open review.</summary>
    public IReadOnlyList<string> Cautions { get; init; } = [];

    /// <summary>Over the leaves of the stages that were entered; null where nothing counts.</summary>
    public decimal? Score { get; init; }

    public IReadOnlyList<StageRecord> Stages { get; init; } = [];

    public IReadOnlyList<GateRecord> Gates { get; init; } = [];

    public IReadOnlyList<WaiverRecord> Waivers { get; init; } = [];

    public IReadOnlyList<SignOffRecord> SignOffs { get; init; } = [];

    public GlassRecord? Glass { get; init; }

    public IReadOnlyList<TimelineLine> Timeline { get; init; } = [];

    public IReadOnlyList<SectionRecord> Sections { get; init; } = [];

    public RollbackRecord? Rollback { get; init; }

    public AvailabilityRecord? Availability { get; init; }

    /// <summary>Null: nothing was watched, or the run has not come so far.</summary>
    public WatchRecord? Watch { get; init; }

    public IReadOnlyList<RuleRecord> Rules { get; init; } = [];

    public IReadOnlyList<MetricRecord> Metrics { get; init; } = [];

    /// <summary>Changes of targets step by step, there and back.</summary>
    public IReadOnlyList<RolloutModel> Rollouts { get; init; } = [];

    public IReadOnlyList<GapRecord> Gaps { get; init; } = [];

    public required JournalSeal Journal { get; init; }

    /// <summary>What this record proves, without a signature.</summary>
    public string Caveat => AuditReport.Caveat;

    public IEnumerable<ItemRecord> AllItems => Sections.SelectMany(s => s.AllItems);

    /// <summary>Items whose own steps failed or are unknown; parents of such items are not named again.</summary>
    public IEnumerable<(SectionRecord Section, ItemRecord Item)> BadItems =>
        Sections.SelectMany(s => s.AllItems.Where(i => i.Steps.Any(x => x.Kind.IsBad)).Select(i => (s, i)));

    /// <param name="plan">The plan of the definition that the run has now, that is after its newest amendment.</param>
    /// <param name="entries">The whole journal.</param>
    /// <param name="roles">Members by role.</param>
    /// <param name="now">Speaks for a run that goes on; one that has ended is told as of its end.</param>
    /// <param name="evidence">The stored bytes; null where they are gone.</param>
    /// <param name="unwritten">Samples by metric that are not in the journal yet, of a run that is watched now.</param>
    /// <exception cref="DamagedJournal">The entries can't have happened in this order.</exception>
    public static RunRecord Of(
        Plan plan, IReadOnlyList<JournalEntry> entries, IReadOnlyDictionary<string, IReadOnlyList<string>> roles, DateTimeOffset now,
        Func<EvidenceReference, byte[]?> evidence, IReadOnlyDictionary<string, IReadOnlyList<Metrics.Sample>>? unwritten = null) => new RecordReading(plan, entries, roles, now, evidence).Read(unwritten);
}
