using System.Runtime.CompilerServices;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Tests.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

/// <summary>Each rule of <c>examples/rollback-criteria</c> fires on what it was made for, and on nothing that is just short of it.</summary>
public class RollbackCriteriaTests
{
    /// <summary>A shop that is well: metrics in base units, and what probes would find.</summary>
    private static readonly Dictionary<string, double> Healthy = new()
    {
        ["error_rate"] = 0.0002, ["latency_p95"] = 0.2, ["latency_p99"] = 0.8, ["memory"] = 1e9, ["jobs_waiting"] = 3, ["jobs_done"] = 5, ["orders"] = 10_000,
        ["in"] = 1, ["healthy"] = 1, ["pool_used"] = 0.4, ["page"] = 0, ["critical"] = 0, ["error"] = 0, ["warning"] = 0,
    };

    private static readonly (Plan Plan, Project Project, IReadOnlyList<Problem> Problems) Example = Read();

    private static readonly TimeSpan Always = TimeSpan.FromDays(30);

    /// <summary>Item, what goes wrong, how badly and for how long it fires; how badly and for how long it does not; minutes watched. It goes wrong after a minute, or where the last column says.</summary>
    public static TheoryData<string, string, double, int, double, int, int> Cases { get; } = new()
    {
        { "One in ten fails", "error_rate", 0.12, 3, 0.12, 100, 10 },
        { "One in ten fails", "error_rate", 0.12, 3, 0.09, 9999, 10 },
        { "One in twenty fails", "error_rate", 0.06, 5, 0.06, 220, 10 },
        { "More than one in a hundred, while the version is new", "error_rate", 0.02, 20, 0.009, 9999, 90 },
        { "Still more than one in a hundred later on: people decide", "error_rate", 0.02, 60, 0.009, 9999, 60 },
        { "A fiftieth of it in an hour", "error_rate", 0.02, 60, 0.013, 9999, 90 },
        { "A twentieth of it in six hours", "error_rate", 0.01, 400, 0.0055, 99_999, 420 },
        { "Faster than it lasts, for days", "error_rate", 0.002, 9999, 0.0009, 999_999, 2400 },
        { "Slowest requests give up", "latency_p99", 11, 3, 11, 100, 10 },
        { "Slowest requests give up", "latency_p99", 11, 3, 9.9, 9999, 10 },
        { "Three times as slow as before", "latency_p95", 0.7, 4, 0.55, 9999, 15 },
        { "Half as slow again, while the version is new", "latency_p95", 0.32, 30, 0.29, 9999, 60 },
        { "Nobody gets in for half a minute", "in", 0, 1, 0, 20, 5 },
        { "Everybody is told after two minutes", "in", 0, 3, 0, 100, 5 },
        { "Unwell for five minutes, though it answers", "healthy", 0, 6, 0, 270, 15 },
        { "Connections to the database are used up", "pool_used", 0.97, 3, 0.94, 9999, 10 },
        { "Memory grows as it did not before", "memory", 2.1e9, 12, 1.9e9, 9999, 30 },
        { "Work is waiting and none is done", "jobs_done", 0, 15, 0, 480, 30 },
        { "Orders disappear", "orders", 9_999, 2, 10_001, 9999, 10 },
        { "First: one is enough, at once", "page", 1, 1, 1, 15, 5 },
        { "Several critical ones together", "critical", 3, 2, 2, 9999, 10 },
        { "Second: a critical one, unless somebody knows better", "critical", 1, 6, 1, 270, 15 },
        { "Third: people decide", "error", 1, 12, 1, 560, 30 },
        { "Fourth: it is said", "warning", 1, 17, 1, 860, 30 },
    };

    [Fact]
    public void The_file_and_its_configuration_are_without_a_fault() => Assert.Empty(Example.Problems);

    [Fact]
    public void Every_rule_that_is_measured_has_a_case() =>
        Assert.Equal(Measured.Select(r => r.Item).Order(), Cases.Select(c => c.Data.Item1).Distinct().Order());

