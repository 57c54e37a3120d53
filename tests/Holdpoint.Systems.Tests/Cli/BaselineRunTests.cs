namespace Holdpoint.Systems.Tests.Cli;

/// <summary>A run from its baselines to the table in its record.</summary>
public sealed class BaselineRunTests
{
    private const string Configuration = """
        holdpoint: 1
        environments: { staging: {}, production: {} }
        metrics:
          latency_p95: { unit: seconds, command: 'cat "latency.$HOLDPOINT_ENVIRONMENT"' }
        targets:
          web:
            command:
              now: cat web.version 2>/dev/null || true
              deploy: echo 0.4 > latency.production; echo "$HOLDPOINT_VERSION" > web.version
              rollback: echo 0.2 > latency.production; echo "$HOLDPOINT_PREVIOUS_VERSION" > web.version

        """;

    private const string Checklist = """
        # Shop

        ## On staging

        **Environment:** staging

        - [ ] It is measured `? file latency.staging`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical
        - [ ] It is there `? file web.version`

        ## The day after

        **Stage:** watch

        **Watch:** every 2s until 6s

        **Baseline:** staging

        - [ ] As on staging `? latency_p95 <= 1.5x baseline`
        - [ ] Look at it `! hold when latency_p95 > 10x baseline for 1s`

        """;

    [Fact]
    public async Task The_report_of_a_run_holds_the_table_of_staging_before_and_after()
    {
        using var bench = new CliBench(Checklist, Configuration);
        bench.Write("latency.staging", "0.3\n");
        bench.Write("latency.production", "0.2\n");

        var deployed = await bench.CallAsync("deploy", "--env", "production", "--release", "2.0");
        var compared = await bench.CallAsync("baseline", "compare", "--json");
        var shown = await bench.CallAsync("baseline", "show", "--json");
        var page = await bench.CallAsync("report", "--format", "html");
        var markdown = await bench.CallAsync("report", "--format", "markdown");

        Assert.True(deployed.ExitCode == 0, deployed.All);
        Assert.True(compared.ExitCode == 1, compared.All);
        var row = Assert.Single(compared.Json.GetProperty("rows").EnumerateArray());
        Assert.Equal((0.3, 0.2, 0.4, "worse"), (row.GetProperty("staging").GetDouble(), row.GetProperty("before").GetDouble(), row.GetProperty("after").GetDouble(), row.GetProperty("verdict").GetString()));
        Assert.Equal(["before", "staging"], shown.Json.GetProperty("baselines").EnumerateArray().Select(b => b.GetProperty("from").GetString()));
        Assert.Contains("<table class=\"compared\">", page.Output, StringComparison.Ordinal);
        Assert.Contains("| 300ms | 200ms | 400ms | +100% | worse: by more than 10% against before |", markdown.Output, StringComparison.Ordinal);
    }
}
