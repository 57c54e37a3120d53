using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

/// <summary>Runs whole marks against one server of the configuration, called <c>main</c>.</summary>
internal sealed class StoreMarks(string kind, params (string Key, string Value)[] settings)
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    public ICommandRunner Commands { get; init; } = new ScriptedCommands();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public async Task<CheckResult> RunAsync(string mark)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        Assert.Empty(problems);
        var context = new ProbeContext
        {
            Commands = Commands,
            Time = Time,
            Directory = "/",
            Server = (string asked, string name, out string because) =>
            {
                because = asked == kind && name == "main" ? "" : $"there is no {asked} server `{name}`";
                return because.Length == 0 ? settings.ToDictionary(s => s.Key, s => s.Value) : null;
            },
        };
        return await new CheckRunner(ProbeCatalogue.Probes, Time).RunAsync(
            check!,
            new CheckSurroundings { Context = context, Metric = (m, _, _) => Task.FromResult<Value>(new Value.Unknown($"no metric {m}")) },
            TestContext.Current.CancellationToken);
    }

    public async Task<Verdict> JudgeAsync(string mark) => (await RunAsync(mark)).Verdict;

    public async Task<string> PassedAsync(string mark) => Assert.IsType<Verdict.Passed>(await JudgeAsync(mark)).Message;

    public async Task<string> FailedAsync(string mark) => Assert.IsType<Verdict.Failed>(await JudgeAsync(mark)).Message;

    /// <summary>The reason for which the target is down: the verdict is about <c>up</c>, and the evidence tells why.</summary>
    public async Task<string> DownAsync(string mark)
    {
        await FailedAsync(mark);
        return await EvidenceAsync(mark);
    }

    public async Task<string> UnknownAsync(string mark) => Assert.IsType<Verdict.Unknown>(await JudgeAsync(mark)).Because;

    public async Task<string> EvidenceAsync(string mark) => string.Concat((await RunAsync(mark)).Evidence.Select(e => System.Text.Encoding.UTF8.GetString(e.Content.Span)));
}
