using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>
/// A program as a probe. A call runs <c>holdpoint-probe-NAME ARG… name=value…</c> in the section's folder and reads one JSON object from its
/// standard output: <c>{"facts": {"ready": 3, "age": {"seconds": 12}}}</c>, or <c>{"unknown": "because"}</c>. How a fact is read follows from
/// the dimension that it was declared with:
/// <list type="bullet">
/// <item>duration: a number of seconds, or <c>{"seconds": 12}</c>;</item>
/// <item>bytes: a number, or <c>{"bytes": 4096}</c>;</item>
/// <item>ratio: a number from 0 to 1;</item>
/// <item>count: a number;</item>
/// <item>text and version: a text;</item>
/// <item>boolean: true or false;</item>
/// <item>any: whatever JSON has;</item>
/// <item>each: <c>{"unknown": "because"}</c> where only this one could not be measured.</item>
/// </list>
/// Another exit code than 0, something that is not JSON, and a declared fact that is missing are no answer; a value of another kind is unknown.
/// </summary>
public sealed class ExternalProbe : Probe
{
    private readonly string _program;

    internal ExternalProbe(string program, Signature signature) => (_program, Signature) = (program, signature);

    public override Signature Signature { get; }

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var command = new Command(_program, [.. call.Arguments, .. call.Options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value}")])
        {
            WorkingDirectory = call.Context.Directory,
            Environment = call.Context.ScriptVariables,
        };
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } ended => Read(ended.Output.Text) with { Evidence = Output(ended.Output, ended.Error) },
            CommandResult.Exited ended => new Reading.NoAnswer($"{Name} ended with {ended.ExitCode}: {GitRepository.FirstLine(ended.Error.Text)}") { Evidence = Output(ended.Output, ended.Error) },
            CommandResult.TimedOut late => new Reading.NoAnswer($"{Name} did not end within {Units.Duration(late.Limit)}; its process group was ended") { Evidence = Output(late.Output, late.Error) },
            CommandResult.NotStarted refused => new Reading.NoAnswer($"{Name} can't be started: {refused.Because}"),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    private string Name => Path.GetFileName(_program);

    private Reading Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("unknown", out var because))
                return new Reading.NoAnswer($"{Name}: {Reason(because)}");
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("facts", out var facts) || facts.ValueKind != JsonValueKind.Object)
                return new Reading.NoAnswer($"{Name} answers with JSON that has no \"facts\"");
            if (Signature.Facts.FirstOrDefault(f => !facts.TryGetProperty(f.Name, out _)) is { } missing)
                return new Reading.NoAnswer($"{Name} answers without the fact {missing.Name}, which it declares");
            return Reading.Of([.. Signature.Facts.Select(f => (f.Name, ValueOf(f, facts.GetProperty(f.Name))))]);
        }
        catch (JsonException e)
        {
            return new Reading.NoAnswer($"{Name} answers with something that is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})");
        }
    }

    private static Value ValueOf(FactDeclaration fact, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("unknown", out var because))
            return new Value.Unknown($"{fact.Name}: {Reason(because)}");
        return fact.Dimension switch
        {
            Dimension.Duration => Number(fact, json, "seconds", "a number of seconds"),
            Dimension.Bytes => Number(fact, json, "bytes", "a number of bytes"),
            Dimension.Ratio when json.ValueKind == JsonValueKind.Number && json.GetDouble() is < 0 or > 1 => Other(fact, json, "a ratio from 0 to 1 (a percentage divided by 100)"),
            Dimension.Ratio => Number(fact, json, null, "a ratio from 0 to 1"),
            Dimension.Count => Number(fact, json, null, "a number"),
            Dimension.Text when json.ValueKind == JsonValueKind.String => Value.Of(json.GetString()!),
            Dimension.Version when json.ValueKind == JsonValueKind.String && VersionNumber.TryParse(json.GetString()!, out var version) => new Value.Version(version),
            Dimension.Boolean when json.ValueKind is JsonValueKind.True or JsonValueKind.False => Value.Of(json.GetBoolean()),
            Dimension.Any => JsonPath.ToValue(json),
            var dimension => Other(fact, json, dimension == Dimension.Boolean ? "true or false" : $"a {dimension.ToString().ToLowerInvariant()}, written as a text"),
        };
    }

    private static Value Number(FactDeclaration fact, JsonElement json, string? unit, string expected)
    {
        var number = unit is not null && json.ValueKind == JsonValueKind.Object && json.TryGetProperty(unit, out var inner) ? inner : json;
        return number.ValueKind == JsonValueKind.Number && double.IsFinite(number.GetDouble()) ? new Value.Number(number.GetDouble(), fact.Dimension) : Other(fact, json, expected);
    }

    private static Value.Unknown Other(FactDeclaration fact, JsonElement json, string expected)
    {
        var shown = json.GetRawText();
        return new($"{fact.Name} is {(shown.Length > 60 ? shown[..60] + "…" : shown)}, not {expected}");
    }

    private static string Reason(JsonElement because) => because.ValueKind == JsonValueKind.String && because.GetString() is { Length: > 0 } text ? text : "it gives no reason";

    private static IReadOnlyList<Evidence> Output(CapturedOutput output, CapturedOutput error) =>
        [Evidence.OfText("answer.json", output.Text), .. error.Characters > 0 ? [Evidence.OfText("stderr.txt", error.Text)] : Array.Empty<Evidence>()];
}
