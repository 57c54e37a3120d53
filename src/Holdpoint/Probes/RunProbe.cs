using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>Runs the item's fence as a script. Nothing is substituted in it: variables come through its environment.</summary>
public sealed class RunProbe : Probe
{
    public override Signature Signature { get; } = new("run", "Runs the item's fence as a script (bash, sh, python, pwsh … by the fence's language).")
    {
        Options = ScriptMeasurement.Options,
        Facts = ScriptMeasurement.Facts,
        HasDocument = true,
        DefaultCondition = "exit == 0",
        TakesBody = true,
        OnHosts = true,
        Example = "run matching \"error|panic\" == 0",
        Needs = "the fence's interpreter; sudo where as= is used",
    };

    public override Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel) => call.Body is { } fence
        ? ScriptMeasurement.RunAsync(Script.FromFence(fence.Language, fence.Content), call, cancel)
        : Task.FromResult<Reading>(new Reading.NoAnswer("run has no fence: put one, indented, below its item"));
}
