using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Tests.Runs;

/// <summary>Earlier runs, and baselines stored by name, as something to compare with.</summary>
public sealed class BaselineArchiveTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, MetricDefinition> s_metrics = new Dictionary<string, MetricDefinition> { ["errors"] = new("errors", Dimension.Ratio, 1, new MetricSourceDefinition.Command("x")) };

    private readonly string _folder = Directory.CreateTempSubdirectory("holdpoint-archive-").FullName;
    private readonly ManualTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RunStore Store => new(_folder, _time);

    private BaselineArchive Archive => new(Store, _time);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<string> RunAsync(string id, Outcome? outcome = Outcome.Passed, double errors = 0.02, string environment = "production", bool deploys = true, bool breaches = false, string? rehearsal = null) =>
        new EarlierRun(id) { Outcome = outcome, Errors = errors, Environment = environment, Deploys = deploys, Breaches = breaches, Rehearsal = rehearsal }.WriteAsync(Store, _time);

    private Task<ArchivedBaseline> OfAsync(string? id, string environment = "production") => Archive.OfRunAsync(id, environment, null, s_metrics, Cancel);

    [Fact]
    public async Task A_run_that_passed_gives_the_last_hour_of_its_watch()
    {
        var id = await RunAsync("20260301-090000-production-0001");
        var found = await OfAsync("20260301");
        Assert.Equal($"run {id}, version 2.1", found.Found);
        Assert.Equal(new BaselineRecord(0.02, 0, 60), found.Metrics["errors"]);
    }

    [Fact]
    public async Task The_last_is_the_newest_that_passed_and_deployed_on_this_environment()
    {
        await RunAsync("20260301-090000-production-0001", errors: 0.04);
        await RunAsync("20260301-100000-production-0002", outcome: Outcome.RolledBack);
        await RunAsync("20260301-110000-production-0003", deploys: false);
        await RunAsync("20260301-120000-production-0004", rehearsal: "sign-offs are left out");
        await RunAsync("20260301-130000-staging-0005", environment: "staging");
        Assert.Equal(0.04, (await OfAsync(null)).Metrics["errors"].Median);
        Assert.Equal("no earlier run of qa has passed and deployed anything", (await OfAsync(null, "qa")).Because);
    }

    [Fact]
    public async Task A_run_that_cannot_speak_for_what_is_usual_says_why()
    {
        await RunAsync("20260301-100000-production-0002", outcome: Outcome.RolledBack);
        await RunAsync("20260301-110000-production-0003", outcome: null);
        await RunAsync("20260301-120000-production-0004", deploys: false);
        await RunAsync("20260301-130000-staging-0005", environment: "staging");
        await RunAsync("20260301-140000-production-0006", breaches: true);
        Assert.Equal("run 20260301-100000-production-0002 was not accepted: it ended RolledBack", (await OfAsync("20260301-10")).Because);
        Assert.Equal("run 20260301-110000-production-0003 has not ended", (await OfAsync("20260301-11")).Because);
        Assert.Equal("run 20260301-120000-production-0004 has deployed nothing", (await OfAsync("20260301-12")).Because);
        Assert.Equal("run 20260301-130000-staging-0005 is of staging, not of production", (await OfAsync("20260301-13")).Because);
        Assert.Contains("was breaching in run 20260301-140000-production-0006", (await OfAsync("20260301-14")).WhyNot("errors"), StringComparison.Ordinal);
        Assert.StartsWith("no run begins with 'nothing'", (await OfAsync("nothing")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_of_another_kind_than_now_is_refused()
    {
        await RunAsync("20260301-090000-production-0001");
        var other = new Dictionary<string, MetricDefinition> { ["errors"] = s_metrics["errors"] with { Dimension = Dimension.Count } };
        Assert.Contains("has it as ratio, and it is count now", (await Archive.OfRunAsync(null, "production", null, other, Cancel)).WhyNot("errors"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_baseline_comes_back_by_its_name_and_for_its_own_environment_alone()
    {
        var at = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
        Archive.Shelf.Write(new("quiet", "production", "ana", at, at.AddMinutes(10), new Dictionary<string, StoredLevel> { ["errors"] = new(0.01, 0.002, 40, Dimension.Ratio) }) { Refused = new Dictionary<string, string> { ["p95"] = "the page was gone" } });
        Assert.Equal(["quiet"], Archive.Shelf.Names);
        var found = Archive.OfTaken("quiet", "production", s_metrics);
        Assert.Equal(new BaselineRecord(0.01, 0.002, 40), found.Metrics["errors"]);
        Assert.Equal("the page was gone", found.WhyNot("p95"));
        Assert.Equal("taken 2026-03-01 09:10 UTC by ana", found.Found);
        Assert.Equal("the baseline quiet was taken on production, not on staging", Archive.OfTaken("quiet", "staging", s_metrics).Because);
        Assert.StartsWith("there is no baseline called loud", Archive.OfTaken("loud", "production", s_metrics).Because, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "baselines", "broken.json"), "{");
        Assert.Contains("can't be read", Archive.OfTaken("broken", "production", s_metrics).Because, StringComparison.Ordinal);
    }

    /// <summary>A run whose checklist compares with what the archive holds: from the door of deploy to the record.</summary>
    [Theory]
    [InlineData("run last", 0.02)]
    [InlineData("taken quiet", 0.01)]
    public void A_run_compares_with_what_its_field_names(string origin, double median) => ManualTime.Run(async time =>
    {
        await RunAsync("20260301-090000-production-0001");
        Archive.Shelf.Write(new("quiet", "production", "ana", time.Now, time.Now, new Dictionary<string, StoredLevel> { ["errors"] = new(0.01, 0.002, 40, Dimension.Ratio) }));
        var bench = await ConductorBench.StartAsync(time, $"## Out\n\n**Stage:** deploy\n\n- [ ] out `! deploy web` #id=out\n\n## After\n\n**Stage:** verify\n\n**Baseline:** {origin}\n\n- [ ] as usual `? errors <= 1.5x baseline` #id=usual\n", ConductorBench.Configuration);
        bench.Archive = Archive;
        bench.Fake.Metric = _ => 0.4;
        var driving = await bench.DriveAsync();
        await bench.UntilAsync(driving, r => r.Step("usual").Attempts > 0, TimeSpan.FromMinutes(10));
        Assert.Equal(median, driving.Run.Baselines[origin].Metrics["errors"].Median);
        Assert.Equal("failed", driving.Run.Step("usual").Verdict!.Verdict);
        Assert.Contains("40%", driving.Run.Step("usual").Verdict!.Text, StringComparison.Ordinal);
    });
}