    /// <param name="minutes">How long it goes wrong, and fires.</param>
    /// <param name="seconds">How long it goes wrong by the second value, and does not fire.</param>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_fires_on_what_it_is_for_and_not_on_what_is_just_short_of_it(string item, string what, double bad, int minutes, double borne, int seconds, int watched)
    {
        Assert.IsType<RuleState.Fired>(After(watched, item, what, bad, TimeSpan.FromMinutes(minutes)));
        Assert.IsType<RuleState.Quiet>(After(watched, item, what, borne, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void No_rule_fires_in_a_day_in_which_the_shop_is_well() => ManualTime.Run(async time =>
    {
        var watch = await WatchAsync(time, TimeSpan.FromHours(24), [.. Measured.Select(r => r.Rule)], "", 0, Always);
        Assert.All(watch.States.Values, state => Assert.IsType<RuleState.Quiet>(state));
    });

    [Fact]
    public void Nothing_is_done_while_nothing_is_waiting_and_that_is_well() => ManualTime.Run(async time =>
    {
        var rule = Measured.Single(r => r.Item.StartsWith("Work is waiting", StringComparison.Ordinal)).Rule;
        var watch = await WatchAsync(time, TimeSpan.FromHours(1), [rule], "jobs_done", 0, Always, also: "jobs_waiting");
        Assert.Equal("not (jobs_waiting min (0) > 0 and jobs_done max (0) == 0 over 10m)", watch.Readings[rule.Id].Message);
    });

    [Fact]
    public void One_in_a_hundred_after_the_first_hour_asks_people_and_goes_back_no_more() => ManualTime.Run(async time =>
    {
        var watch = await WatchAsync(time, TimeSpan.FromHours(3), [.. Measured.Where(r => r.Item.Contains("one in a hundred", StringComparison.Ordinal)).Select(r => r.Rule)], "error_rate", 0.012, Always, from: TimeSpan.FromMinutes(61));
        Assert.Equal(["Hold fired", "Rollback quiet"], watch.States.Select(s => $"{Measured.Single(r => r.Rule.Id == s.Key).Rule.Rule.Effect} {s.Value.Name}").Order());
    });

    private static IReadOnlyList<(string Item, RuleDefinition Rule)> Measured { get; } =
        [.. Example.Plan.Rules.Where(r => !r.Rule.WhenAsked).Select(r => (r.Text, new RuleDefinition(r.Id, r.Rule, r.Rule.Mark.Text)))];

    private static RuleState After(int minutes, string item, string what, double value, TimeSpan lasts)
    {
        var rule = Measured.Single(r => r.Item == item).Rule;
        RuleState? state = null;
        ManualTime.Run(async time => state = (await WatchAsync(time, TimeSpan.FromMinutes(minutes), [rule], what, value, lasts)).States[rule.Id]);
        return state!;
    }

    private static async Task<RuleWatch> WatchAsync(ManualTime time, TimeSpan length, IReadOnlyList<RuleDefinition> rules, string what, double value, TimeSpan lasts, string also = "", TimeSpan? from = null)
    {
        var start = time.Now;
        var begins = from ?? TimeSpan.FromMinutes(1);
        double Now(string name) => time.Now - start is var at && at >= begins && at < begins + lasts && (name == what || name == also) ? value : Healthy[name];
        var named = rules.SelectMany(r => r.Metrics).ToHashSet();
        var setup = new RuleWatchSetup
        {
            Rules = rules,
            Sources = Example.Project.Metrics.Values.Where(m => named.Contains(m.Name)).ToDictionary(m => m.Name, m => (MetricSource)new ScriptedSource(m with { Factor = 1 }, time, _ => new MetricReading.Number(Now(m.Name), Events: 1000))),
            Baseline = metric => new Value.Number(Healthy[metric], Example.Project.Metrics[metric].Dimension),
            Measure = (check, _) => Task.FromResult(Evaluator.Judge(check, new EvaluationContext { Facts = FactsOf(check.Call!, Now) })),
            Armed = true,
        };
        using var stop = new CancellationTokenSource();
        var watch = new RuleWatch(setup, time);
        var follow = FollowAsync(watch, stop.Token);
        await time.AdvanceAsync(length);
        await stop.CancelAsync();
        await follow;
        return watch;
    }

    private static async Task FollowAsync(RuleWatch watch, CancellationToken stop)
    {
        await foreach (var _ in watch.RunAsync(stop)) { }
    }

    private static Facts FactsOf(Call call, Func<string, double> now) => call.Signature.Name switch
    {
        "http" when call.Arguments[0].Source.EndsWith("/health", StringComparison.Ordinal) =>
            Facts.Of(("up", Value.Of(true)), ("status", Value.Count(200))) with { Document = $$"""{"status": "{{(now("healthy") > 0 ? "healthy" : "degraded")}}"}""" },
        "http" => Facts.Of(("up", Value.Of(now("in") > 0)), ("status", Value.Count(now("in") > 0 ? 200 : 503))),
        "postgres" => Facts.Of(("up", Value.Of(true)), ("pool_used", new Value.Number(now("pool_used"), Dimension.Ratio))),
        "alertmanager" => Facts.Of(("firing", Value.Count((int)now(SeverityOf(call))))),
        var other => throw new InvalidOperationException($"no rule of the example asks {other}"),
    };

    private static string SeverityOf(Call call) =>
        (call.Options.GetValueOrDefault("severity") ?? call.Options["labels"]).Source.Trim('"').Replace("severity=", "", StringComparison.Ordinal);

    private static (Plan, Project, IReadOnlyList<Problem>) Read([CallerFilePath] string here = "")
    {
        var folder = Path.GetFullPath("../../../examples/rollback-criteria", Path.GetDirectoryName(here)!);
        var (project, wrong) = ProjectFile.Load(Path.Combine(folder, "holdpoint.yaml"));
        var (withBody, known) = Planner.Verbs(Planner.Vocabulary(project, new Dictionary<string, Signature>()));
        var path = Path.Combine(folder, "rollback-criteria.md");
        var checklist = ChecklistReader.Parse(new(path, File.ReadAllText(path).ReplaceLineEndings("\n")), withBody, known);
        var (plan, problems) = Planner.Plan(new(checklist, project) { Time = new ManualTime(), Environment = "production" });
        return (plan ?? throw new InvalidOperationException(string.Join('\n', problems)), project, [.. wrong, .. problems]);
    }
}
