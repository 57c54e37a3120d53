using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>A mark from its text to its verdict, default condition and dimensions included.</summary>
internal static class SupplyMark
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    public static async Task<CheckResult> RunAsync(string mark, ProbeContext context)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        Assert.Empty(problems);
        return await new CheckRunner(ProbeCatalogue.Probes, context.Time).RunAsync(
            check!,
            new() { Context = context, Metric = (_, _, _) => Task.FromResult<Value>(new Value.Unknown("there is no metric here")) },
            TestContext.Current.CancellationToken);
    }

    public static string Evidence(this CheckResult result) => System.Text.Encoding.UTF8.GetString(Assert.Single(result.Evidence).Content.Span);

    public static void ReadsItsExample(string probe)
    {
        var problems = new List<Problem>();
        var example = ProbeCatalogue.Signatures[probe].Example;
        Assert.NotNull(MarkParser.ParseCheck(example, 0, new("", example), Words, problems));
        Assert.Empty(problems);
    }
}
