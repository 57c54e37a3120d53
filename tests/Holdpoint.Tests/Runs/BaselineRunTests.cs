using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Runs;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>Where a run takes its baselines from, and what becomes of a comparison without one.</summary>
public class BaselineRunTests
{
    private const string Configuration = """
        holdpoint: 1
        environments: { staging: { vars: { api: "http://staging" } }, production: { vars: { api: "http://production" } } }
        vars: { api: "http://nowhere" }
        targets:
          web: { command: { now: now web, deploy: deploy web, rollback: rollback web } }
        metrics:
          errors: { unit: ratio, command: metric errors }

        """;

    private static string Checklist(string origin, string mark = "? errors <= 1.5x baseline", string more = "") => $$"""
        ## Staging

        **Environment:** staging

        - [ ] It runs there `! sh ./out-on-staging` #id=there

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out

        ## After

        **Stage:** verify

        **Baseline:** {{origin}}

        - [ ] As on staging `{{mark}}` #id=same
        {{more}}
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private static async Task<(ConductorBench Bench, Driving Driving)> DriveAsync(ManualTime time, string checklist, Func<string, double?> errorsOn, Action<ConductorBench>? prepare = null)
    {
        var bench = await ConductorBench.StartAsync(time, checklist, Configuration);
        bench.Fake.MetricOn = (_, environment) => errorsOn(environment);
        prepare?.Invoke(bench);
        return (bench, await bench.DriveAsync());
    }

    private static async Task<VerdictRecord> SameAsync(ConductorBench bench, Driving driving)
    {
        await bench.UntilAsync(driving, r => r.Step("same").Attempts > 0, s_limit);
        return driving.Run.Step("same").Verdict!;
    }

    [Theory]
    [InlineData(0.10, "passed")]
    [InlineData(0.02, "failed")]
    public void A_metric_is_compared_with_what_it_was_on_staging_in_the_same_run(double staging, string verdict) => ManualTime.Run(async time =>
    {
        var (bench, driving) = await DriveAsync(time, Checklist("staging"), environment => environment == "staging" ? staging : 0.1);
        Assert.Equal(verdict, (await SameAsync(bench, driving)).Verdict);
        Assert.Equal(staging, driving.Run.Baselines["staging"].Metrics["errors"].Median);
        Assert.Equal(0.1, driving.Run.Baseline!.Metrics["errors"].Median);
    });

    [Fact]
    public void Staging_is_measured_from_the_last_action_there_on() => ManualTime.Run(async time =>
    {
        ConductorBench? bench = null;
        (bench, var driving) = await DriveAsync(time, Checklist("staging"), environment => environment != "staging" || bench?.Fake.Done.Contains("sh ./out-on-staging") == true ? 0.1 : 0.9, b => b.Fake.Takes = TimeSpan.FromMinutes(2));
        Assert.Equal("passed", (await SameAsync(bench, driving)).Verdict);
        Assert.Equal(0.1, driving.Run.Baselines["staging"].Metrics["errors"].Median);
    });

    [Fact]
    public void Without_samples_from_staging_it_is_unknown_and_never_passes() => ManualTime.Run(async time =>
    {
        var (bench, driving) = await DriveAsync(time, Checklist("staging"), environment => environment == "staging" ? null : 0.1);
        var verdict = await SameAsync(bench, driving);
        Assert.Equal("unknown", verdict.Verdict);
        Assert.Contains("errors has no baseline from staging", verdict.Text, StringComparison.Ordinal);
        Assert.Contains("errors has 0 of the 3 samples", Assert.Single(driving.Run.Baselines["staging"].Refused), StringComparison.Ordinal);
    });

    [Fact]
    public void A_rule_that_is_breaching_on_staging_refuses_its_baseline() => ManualTime.Run(async time =>
    {
        var (bench, driving) = await DriveAsync(time, Checklist("staging", more: "- [ ] r `! hold when errors > 50% for 1m`"), environment => environment == "staging" ? 0.8 : 0.1);
        Assert.Equal("unknown", (await SameAsync(bench, driving)).Verdict);
        Assert.Contains("is breaching on staging", Assert.Single(driving.Run.Baselines["staging"].Refused), StringComparison.Ordinal);
    });

    [Fact]
    public void A_checks_own_fact_is_measured_on_staging_with_its_variables() => ManualTime.Run(async time =>
    {
        var (bench, driving) = await DriveAsync(time, Checklist("staging", "? http ${api}/rows time <= 1.5x baseline"), _ => 0.1,
            b => b.Fake.Http = url => Reading.Of(("up", Value.Of(true)), ("status", Value.Count(200)), ("time", Value.Duration(TimeSpan.FromSeconds(url.Contains("staging", StringComparison.Ordinal) ? 1 : 3)))));
        await SameAsync(bench, driving);
        Assert.Contains(driving.Run.Baselines["staging"].Metrics, m => m.Key == "same time" && m.Value.Median == 1);
        Assert.Equal("failed", driving.Run.Step("same").Verdict!.Verdict);
    });

    [Fact]
    public void A_rule_compares_with_the_baseline_of_its_section() => ManualTime.Run(async time =>
    {
        Driving? driving = null;
        var checklist = Checklist("staging", "? errors <= 90%", "- [ ] r `! hold when errors > 3x baseline for 1m` #id=r\n\n## Watch\n\n**Stage:** watch\n\n**Watch:** every 15m until 1h\n\n- [ ] fine `? errors <= 100%`\n");
        (var bench, driving) = await DriveAsync(time, checklist, environment => environment == "staging" ? 0.01 : driving?.Run.Deployed.Count > 0 ? 0.1 : 0.09);
        // Ten times what staging shows, and hardly more than it was here.
        await bench.UntilAsync(driving, r => r.RuleHold is not null, s_limit);
        Assert.Contains("errors (10%) > 3x baseline", driving.Run.RuleHold!.Because, StringComparison.Ordinal);
    });

    [Fact]
    public void Last_week_is_unknown_where_the_source_keeps_no_history() => ManualTime.Run(async time =>
    {
        var (bench, driving) = await DriveAsync(time, Checklist("last week"), _ => 0.1);
        var verdict = await SameAsync(bench, driving);
        Assert.Equal("unknown", verdict.Verdict);
        Assert.Contains("keeps no history", verdict.Text, StringComparison.Ordinal);
        Assert.Equal("2026-02-23 08:30 to 09:30 UTC", driving.Run.Baselines["last week"].Found![..29]);
    });

    [Fact]
    public void Without_a_record_an_earlier_run_is_unknown() => ManualTime.Run(async time =>
    {
        var (bench, driving) = await DriveAsync(time, Checklist("run last"), _ => 0.1);
        Assert.Contains("there is no record of earlier runs here", (await SameAsync(bench, driving)).Text, StringComparison.Ordinal);
    });

    [Fact]
    public void A_baseline_of_0_needs_a_floor() => ManualTime.Run(async time =>
    {
        var (bench, driving) = await DriveAsync(time, Checklist("staging"), environment => environment == "staging" ? 0 : 0.001);
        Assert.Contains("a baseline of 0 needs a floor", (await SameAsync(bench, driving)).Text, StringComparison.Ordinal);

        bench = await ConductorBench.StartAsync(time, Checklist("staging"), Configuration.Replace("command: metric errors", "command: metric errors, floor: 1%", StringComparison.Ordinal));
        bench.Fake.MetricOn = (_, environment) => environment == "staging" ? 0 : 0.001;
        Assert.Equal("passed", (await SameAsync(bench, await bench.DriveAsync())).Verdict);
    });

    [Fact]
    public void A_driver_that_takes_over_after_deploy_compares_with_what_was_journaled() => ManualTime.Run(async time =>
    {
        using var stop = new CancellationTokenSource();
        var bench = await ConductorBench.StartAsync(time, Checklist("staging"), Configuration);
        bench.Fake.MetricOn = (_, environment) => environment == "staging" ? 0.02 : 0.1;
        bench.Fake.Takes = TimeSpan.FromMinutes(1);
        var first = await bench.DriveAsync(stop: stop.Token);
        await bench.UntilAsync(first, r => r.Entered.ContainsKey(Stage.Deploy), s_limit);
        await stop.CancelAsync();
        await bench.EndAsync(first, s_limit);
        bench.Fake.MetricOn = (_, environment) => environment == "staging" ? 5 : 0.1;
        var second = await bench.DriveAsync();
        Assert.Equal("failed", (await SameAsync(bench, second)).Verdict);
        Assert.Single(second.Events.OfType<Event.BaselineTaken>(), b => b.Origin == "staging");
    });
}
