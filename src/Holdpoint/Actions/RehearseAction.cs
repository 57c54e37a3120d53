using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Deploys and rolls back on another environment first.</summary>
public sealed class RehearseAction : ActionVerb
{
    public override Signature Signature { get; } = new("rehearse", "Deploys this checklist on another environment and rolls it back, as holdpoint rehearse does; it passes only if that came back well.")
    {
        Kind = "action",
        Options = [new("environment", "where: a name under environments: in holdpoint.yaml, not a protected one") { Required = true }],
        Example = "rehearse environment=staging timeout 30m",
        Needs = "what the deploy and the rollback need there",
    };

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var (environment, world) = (call.Options["environment"], call.World);
        if (environment == world.Environment)
            return Refused($"{environment} is where this run goes: rehearse it on another environment");
        if (world.Project.Environments.GetValueOrDefault(environment) is not { } known)
            return Refused($"there is no environment {environment}: add it under environments: in holdpoint.yaml");
        if (known.Protected)
            return Refused($"{environment} is protected, and a rehearsal passes no gate: rehearse on an environment that is not");
        var variables = world.Definition.Variables.SelectMany(v => new[] { "--var", $"{v.Key}={v.Value}" });
        string[] words = [.. ThisProgram.Words, "rehearse", world.Definition.Files[0].Path, "--env", environment, "--release", world.Version, "--by", world.By, .. variables];
        return Task.FromResult<Deed>(new Deed.Detached(new(words[0], words[1..]) { WorkingDirectory = world.Project.Folder }, (outcome, _) => Task.FromResult(Judge(outcome))));
    }

    private static Verdict Judge(ActionOutcome outcome) => (outcome, OutcomeVerdict.Of(outcome, longest: 600)) switch
    {
        (ActionOutcome.Ended { ExitCode: 0, Output.Text: var said }, _) => new Verdict.Passed(said.TrimEnd().Split('\n')[^1]),
        (_, Verdict.Failed failed) => new Verdict.Failed("a rehearsal that came back well", failed.Actual),
        var (_, other) => other,
    };

    private static Task<Deed> Refused(string because) => Task.FromResult<Deed>(new Deed.Refused(because));
}
