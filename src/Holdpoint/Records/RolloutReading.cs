using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Records;

/// <summary>Reads the rollouts of a run, there and back, out of its events.</summary>
internal sealed class RolloutReading(Plan plan, History history)
{
    public IReadOnlyList<RolloutModel> Read()
    {
        var rollouts = new List<(string Title, List<RolloutBar> Bars)>();
        var open = new Dictionary<string, (string Title, List<RolloutBar> Bars)>(StringComparer.Ordinal);
        foreach (var (entry, happened) in history.Events)
            switch (happened)
            {
                case Event.ActionStarted { Rollout: true } e:
                    open[e.Step] = ($"{e.Verb} {e.Target}: {plan.Step(e.Step)?.Text ?? e.Step}", []);
                    rollouts.Add(open[e.Step]);
                    break;
                case Event.RolloutStepStarted e when open.TryGetValue(e.Step, out var rollout):
                    rollout.Bars.Add(new(e.Name, entry.At, null, null));
                    break;
                case Event.RolloutStepEnded e when open.TryGetValue(e.Step, out var rollout) && rollout.Bars.FindLastIndex(b => b.Name == e.Name) is >= 0 and var at:
                    rollout.Bars[at] = rollout.Bars[at] with { To = entry.At, Verdict = VerdictWords.KindOf(e.Verdict.ToVerdict()) };
                    break;
            }

        return [.. rollouts.Where(r => r.Bars.Count > 0).Select(r => new RolloutModel(r.Title, r.Bars[0].From, r.Bars.Max(b => b.To ?? b.From.AddSeconds(1)), r.Bars))];
    }
}
