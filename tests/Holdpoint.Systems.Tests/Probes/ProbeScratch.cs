using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Processes;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Asks probes in a folder that goes away, with real programs.</summary>
public abstract class ProbeScratch : Scratch
{
    protected Task<Reading> AskAsync(Probe probe, IReadOnlyList<string> arguments, Dictionary<string, string>? options = null, string[]? wants = null, Fence? body = null, TimeSpan? timeout = null, Dictionary<string, string?>? variables = null, CommandRunner? runner = null) =>
        probe.MeasureAsync(
            new ProbeCall(arguments, options ?? [], [.. (wants ?? []).Select(Wanted)])
            {
                Body = body,
                Timeout = timeout ?? TimeSpan.FromMinutes(5),
                Context = new ProbeContext { Commands = runner ?? Runner, Time = TimeProvider.System, Directory = Root, ScriptVariables = variables ?? [] },
            },
            Cancel);

    protected async Task<Facts> MeasureAsync(Probe probe, IReadOnlyList<string> arguments, Dictionary<string, string>? options = null, string[]? wants = null, Fence? body = null, Dictionary<string, string?>? variables = null)
    {
        var reading = await AskAsync(probe, arguments, options, wants, body, variables: variables);
        return reading is Reading.Measured measured ? measured.Facts : throw new InvalidOperationException($"{reading}");
    }

    protected async Task<string> RefusalAsync(Probe probe, IReadOnlyList<string> arguments, Dictionary<string, string>? options = null) =>
        Assert.IsType<Reading.NoAnswer>(await AskAsync(probe, arguments, options)).Because;

    protected static double Number(Facts facts, string key) => Assert.IsType<Value.Number>(facts[key]).Amount;

    protected static string Because(Value value) => Assert.IsType<Value.Unknown>(value).Because;

    protected static string Text(Reading reading, string evidence) => System.Text.Encoding.UTF8.GetString(Assert.Single(reading.Evidence, e => e.Name == evidence).Content.Span);

    private static Operand.Fact Wanted(string text)
    {
        var quote = text.IndexOf('"', StringComparison.Ordinal);
        return quote < 0 ? new(text, null, Dimension.Any, text) : new(text[..quote], text[(quote + 1)..^1], Dimension.Count, text);
    }
}
