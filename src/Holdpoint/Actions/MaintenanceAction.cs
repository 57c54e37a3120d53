using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Switches the configured maintenance on or off, and has a check prove it.</summary>
public sealed class MaintenanceAction : ActionVerb
{
    /// <summary>Between two looks at whether it shows: 500 ms.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public override Signature Signature { get; } = new("maintenance", "Switches the maintenance of holdpoint.yaml on or off, and waits until its check shows it. A run that ends while it is on says so.")
    {
        Kind = "action",
        Arguments = [new("STATE", "on or off")],
        Example = "maintenance on",
        Needs = "maintenance: in holdpoint.yaml; bash, coreutils and util-linux",
    };

    public override bool Repeatable => true;

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var state = call.Arguments[0];
        if (state is not ("on" or "off"))
            return Task.FromResult<Deed>(new Deed.Refused($"maintenance is on or off, not `{state}`"));
        if (call.World.Maintenance is not { } maintenance)
            return Task.FromResult<Deed>(new Deed.Refused("there is no maintenance: add maintenance: { on: …, off: … } to holdpoint.yaml"));
        return Task.FromResult<Deed>(Script.FromLine((state == "on" ? maintenance.Definition.On : maintenance.Definition.Off).Content) switch
        {
            Script.Runs runs => new Deed.Detached(runs.Command with { WorkingDirectory = maintenance.Directory, Environment = call.Context.ScriptVariables }, async (outcome, token) =>
                outcome is ActionOutcome.Ended { ExitCode: 0 } ? await JudgeAsync(state, maintenance, call.Context.Time, token) : OutcomeVerdict.Of(outcome)),
            Script.Unrunnable no => new Deed.Refused($"maintenance {state}: {no.Because}"),
            var other => throw new InvalidOperationException($"no such script: {other.GetType().Name}"),
        });
    }

    private static async Task<Verdict> JudgeAsync(string state, Maintenance maintenance, TimeProvider time, CancellationToken cancel)
    {
        if (maintenance.Shows is not { } shows)
            return new Verdict.Passed($"maintenance is {state}: exit 0; no check shows it");
        var (began, within) = (time.GetTimestamp(), maintenance.Definition.Within);
        while (true)
        {
            var seen = await shows(cancel);
            // A check that could not look proves neither.
            if (state == "on" ? seen is Verdict.Passed or Verdict.Warned : seen is Verdict.Failed)
                return new Verdict.Passed($"maintenance is {state}: {seen.Message}");
            if (time.GetElapsedTime(began) > within)
                return seen is Verdict.Unknown ? new Verdict.Unknown($"whether maintenance is {state} is not known: {seen.Message}") : new Verdict.Failed($"maintenance {state} within {Units.Duration(within)}", seen.Message);
            await Task.Delay(Look, time, cancel);
        }
    }
}

/// <summary>The configured maintenance.</summary>
/// <param name="Directory">Where its scripts run.</param>
/// <param name="Shows">Runs its check once; null where there is none.</param>
public sealed record Maintenance(MaintenanceDefinition Definition, string Directory, Func<CancellationToken, Task<Verdict>>? Shows);
