using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>The way back: the <c>rollback</c> stage from top to bottom, then by itself whatever deploy it left standing. No gate and no signature holds here; a step that fails is told and the rest goes on.</summary>
public sealed class RollbackSteps(Standing standing)
{
    private const string Prefix = "undo/";

    private static readonly Signature UndoSignature = new("rollback", "Returns a target to what ran before.")
    {
        Kind = "action",
        Arguments = [new("TARGET", "the target")],
        Example = "rollback web",
    };

    private readonly Run _run = standing.Run;

    public const int Attempts = 3;

    /// <summary>The rollback of a target that no step of the file names.</summary>
    public static PlannedStep.Act Undo(string target) => new($"{Prefix}{target}", $"{Prefix}{target}", "undo", $"rollback {target}",
        new(UndoSignature, [new Word(target, default)], new Dictionary<string, Word>(), null), null, []);

    public static PlannedStep.Act? Undo(Plan plan, string stepId) =>
        stepId.StartsWith(Prefix, StringComparison.Ordinal) && plan.Step(stepId) is null ? Undo(stepId[Prefix.Length..]) : null;

    public Work Next()
    {
        if (_run.Rollback!.Ended is { } ended)
            return new Work.Finish(ended.Recovered ? Outcome.RolledBack : Outcome.RollbackFailed, ended.Because);
        // A deploy in doubt is undone whatever became of it; a step back in doubt is not passed over.
        if (_run.Steps.FirstOrDefault(s => s.Value.InDoubt is not null && IsOfRollback(standing.Plan, s.Key)) is { Key: { } doubtful, Value.InDoubt: { } doubt })
            return new Work.Wait(null, [new(null, $"{doubtful}: {doubt}", $"say what is to be done: holdpoint retry {doubtful} --again (go back all the same), --done or --failed")]);
        var sections = standing.Plan.Of(Stage.Rollback).Where(s => !_run.SkippedSections.ContainsKey(s.Id)).ToList();
        // What is struck out is not there: a deploy whose step back is struck out is undone by itself.
        var steps = sections.SelectMany(s => s.Steps).Where(s => !standing.ItemOf(s).Disabled).ToList();

        // What was deployed last goes back first: where the file's own order differs, the file wins; it was written for this.
        foreach (var step in steps)
        {
            if (step is PlannedStep.Act act && IsOpen(act))
                return act.Target is { } target && !Concerns(target) ? new Work.Skip(act, _run.Deployed.Contains(target) ? $"{target} stays: only {string.Join(", ", _run.Rollback.Decided.Only)} goes back" : $"{target} was not deployed by this run") : new Work.Act(act);
            if (step is PlannedStep.Ask ask && !IsFinal(steps, ask) && standing.Of(ask) is null)
                return new Work.Ask([ask]);
        }

        foreach (var target in _run.Deployed.Reverse().Where(Concerns))
        {
            var named = steps.OfType<PlannedStep.Act>().Any(a => a.Target == target);
            var undo = Undo(target);
            if (!named && !_run.Targets[target].Undone && IsOpen(undo))
                return new Work.Act(undo);
        }

        return new Work.ConcludeRollback([.. steps.OfType<PlannedStep.Ask>().Where(a => IsFinal(steps, a))]);
    }

    internal static bool IsOfRollback(Plan plan, string step) => step.StartsWith(Prefix, StringComparison.Ordinal) || plan.Of(Stage.Rollback).Any(s => s.Steps.Any(x => x.Id == step));

    /// <summary>Not done, or to be done again as was decided; failed: tried again twice where repeating does no harm.</summary>
    private bool IsOpen(PlannedStep.Act act)
    {
        var state = _run.Step(act.Id);
        return state.Running is null && (state.Verdict is null || (state.Verdict.Verdict == "failed" && (act.Target is not null || act.Idempotent) && state.Attempts < Attempts));
    }

    private bool Concerns(string target) => _run.Deployed.Contains(target) && _run.Rollback!.Concerns(target);

    /// <summary>Checks after the last action prove the recovery and are judged together at the end.</summary>
    private static bool IsFinal(List<PlannedStep> steps, PlannedStep.Ask ask) => steps.IndexOf(ask) > steps.FindLastIndex(s => s is PlannedStep.Act);
}
