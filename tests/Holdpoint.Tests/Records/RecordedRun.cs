using System.Text;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Records;

/// <summary>A run told event by event, in memory: what a driver would have journaled.</summary>
public sealed class RecordedRun
{
    public const string Configuration = """
        holdpoint: 1
        roles:
          release-manager: [ana]
          dba: [di]
          sre: [bo, cy]
        metrics:
          error_rate:
            unit: ratio
            command: ./bin/errors
          latency_p95:
            unit: seconds
            command: ./bin/latency
        targets:
          web:
            command: { now: ./bin/current, deploy: ./bin/switch "$HOLDPOINT_VERSION", rollback: ./bin/switch "$HOLDPOINT_PREVIOUS_VERSION" }
        """;

    public const string Shop = """
        # Web shop: going live

        Kept by the shop team; ask in the channel before changing it.

        ## Backups

        **Owner:** sre

        - [ ] Orders are dumped `! sh ./bin/dump` `? file backups/*.sql.gz newest.age < 2m` #critical
        - [ ] A restore was tried this week `@ dba`

        ## Pre-flight

        **Gate:** score >= 80

        - [ ] Room on the disk `? disk / free > 20GB`
        - [ ] Certificates last `? tls shop.example remaining > 14d`
        - [ ] The log is quiet `? sh ./bin/count-errors` #advisory
        - [ ] Go `@ release-manager`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical
        - [ ] The shop answers `? http http://shop.example/health within 60s` #critical

        ## Look closely

        **Stage:** verify

        - [ ] An order can be placed
          - [ ] with a card `? sh ./bin/order card`
          - [ ] on account `? sh ./bin/order account`
        - [ ] ~~Old checkout still works~~ `? sh ./bin/old`

        ## The first day

        **Stage:** watch

        **Watch:** every 15m until 2h

        - [ ] Latency holds `? latency_p95 <= 1.5x baseline`
        - [ ] Back on errors `! rollback when error_rate > 5% for 1m`
        - [ ] Say so when slow `! hold when latency_p95 > 3x baseline for 2m`

        ## Going back

        **Stage:** rollback

        **Budget:** 2m

        - [ ] Previous version back `! rollback web`
        - [ ] The shop answers again `? http http://shop.example/health within 60s`
        """;

    private static readonly Dictionary<string, IReadOnlyList<string>> Roles = new()
    {
        ["release-manager"] = ["ana"],
        ["dba"] = ["di"],
        ["sre"] = ["bo", "cy"],
    };

    private readonly IJournal _journal;
    private readonly List<JournalEntry> _entries = [];

    public RecordedRun(string checklist = Shop, string version = "1.5.0", string by = "bo", string path = "release/shop.md")
        : this(new MemoryJournal("20261120-135912-production-7f3a"), checklist, version, by, path)
    {
    }

    private RecordedRun(IJournal journal, string checklist, string version, string by, string path)
    {
        _journal = journal;
        var (project, problems) = ProjectFile.Parse("/shop/holdpoint.yaml", Configuration);
        Assert.DoesNotContain(problems, p => p.IsError);
        var read = ChecklistReader.Parse(new SourceText(path, checklist));
        var (plan, wrong) = Planner.Plan(new PlanRequest(read, project) { Time = TimeProvider.System, Environment = null, Lint = false });
        Assert.True(plan is not null, string.Join('\n', wrong));
        Plan = plan;
        Tell(new Event.Started(_journal.RunId, "production", version, "1.4.0", by, new([new(path, checklist)], Configuration, new Dictionary<string, string>()), "holdpoint 0.1.0", 1, "20261113-101500-production-11aa", new string('a', 64), null), by);
        Tell(new Event.Driven(1, by, "deploy-1", 4711), by);
    }

    public Plan Plan { get; }

