using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>Runs the rest of its mark as one line of bash. Nothing is substituted in it: variables come through its environment.</summary>
public sealed class ShProbe : Probe
{
    public override Signature Signature { get; } = new("sh", "Runs the rest of the mark as one command line of bash.")
    {
        Arguments = [new("COMMAND", "The command line, as it stands, to the end of the mark.")],
        Facts = ScriptMeasurement.Facts,
        HasDocument = true,
        DefaultCondition = "exit == 0",
        TakesRest = true,
        OnHosts = true,
        Example = "sh docker compose config --quiet",
        Needs = "bash",
    };

    public override Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel) =>
        ScriptMeasurement.RunAsync(Script.FromLine(string.Join(' ', call.Arguments)), call, cancel);
}
