using System.Text;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Rollouts;

namespace Holdpoint.Tests.Probes;

public sealed class TargetProbeTests
{
    private static readonly Vocabulary Names = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    private readonly FakeFleet _fleet = new("web@1", "web@2");

    [Fact]
    public void Its_own_example_reads_without_a_problem() => Read(ProbeCatalogue.Signatures["target"].Example);

    [Fact]
    public async Task Units_that_are_all_well_pass_and_one_that_is_not_fails_with_both_numbers()
    {
        Assert.IsType<Verdict.Passed>(await JudgeAsync("target web"));
        Assert.IsType<Verdict.Passed>(await JudgeAsync("target web version == \"v1\" and total == 2"));
        _fleet.States["web@2"] = UnitState.Nothing("failed");
        Assert.Contains("ready is 1", Assert.IsType<Verdict.Failed>(await JudgeAsync("target web")).Message, StringComparison.Ordinal);
        Assert.Contains("web@2  -  failed", await EvidenceAsync("target web"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_versions_are_no_version()
    {
        _fleet.States["web@2"] = new("v2", "pin", true, "running");
        var because = Assert.IsType<Verdict.Unknown>(await JudgeAsync("target web version == \"v2\"")).Because;
        Assert.Contains("v1 on web@1, v2 on web@2", because, StringComparison.Ordinal);
        Assert.IsType<Verdict.Passed>(await JudgeAsync("target web ready == 2"));
    }

    [Fact]
    public async Task Restarts_and_age_are_summed_and_the_newest_s_or_unknown()
    {
        Assert.IsType<Verdict.Unknown>(await JudgeAsync("target web restarts == 0"));
        Assert.IsType<Verdict.Unknown>(await JudgeAsync("target web age > 1m"));
        var now = new SteppingTime().GetUtcNow();
        _fleet.States["web@1"] = _fleet.States["web@1"] with { Restarts = 1, Since = now.AddHours(-3) };
        _fleet.States["web@2"] = _fleet.States["web@2"] with { Restarts = 2, Since = now.AddMinutes(-5) };
        Assert.IsType<Verdict.Passed>(await JudgeAsync("target web restarts == 3 and age < 10m"));
    }

    [Fact]
    public async Task A_platform_without_an_answer_and_a_name_that_is_none_are_unknown()
    {
        _fleet.Silent = "docker: the daemon is gone";
        Assert.Equal("docker: the daemon is gone", Assert.IsType<Verdict.Unknown>(await JudgeAsync("target web")).Because);
        Assert.Equal("there is no target blog: add it under targets: in holdpoint.yaml", Assert.IsType<Verdict.Unknown>(await JudgeAsync("target blog")).Because);
    }

    private async Task<Verdict> JudgeAsync(string mark) => (await RunAsync(mark)).Verdict;

    private async Task<string> EvidenceAsync(string mark) => string.Concat((await RunAsync(mark)).Evidence.Select(e => Encoding.UTF8.GetString(e.Content.Span)));

    private Task<CheckResult> RunAsync(string mark)
    {
        var time = new SteppingTime();
        var target = new RolloutTarget("web", _fleet, null, new(), new Dictionary<string, Func<CancellationToken, Task<Verdict>>>(), null, time);
        var context = new ProbeContext { Commands = new ScriptedCommands(), Time = time, Directory = "/", Target = name => name == "web" ? target : null };
        return new CheckRunner(ProbeCatalogue.Probes, time).RunAsync(Read(mark), new() { Context = context, Metric = (m, _, _) => Task.FromResult<Value>(new Value.Unknown($"no metric {m}")) }, TestContext.Current.CancellationToken);
    }

    private static Check Read(string mark)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Names, problems);
        Assert.Empty(problems);
        return check!;
    }
}
