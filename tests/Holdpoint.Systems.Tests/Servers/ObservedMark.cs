using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A mark about what is observed, from its text to its verdict.</summary>
internal static class ObservedMark
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    public static async Task<CheckResult> RunAsync(string mark, ProbeContext context)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        Assert.Empty(problems);
        var around = new CheckSurroundings { Context = context, Metric = (_, _, _) => Task.FromResult<Value>(new Value.Unknown("no metric")) };
        return await new CheckRunner(ProbeCatalogue.Probes, context.Time).RunAsync(check!, around, TestContext.Current.CancellationToken);
    }

    public static async Task<string> VerdictAsync(string mark, ProbeContext context)
    {
        var verdict = (await RunAsync(mark, context)).Verdict;
        return $"{verdict.Name}: {verdict.Message}";
    }
}
