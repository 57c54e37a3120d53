using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

/// <summary>Asks a network probe as a mark would.</summary>
internal static class NetworkQuestion
{
    public static Task<Reading> AskAsync(string probe, string argument, string options = "", string[]? wants = null, int timeoutMs = 60_000, TimeProvider? time = null) =>
        ProbeCatalogue.Probes[probe].MeasureAsync(
            new(
                [argument],
                options.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split('=', 2)).ToDictionary(o => o[0], o => o[1]),
                [.. (wants ?? []).Select(w => w.Split('"')).Select(w => new Operand.Fact(w[0], w.Length > 1 ? w[1] : null, Dimension.Any, w[0]))])
            {
                Context = Context(time),
                Timeout = TimeSpan.FromMilliseconds(timeoutMs),
            },
            TestContext.Current.CancellationToken);

    public static ProbeContext Context(TimeProvider? time = null, Func<string, string?>? variable = null) => new()
    {
        Commands = new NoPrograms(),
        Time = time ?? TimeProvider.System,
        Directory = "/",
        Variable = variable ?? (_ => null),
    };

    public static Facts Facts(this Reading reading) => reading switch
    {
        Reading.Measured m => m.Facts,
        Reading.Judged j => j.Facts,
        Reading.NoAnswer n => throw new InvalidOperationException($"no answer: {n.Because}"),
        _ => throw new InvalidOperationException(reading.ToString()),
    };

    public static string Because(this Reading reading) => Assert.IsType<Reading.NoAnswer>(reading).Because;

    public static string EvidenceText(this Reading reading) => string.Concat(reading.Evidence.Select(e => System.Text.Encoding.UTF8.GetString(e.Content.Span)));

    /// <summary>The text of a value, unknown ones included.</summary>
    public static string Show(this Facts facts, string name) => facts[name].ToString()!;

    private sealed class NoPrograms : ICommandRunner
    {
        public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel) => Task.FromResult<CommandResult>(new CommandResult.NotStarted("no programs here"));
    }
}
