using System.Text.Json;
using Holdpoint.Journal;
using Holdpoint.Runs;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Cli;

public sealed class BaselineCommandTests : CommandLine
{
    private const string Configuration = """
        holdpoint: 1
        environments: { production: {} }
        metrics:
          errors: { unit: ratio, command: cat errors }
          hits: { unit: count, command: cat hits, better: higher }

        """;

    private const string Checklist = "# Shop\n\n## After\n\n- [ ] as usual `? errors <= 1.5x baseline`\n- [ ] r `! hold when errors > 50%`\n";

    private string Shop => Path.Combine(Folder, "DEPLOY.md");

    private void Project(string errors = "0.02", string hits = "100", string checklist = Checklist)
    {
        Write("holdpoint.yaml", Configuration);
        Write("DEPLOY.md", checklist);
        Write("errors", errors);
        Write("hits", hits);
    }

    private Task<Said> TakeAsync(string name) => CallAsync("baseline", "take", Shop, "--name", name, "--for", "500ms", "--by", "ana");

    [Fact]
    public async Task What_was_taken_can_be_shown_and_compared_with_now()
    {
        Project();
        var taken = await TakeAsync("quiet");
        Assert.True(taken.ExitCode == 0, taken.Talk);
        Assert.Contains("errors   2% ± 0%  3 samples", taken.Output, StringComparison.Ordinal);
        Assert.Contains("Baseline:** taken quiet", taken.Talk, StringComparison.Ordinal);
        Assert.Contains("production", (await CallAsync("baseline", "show", "quiet")).Output, StringComparison.Ordinal);

        Project(errors: "0.03", hits: "150");
        var compared = await CallAsync("baseline", "compare", "quiet", Shop, "--for", "500ms");
        Assert.Equal(1, compared.ExitCode);
        Assert.Equal(["Metric  Before  After  Change  Verdict", "errors      2%     3%    +50%  worse: by more than 10% against before", "hits       100    150    +50%  better: better than before", "1 worse, 0 unknown, 1 in order"], compared.Lines);
        Assert.Equal(0, (await CallAsync("baseline", "compare", "quiet", Shop, "--for", "500ms", "--limit", "60%")).ExitCode);

        using var json = JsonDocument.Parse((await CallAsync("baseline", "compare", "quiet", "quiet", "--staging", "quiet", "--json")).Output);
        Assert.Equal(0.02, json.RootElement.GetProperty("rows")[0].GetProperty("staging").GetDouble());
    }

    [Fact]
    public async Task What_cannot_be_measured_is_told_and_is_never_as_before()
    {
        Project();
        await TakeAsync("quiet");
        File.Delete(Path.Combine(Folder, "hits"));
        var compared = await CallAsync("baseline", "compare", "quiet", Shop, "--for", "500ms");
        Assert.Equal(6, compared.ExitCode);
        Assert.Contains("unknown: ", compared.Lines[2], StringComparison.Ordinal);
        File.Delete(Path.Combine(Folder, "errors"));
        var taken = await TakeAsync("nothing");
        Assert.Equal(6, taken.ExitCode);
        Assert.Contains("nothing is stored as nothing", taken.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_breach_is_no_baseline()
    {
        Project(errors: "0.9");
        var taken = await TakeAsync("loud");
        Assert.Contains("? errors: a rule would fire now (errors (90%) > 50%", taken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_would_take_is_shown_for_each_origin()
    {
        Project(checklist: Checklist + "\n## B\n\n**Baseline:** last week\n\n- [ ] b `? errors <= 1.5x baseline`\n\n## C\n\n**Baseline:** run last\n\n- [ ] c `? errors <= 1.5x baseline`\n");
        var shown = await CallAsync("baseline", "show", Shop, "--for", "500ms");
        Assert.True(shown.ExitCode == 0, shown.Talk);
        Assert.StartsWith("before  3 samples in 500ms", shown.Output, StringComparison.Ordinal);
        Assert.Contains("? errors: its source keeps no history", shown.Output, StringComparison.Ordinal);
        Assert.Contains("? errors: no earlier run of production has passed", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runs_own_table_and_its_baselines()
    {
        Project();
        var time = new ManualTime();
        var before = new Event.BaselineTaken(new Dictionary<string, BaselineRecord> { ["errors"] = new(0.01, 0.001, 40) }, ["hits: the page was gone"]);
        var id = await new EarlierRun("20260301-090000-production-0001") { Before = before }.WriteAsync(new RunStore(Path.Combine(Folder, ".holdpoint"), time), time);
        var shown = await CallAsync("baseline", "show");
        Assert.Equal(["before", "  errors  1% ± 0.1%  40 samples", "  ? hits: the page was gone"], shown.Lines);
        var compared = await CallAsync("baseline", "compare", "20260301");
        Assert.Equal(1, compared.ExitCode);
        Assert.StartsWith("errors      1%     2%   +100%  worse", compared.Lines[1], StringComparison.Ordinal);
        var now = await CallAsync("baseline", "compare", id, Shop, "--for", "500ms");
        Assert.StartsWith("errors      2%     2%      0%  as before", now.Lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no run in", "baseline", "show")]
    [InlineData("nothing is no file, no stored baseline and no run (", "baseline", "show", "nothing")]
    [InlineData("baseline does not know how to shwo (did you mean `show`?)", "baseline", "shwo")]
    [InlineData("what it is to be called is not said (say --name NAME", "baseline", "take")]
    [InlineData("../x can't be the name of a baseline (use letters", "baseline", "take", "--name", "../x")]
    [InlineData("ten is no share (write it in percent: --limit 20%)", "baseline", "compare", "a", "b", "--limit", "ten")]
    [InlineData("DEPLOY.md is to be compared, and it is not said with what (holdpoint baseline compare A B)", "baseline", "compare", "DEPLOY.md")]
    public async Task A_mistake_is_told_with_its_mend(string message, params string[] args)
    {
        Project();
        var said = await CallAsync(args);
        Assert.Equal(2, said.ExitCode);
        Assert.Contains(message, said.Talk, StringComparison.Ordinal);
    }
}
