using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>Marks of web probes, from their text through the runner of checks to the verdict.</summary>
internal static class WebMarks
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    public static Check Read(string mark)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        Assert.Empty(problems);
        return check!;
    }

    public static async Task<CheckResult> RunAsync(string mark, Action<string>? announce = null, Func<string, string?>? variable = null) =>
        await new CheckRunner(ProbeCatalogue.Probes, TimeProvider.System).RunAsync(
            Read(mark),
            new()
            {
                Context = NetworkQuestion.Context(variable: variable),
                Metric = (_, _, _) => throw new InvalidOperationException("no metrics here"),
                Announce = announce ?? (_ => { }),
            },
            TestContext.Current.CancellationToken);

    public static string EvidenceText(this CheckResult result) => string.Concat(result.Evidence.Select(e => System.Text.Encoding.UTF8.GetString(e.Content.Span)));

    /// <summary>A server that speaks its lines, one for each that it hears: what lies before the first is its greeting.</summary>
    public static Loopback Speaking(params string[] lines) => new(async (stream, cancel) =>
    {
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(lines[0]), cancel);
        using var reader = new StreamReader(stream, leaveOpen: true);
        foreach (var line in lines.Skip(1))
        {
            if (await reader.ReadLineAsync(cancel) is null)
                return;
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(line), cancel);
        }
    });
}
