using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>From the text of a mark to its verdict, with programs that lead to a server of the tests.</summary>
/// <param name="folder">Where relative paths begin.</param>
internal sealed class RuntimeMark(ICommandRunner commands, string folder)
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    /// <summary>The settings of <c>servers: kubernetes: NAME:</c>.</summary>
    public Dictionary<string, Dictionary<string, string>> Clusters { get; } = [];

    /// <param name="mark">Its own timeout, where it has none, is two minutes: the machine may be busy.</param>
    public async Task<CheckResult> RunAsync(string mark)
    {
        var text = mark.Contains(" timeout ", StringComparison.Ordinal) ? mark : mark + " timeout 2m";
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(text, 0, new("", text), Words, problems);
        Assert.Empty(problems);
        return await new CheckRunner(ProbeCatalogue.Probes, TimeProvider.System).RunAsync(
            check!,
            new() { Context = new() { Commands = commands, Time = TimeProvider.System, Directory = folder, Server = Server }, Metric = (_, _, _) => throw new InvalidOperationException("no metrics here") },
            TestContext.Current.CancellationToken);
    }

    public async Task PassesAsync(string mark)
    {
        var result = await RunAsync(mark);
        Assert.True(result.Verdict is Verdict.Passed, $"{result.Verdict}\n{EvidenceOf(result)}");
    }

    /// <returns>What was seen, for a person.</returns>
    public async Task<string> FailsAsync(string mark, string message)
    {
        var result = await RunAsync(mark);
        Assert.True(result.Verdict is Verdict.Failed failed && failed.Message.Contains(message, StringComparison.Ordinal), $"{result.Verdict}\n{EvidenceOf(result)}");
        return EvidenceOf(result);
    }

    public async Task UnknownAsync(string mark, string because)
    {
        var result = await RunAsync(mark);
        Assert.True(result.Verdict is Verdict.Unknown unknown && unknown.Because.Contains(because, StringComparison.Ordinal), $"{result.Verdict}\n{EvidenceOf(result)}");
    }

    private static string EvidenceOf(CheckResult result) => string.Concat(result.Evidence.Select(e => System.Text.Encoding.UTF8.GetString(e.Content.Span)));

    private IReadOnlyDictionary<string, string>? Server(string kind, string name, out string because)
    {
        because = $"there is no {kind} server `{name}`";
        return kind == "kubernetes" ? Clusters.GetValueOrDefault(name) : null;
    }
}
