using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Plans;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>The steps that a deploy would go through, for people to read ahead of it. Nothing is looked at: of two colours blue is taken to serve.</summary>
public static class RolloutPreview
{
    /// <summary>Their names in order, or why there are none; empty for a target of commands, which is one step.</summary>
    public static IReadOnlyList<string> Of(PlannedStep.Act act, string version, Scope scope, ICommandRunner commands, TimeProvider time)
    {
        if (act.Call.Signature.Name != "deploy" || act.Target is not { } name || scope.Project.Targets.GetValueOrDefault(name) is not TargetDefinition.OfPlatform definition)
            return [];
        try
        {
            var target = TargetFactory.Create(definition, TargetFactory.ContextOf(definition, scope.Project, scope, Path.GetTempPath(), commands, time), scope, _ => _ => Task.FromResult<Verdict>(new Verdict.Unknown("it is only planned")));
            var isColoured = definition is { Rollout.Colours: not null, Traffic: not null };
            var before = new ServingState(isColoured ? "blue" : null, new Dictionary<string, ServingUnit>());
            return target.Deploy(version, before.Write(), Place.OwnOptions(act.Call, scope.Value)) switch
            {
                Way.Steps steps => [.. steps.List.Select(s => s.Name), .. isColoured ? ["(where green serves now, the other way round)"] : Array.Empty<string>()],
                Way.Impossible no => [$"(its steps are not known here: {no.Because})"],
                _ => [],
            };
        }
        catch (UndefinedVariable e)
        {
            return [$"(its steps are not known here: {e.Message})"];
        }
    }
}
