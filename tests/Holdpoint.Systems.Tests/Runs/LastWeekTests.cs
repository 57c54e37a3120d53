using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;
using Holdpoint.Watching;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>A baseline from the same hour last week, out of a real Prometheus.</summary>
public sealed class LastWeekTests(PrometheusOfLastWeek server) : IClassFixture<PrometheusOfLastWeek>
{
    private static readonly HttpClient s_http = new();

    private MetricContext Context => new()
    {
        Http = s_http,
        Commands = new CommandRunner(TimeProvider.System),
        Time = TimeProvider.System,
        Directory = AppContext.BaseDirectory,
        Server = (_, _) => new Dictionary<string, string> { ["url"] = server.Url },
    };

    private Task<PastBaseline> TakeAsync(string query, string rule = "hold when errors > 50% for 2m")
    {
        var definition = new MetricDefinition("errors", Dimension.Ratio, 1, new MetricSourceDefinition.Prometheus("main", query));
        var (project, _) = ProjectFile.Parse("/shop/holdpoint.yaml", "holdpoint: 1\nmetrics: { errors: { unit: ratio, command: x } }\n");
        var (plan, problems) = Planner.Plan(new PlanRequest(ChecklistReader.Parse(new SourceText("DEPLOY.md", $"# T\n\n## A\n\n- [ ] r `! {rule}`\n")), project) { Time = TimeProvider.System, Environment = null, Lint = false });
        Assert.True(plan is not null, string.Join('\n', problems));
        var then = server.Now - BaselineOrigin.Week;
        return PastBaseline.TakeAsync(new Dictionary<string, MetricSource> { ["errors"] = MetricSources.Create(definition, Context) }, ["errors"], [.. plan.Rules.Select(r => new RuleDefinition(r.Id, r.Rule, r.Text))], _ => null,
            then - BaselineOrigin.HalfHour, then + BaselineOrigin.HalfHour, Holdpoint.Runs.RunBaselines.Step, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_hour_around_this_time_a_week_ago_is_the_baseline()
    {
        var past = await TakeAsync("usual");
        Assert.True(past.Taken.ContainsKey("errors"), string.Join("; ", past.Refused));
        Assert.Equal((0.2, 0), (past.Taken["errors"].Median, past.Taken["errors"].Spread));
        Assert.InRange(past.Taken["errors"].Count, 100, 121);
    }

    [Fact]
    public async Task An_incident_last_week_is_no_baseline()
    {
        Assert.Contains("errors (90%) > 50%", (await TakeAsync("incident")).Refused["errors"], StringComparison.Ordinal);
        Assert.Equal(0.01, (await TakeAsync("incident", "hold when errors > 95% for 2m")).Taken["errors"].Median);
    }

    [Fact]
    public async Task What_was_not_measured_last_week_has_no_baseline()
    {
        var past = await TakeAsync("nothing_of_that_name");
        Assert.Empty(past.Taken);
        Assert.Contains("0 of the 3 samples", past.Refused["errors"], StringComparison.Ordinal);
    }
}
