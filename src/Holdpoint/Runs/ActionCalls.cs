using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>Makes calls of a plan's actions: words resolved, the run around them at hand.</summary>
internal sealed class ActionCalls(RunSession session, RunWorld world, Func<Plan> plan, Func<Eyes?> eyes, Teller teller)
{
    /// <summary>Nothing has begun yet, so what breaks here is a failure and never a doubt.</summary>
    public static async Task<Deed> PrepareAsync(ActionVerb verb, ActionCall call, CancellationToken cancel)
    {
        try
        {
            return await verb.PrepareAsync(call, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or UndefinedVariable))
        {
            return new Deed.Refused($"it could not be prepared: {e.GetType().Name}: {e.Message}");
        }
    }

    /// <exception cref="UndefinedVariable">A word of it names a variable that has no value now.</exception>
    public ActionCall Of(PlannedStep.Act act)
    {
        var section = plan().Sections.FirstOrDefault(s => s.Id == act.SectionId);
        var here = world.ContextOf(session.Run, section);
        var context = Place.Of(act.Call, here, out var misplaced) ?? here;
        var arguments = act.Call.Signature.TakesRest ? act.Call.Arguments.Select(a => a.Source) : act.Call.Arguments.Select(a => a.Resolve(context.Variable));
        var run = session.Run;
        return new(act, [.. arguments], Place.OwnOptions(act.Call, context.Variable), context, run.Step(act.Id).Forced)
        {
            Misplaced = misplaced.Length > 0 ? misplaced : null,
            World = new()
            {
                Target = name => world.TargetOf(session.Run, name),
                Before = name => session.Run.Targets.GetValueOrDefault(name)?.Before is { } before ? before.Nothing ? "" : before.State : null,
                DeployedWell = name => plan().AllItems.SelectMany(i => i.Steps).OfType<PlannedStep.Act>().Any(a => a.Call.Signature.Name == "deploy" && a.Target == name && session.Run.Step(a.Id).Verdict?.Verdict == "passed"),
                Version = run.Start.Version,
                Tell = async (channel, text, cancel) => await teller.SayAsync(channel, FirstLine(text), text) ? null : $"{channel} was not told: see the record",
                Project = world.Project,
                Definition = run.Definition,
                Environment = run.Environment,
                By = run.Start.By,
                Since = () => session.Run.Step(act.Id) is { Running: not null } state ? state.At : null,
                BackupMade = name => plan().AllItems.SelectMany(i => i.Steps).OfType<PlannedStep.Act>()
                    .Where(a => a.Call.Signature.Name == "backup" && a.Call.Arguments[0].Resolve(context.Variable) == name)
                    .Select(a => session.Run.Step(a.Id)).Where(s => s.Verdict?.Verdict == "passed").MaxBy(s => s.AtSequence)?.Verdict!.Text,
                Ask = async (check, cancel) => (await world.Checks.RunAsync(check, world.Surroundings(session.Run, section, eyes()), cancel)).Verdict,
                AskConfigured = (check, cancel) => world.AskConfiguredAsync(session.Run, check, cancel),
                Maintenance = world.Project.Maintenance,
                ProjectFolder = world.Project.Folder,
            },
        };
    }

    private static string FirstLine(string text) => text.Trim().Split('\n')[0];
}
