using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>A mark about what is observed, from its text to its verdict, with the servers that the configuration would have.</summary>
internal static class ObservedMark
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    public static Check Read(string mark)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        Assert.Empty(problems);
        return check!;
    }

    public static async Task<CheckResult> RunAsync(string mark, ProbeContext context, Probe? probe = null, Func<Operand, Value>? baseline = null)
    {
        var check = Read(mark);
        var probes = new Dictionary<string, Probe>(ProbeCatalogue.Probes);
        if (probe is not null)
            probes[probe.Signature.Name] = probe;
        var around = new CheckSurroundings { Context = context, Metric = (_, _, _) => Task.FromResult<Value>(new Value.Unknown("no metric")) };
        return await new CheckRunner(probes, context.Time).RunAsync(check, baseline is null ? around : around with { Baseline = baseline }, TestContext.Current.CancellationToken);
    }

    public static async Task<string> VerdictAsync(string mark, ProbeContext context, Probe? probe = null)
    {
        var verdict = (await RunAsync(mark, context, probe)).Verdict;
        return $"{verdict.Name}: {verdict.Message}";
    }

    /// <summary>This context with one server of the configuration, called main.</summary>
    public static ProbeContext With(this ProbeContext context, string kind, params (string Key, string Value)[] settings) => context with
    {
        Server = (string k, string name, out string because) =>
        {
            because = $"there is no {k} server `{name}` in the configuration";
            return (k, name) == (kind, "main") ? settings.ToDictionary(s => s.Key, s => s.Value) : null;
        },
    };

    public static string EvidenceOf(this CheckResult result) => string.Concat(result.Evidence.Select(e => System.Text.Encoding.UTF8.GetString(e.Content.Span)));
}