    public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 13, 59, 12, TimeSpan.Zero);

    public static Dictionary<string, string> NoFacts { get; } = [];

    public RecordedRun After(double seconds)
    {
        Now = Now.AddSeconds(seconds);
        return this;
    }

    public RecordedRun Tell(Event happened, string actor = "driver")
    {
        _entries.AddRange(_journal.AppendAsync(_entries.Count, 0, [EventNames.ToEntry(happened, Now, actor)], CancellationToken.None).AsTask().GetAwaiter().GetResult());
        return this;
    }

    public EvidenceReference Store(string name, string content) => Store(name, Encoding.UTF8.GetBytes(content));

    public EvidenceReference Store(string name, byte[] content) => _journal.StoreEvidenceAsync(name, content, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>The id of a step by its item's text.</summary>
    public string Step(string item, int number = 0) => Plan.AllItems.First(i => i.Text == item).Steps[number].Id;

    public string Rule(string text) => Plan.Rules.First(r => r.Text == text).Id;

    public RecordedRun Check(string item, VerdictRecord verdict, int number = 0, double took = 0.2, int attempt = 1, int round = 0, IReadOnlyDictionary<string, string>? facts = null, params EvidenceReference[] evidence) =>
        After(took).Tell(new Event.Checked(Step(item, number), attempt, verdict, took, facts ?? NoFacts, evidence, round));

    public RecordedRun Act(string item, VerdictRecord verdict, double took, string verb = "sh", string? target = null, params EvidenceReference[] evidence)
    {
        Tell(new Event.ActionStarted(Step(item), 1, "job-1", verb, target, false));
        return After(took).Tell(new Event.ActionEnded(Step(item), verdict, took, evidence));
    }

    public RecordedRun Sample(string metric, IReadOnlyList<Sample> samples) =>
        Tell(new Event.Sampled(metric, [Store($"samples-{metric}.csv", SeriesChunk.Write(samples))], samples.Count));

    public RunRecord Record(DateTimeOffset? now = null) => RunRecord.Of(Plan, _entries, Roles, now ?? Now, reference =>
    {
        try
        {
            return _journal.ReadEvidenceAsync(reference, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (DamagedJournal)
        {
            return null;
        }
    });

    public static VerdictRecord Passed(string shown = "") => new("passed", shown);

    public static VerdictRecord Failed(string actual, string expected) => new("failed", actual, expected);

    public static VerdictRecord Unknown(string because) => new("unknown", because);

    /// <summary>Up to the door of deploy: everything in order but one warning and an advisory check that failed.</summary>
    public static RecordedRun Prepared()
    {
        var run = new RecordedRun();
        run.Tell(new Event.StageEntered(Stage.Prepare));
        run.Act("Orders are dumped", Passed("exit (0) == 0"), 18.4, evidence: run.Store("dump.log", "dumping orders\n412303 rows\ndone\n"));
        run.Check("Orders are dumped", Passed("newest.age (3s) < 2m"), 1, facts: new Dictionary<string, string> { ["files"] = "14", ["newest.age"] = "3s", ["newest.size"] = "412.3 MB" });
        run.After(40).Tell(new Event.Signed(run.Step("A restore was tried this week"), "dba", "di", false, "restored on staging on Tuesday"), "di");
        run.Tell(new Event.GateHeld("stage:prepare", ["Go: waiting for release-manager → release-manager (ana) can sign: holdpoint sign pre-flight/go"]));
        run.Check("Room on the disk", Passed("free (84.2 GB) > 20GB"));
        run.Check("Certificates last", new("warned", "remaining (16d 4h) > 14d, but not > 30d"), took: 0.41);
        run.Check("The log is quiet", Failed("exit 1", "exit == 0"), took: 1.9, evidence: run.Store("errors.txt", "\u001b[31mERROR\u001b[0m payment timed out\nERROR payment timed out\n"));
        run.After(312).Tell(new Event.Signed(run.Step("Go"), "release-manager", "ana", false, ""), "ana");
        run.Tell(new Event.GatePassed("section:pre-flight", 87.5m)).Tell(new Event.GatePassed("stage:prepare", 91.6m));
        run.Tell(new Event.BaselineTaken(new Dictionary<string, BaselineRecord> { ["error_rate"] = new(0.004, 0.001, 40), ["latency_p95"] = new(0.21, 0.02, 40) }, []));
        run.Tell(new Event.RuleChanged(run.Rule("Back on errors"), "quiet", "error_rate (0.4%) > 5%", run.Now, false));
        return run;
    }

    /// <summary>Deployed, and the shop answers on the third attempt.</summary>
    public static RecordedRun Deployed()
    {
        var run = Prepared();
        run.After(1).Tell(new Event.LockTaken("production", "this machine only")).Tell(new Event.StageEntered(Stage.Deploy));
        run.Tell(new Event.BeforeRecorded("web", "1.4.0", false));
        run.Act("New version out", Passed("web runs 1.5.0"), 23.7, "deploy", "web", run.Store("deploy.log", string.Concat(Enumerable.Range(1, 400).Select(i => $"step {i} of 400: pulled layer {i * 7919 % 9973:x}\n"))));
        run.Check("The shop answers", Failed("status (503)", "status in 200..299"), took: 1.1, attempt: 1);
        run.Check("The shop answers", Failed("status (503)", "status in 200..299"), took: 1.1, attempt: 2);
        run.Check("The shop answers", Passed("status (200) in 200..299, on attempt 3"), took: 0.2, attempt: 3, facts: new Dictionary<string, string> { ["status"] = "200", ["time"] = "181ms" });
        run.Tell(new Event.GatePassed("stage:deploy", 100m)).After(1).Tell(new Event.StageEntered(Stage.Verify));
        run.Check("with a card", Passed("exit (0) == 0"), took: 3.4).Check("on account", Passed("exit (0) == 0"), took: 2.8);
        run.Tell(new Event.GatePassed("stage:verify", 100m)).After(1).Tell(new Event.StageEntered(Stage.Watch));
        return run;
    }

    public static RecordedRun Finished()
    {
        var run = Deployed();
        run.Check("Latency holds", Passed("latency_p95 (220ms) <= 1.5x baseline"), round: 1).After(7200);
        run.Check("Latency holds", Passed("latency_p95 (215ms) <= 1.5x baseline"), round: 2, attempt: 2);
        run.Tell(new Event.GatePassed("watched:the-first-day", null)).Tell(new Event.GatePassed("stage:watch", 100m));
        return run.Tell(new Event.AvailabilityMeasured(7260, 4, 0.9995)).Tell(new Event.Finished(Outcome.Passed, "every gate passed")).Tell(new Event.LockReleased("production"));
    }

    /// <summary>Errors rise five minutes into the watch; the rule fires and the old version comes back.</summary>
    public static RecordedRun RolledBack()
    {
        var run = Deployed();
        var start = run.Now.AddMinutes(-8);
        var noise = new Random(7);
        Sample Errors(int i) => i is >= 30 and <= 33
            ? new Sample.Missing(start.AddSeconds(i * 15), "connection refused")
            : new Sample.Measured(start.AddSeconds(i * 15), Math.Max(0, i < 49 ? 0.004 + noise.NextDouble() * 0.003 : i < 56 ? 0.065 + (i - 49) * 0.034 + noise.NextDouble() * 0.01 : 0.006 * noise.NextDouble()), 400);
        Sample Latency(int i) => new Sample.Measured(start.AddSeconds(i * 15), (i is >= 49 and < 56 ? 0.34 + (i - 49) * 0.012 : 0.21) + noise.NextDouble() * 0.03, 400);
        run.Tell(new Event.Gap(start.AddSeconds(450), start.AddSeconds(495), "nobody looked, and no store can fill it in"));
        run.Check("Latency holds", Passed("latency_p95 (220ms) <= 1.5x baseline"), round: 1).After(258);
        var began = run.Now;
        run.After(2).Tell(new Event.RuleChanged(run.Rule("Back on errors"), "breaching", "error_rate (8.1%) > 5%", began, false));
        run.After(13).Tell(new Event.AvailabilityChanged(false, "status (500) in 200..299"));
        run.After(47).Tell(new Event.RuleChanged(run.Rule("Back on errors"), "fired", "error_rate (21.3%) > 5%", began, false));
        run.Tell(new Event.RollbackDecided("rollback when error_rate > 5% for 1m: error_rate (21.3%) > 5%", run.Rule("Back on errors"), "driver", began));
        run.Tell(new Event.Told("ops", "rolling back 1.5.0 on production", true, "")).Tell(new Event.Told("status", "rolling back 1.5.0 on production", false, "the page answered 502"));
        run.After(0.4).Act("Previous version back", Passed("web runs 1.4.0"), 17.2, "rollback", "web", run.Store("rollback.log", "switching to 1.4.0\n3 of 3 instances ready\n"));
        run.Tell(new Event.AvailabilityChanged(true, "status (200) in 200..299"));
        run.Check("The shop answers again", Failed("status (503)", "status in 200..299"), took: 1).Check("The shop answers again", Passed("status (200) in 200..299, on attempt 2"), took: 22, attempt: 2);
        run.Tell(new Event.RollbackEnded(true, "rollback when error_rate > 5% for 1m: error_rate (21.3%) > 5%; status (200) in 200..299", 62, 0.4, 17.2, 23));
        run.Sample("error_rate", [.. Enumerable.Range(0, 68).Select(Errors)]).Sample("latency_p95", [.. Enumerable.Range(0, 68).Select(Latency)]);
        return run.Tell(new Event.AvailabilityMeasured(392, 66, 0.9995)).Tell(new Event.Finished(Outcome.RolledBack, "rollback when error_rate > 5% for 1m: error_rate (21.3%) > 5%; status (200) in 200..299")).Tell(new Event.LockReleased("production"));
    }
}
