using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Requests that follow each other, each with its own conditions; the scenario judges by itself.</summary>
public sealed class ScenarioProbe : Probe
{
    public override Signature Signature { get; } = new("scenario", "Web requests, one after another, each with what has to hold")
    {
        Options = [new("insecure", "true takes any certificate") { OneOf = ["true", "false"] }],
        Facts = [new("time", Dimension.Duration, "from the first request to the last answer, the cleaning up included")],
        TakesBody = true,
        Example = "scenario timeout 30s",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        if (call.Body is not { } fence)
            return new Reading.NoAnswer("a scenario needs its requests: put an ```http fence below its item");
        var (scenario, problems) = ScenarioReader.Read(fence.Content);
        if (problems is [var (line, what, fix), ..])
            return new Reading.NoAnswer($"line {fence.At.Line + line - 1}: {what}: {fix}");
        return await new ScenarioRun(scenario, call).RunAsync(cancel);
    }
}
