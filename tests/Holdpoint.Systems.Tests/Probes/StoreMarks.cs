using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Checklists;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Runs whole marks against one server of the configuration, called <c>main</c>.</summary>
internal sealed class StoreMarks(string kind, params (string Key, string Value)[] settings)
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    public async Task<CheckResult> RunAsync(string mark)
    {
        // A busy machine is no finding.
        var text = mark + " timeout 2m";
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(text, 0, new("", text), Words, problems);
        Assert.Empty(problems);
        var context = new ProbeContext
        {
            Commands = new CommandRunner(TimeProvider.System),
            Time = TimeProvider.System,
            Directory = Path.GetTempPath(),
            Server = (string asked, string name, out string because) =>
            {
                because = asked == kind && name == "main" ? "" : $"there is no {asked} server `{name}`";
                return because.Length == 0 ? settings.ToDictionary(s => s.Key, s => s.Value) : null;
            },
        };
        return await new CheckRunner(ProbeCatalogue.Probes, TimeProvider.System).RunAsync(
            check!,
            new CheckSurroundings { Context = context, Metric = (m, _, _) => Task.FromResult<Value>(new Value.Unknown($"no metric {m}")) },
            TestContext.Current.CancellationToken);
    }

    public async Task PassesAsync(string mark)
    {
        var verdict = (await RunAsync(mark)).Verdict;
        Assert.True(verdict is Verdict.Passed, $"{mark}: {verdict}");
    }

    public async Task<string> FailedAsync(string mark) => Assert.IsType<Verdict.Failed>((await RunAsync(mark)).Verdict).Message;

    public async Task<string> UnknownAsync(string mark) => Assert.IsType<Verdict.Unknown>((await RunAsync(mark)).Verdict).Because;

    /// <summary>The reason for which the target is down.</summary>
    public async Task<string> DownAsync(string mark)
    {
        var result = await RunAsync(mark);
        Assert.IsType<Verdict.Failed>(result.Verdict);
        return Told(result);
    }

    public async Task<string> EvidenceAsync(string mark) => Told(await RunAsync(mark));

    private static string Told(CheckResult result) => string.Concat(result.Evidence.Select(e => Encoding.UTF8.GetString(e.Content.Span)));
}
