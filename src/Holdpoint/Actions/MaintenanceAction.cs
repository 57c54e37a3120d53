using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Switches maintenance mode by the configuration's own scripts, and looks at what users see then.</summary>
public sealed class MaintenanceAction : ActionVerb
{
    /// <summary>How long users may go on seeing what they saw before: 30 s.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks: 500 ms.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    public override Signature Signature { get; } = new("maintenance", "Switches maintenance mode on or off by the scripts under maintenance: in holdpoint.yaml; where its check shows is given, that has to pass within 30s after on, and to fail after off.")
    {
        Kind = "action",
        Arguments = [new("STATE", "on or off") { OneOf = ["on", "off"] }],
        Example = "maintenance on",
        Needs = "bash, coreutils and util-linux",
    };

    /// <summary>The configuration's scripts are told to be so.</summary>
    public override bool Repeatable => true;

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        if (call.World.Maintenance is not { } maintenance)
            return Refused("there is no maintenance mode: add maintenance: { on: …, off: … } to holdpoint.yaml");
        if (call.Arguments[0] is not ("on" or "off"))
            return Refused($"maintenance is on or off, and not {call.Arguments[0]}");
        var isOn = call.Arguments[0] == "on";
        return Script.FromLine((isOn ? maintenance.On : maintenance.Off).Content) switch
        {
            Script.Runs runs => Task.FromResult<Deed>(new Deed.Detached(
                runs.Command with { WorkingDirectory = call.World.ProjectFolder, Environment = call.Context.ScriptVariables },
                async (outcome, token) => outcome is ActionOutcome.Ended { ExitCode: 0 } ? await SeenAsync(call, maintenance.Shows, isOn, token) : OutcomeVerdict.Of(outcome))),
            Script.Unrunnable no => Refused(no.Because),
            var other => throw new InvalidOperationException($"no such script: {other.GetType().Name}"),
        };
    }

    private static Task<Deed> Refused(string because) => Task.FromResult<Deed>(new Deed.Refused(because));

    private static async Task<Verdict> SeenAsync(ActionCall call, PlacedText? shows, bool isOn, CancellationToken cancel)
    {
        var state = isOn ? "on" : "off";
        if (shows is null)
            return new Verdict.Passed($"maintenance is {state}: exit 0; what users see was not looked at");
        var time = call.Context.Time;
        var began = time.GetTimestamp();
        while (true)
        {
            switch (await call.World.AskConfigured(shows, cancel), isOn)
            {
                case ({ Holds: false } seen, true):
                    return new Verdict.Passed($"users see maintenance: {seen.Message}");
                case (Verdict.Failed gone, false):
                    return new Verdict.Passed($"users see no maintenance any more: {gone.Message}");
                case var (seen, _) when time.GetElapsedTime(began) + Every > Within:
                    return seen is Verdict.Unknown ? new Verdict.Unknown($"whether users see maintenance is not known: {seen.Message}")
                        : new Verdict.Failed(isOn ? $"users see maintenance: {shows}" : $"users see no maintenance any more: {shows} fails", seen.Message);
            }

            await Task.Delay(Every, time, cancel);
        }
    }
}
