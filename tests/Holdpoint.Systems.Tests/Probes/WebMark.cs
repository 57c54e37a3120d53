using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>A mark of a web probe, from its text to its verdict, with real programs.</summary>
internal static class WebMark
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    /// <summary>Where the mark gives no limit it has five minutes: tests are not about this machine's speed.</summary>
    public static Task<CheckResult> RunAsync(string mark, ICommandRunner? commands = null) => RunUntilAsync(mark, commands, TestContext.Current.CancellationToken);

    public static async Task<CheckResult> RunUntilAsync(string mark, ICommandRunner? commands, CancellationToken cancel)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        Assert.Empty(problems);
        return await new CheckRunner(ProbeCatalogue.Probes, TimeProvider.System).RunAsync(
            check! with { Timing = check.Timing with { Timeout = check.Timing.Timeout ?? TimeSpan.FromMinutes(5) } },
            new()
            {
                Context = new ProbeContext { Commands = commands ?? new CommandRunner(TimeProvider.System), Time = TimeProvider.System, Directory = "/" },
                Metric = (_, _, _) => throw new InvalidOperationException("no metrics here"),
            },
            cancel);
    }

    /// <summary>Why it failed, or could not be known; another verdict is shown with its message.</summary>
    public static string Because<T>(this CheckResult result)
        where T : Verdict => result.Verdict is T ? result.Verdict.Message : throw new InvalidOperationException($"{result.Verdict.Name}, not {typeof(T).Name}: {result.Verdict.Message}");

    public static string Text(this CheckResult result, string evidence) => System.Text.Encoding.UTF8.GetString(Assert.Single(result.Evidence, e => e.Name == evidence).Content.Span);
}
