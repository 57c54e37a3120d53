using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>One thing that holds a gate.</summary>
/// <param name="Step">Null where it is the gate as a whole.</param>
/// <param name="Remedy">Who can release it, and how.</param>
public sealed record GateHold(PlannedStep? Step, string What, string Remedy)
{
    public override string ToString() => $"{What} → {Remedy}";
}

/// <param name="Score">0…100; null where nothing counts.</param>
public sealed record GateJudgement(bool Passes, decimal? Score, IReadOnlyList<GateHold> Holds);

/// <summary>Where work stops until it is proven: the end of a section with a <c>Gate</c>, and of every stage. Pure.</summary>
public static class Gates
{
    public static string Of(PlannedSection section) => $"section:{section.Id}";

    public static string Of(Stage stage) => $"stage:{stage.ToString().ToLowerInvariant()}";

    /// <summary>Where an <c>Only if</c> that could not be decided holds.</summary>
    public static string OnlyIf(PlannedSection section) => $"only-if:{section.Id}";

    /// <summary>The gate on entering <c>deploy</c>: what was fresh must still be, rules must be quiet.</summary>
    public const string Entry = "entry:deploy";

    public static GateJudgement Judge(Standing standing, PlannedSection section) =>
        Judge(standing, [.. section.Steps], section.Gate ?? GatePolicy.Default, wholeStage: false);

    /// <summary>The stage's own gate: the sections that have none of their own, and that something passed at all.</summary>
    public static GateJudgement Judge(Standing standing, Stage stage)
    {
        var sections = standing.Plan.Of(stage).ToList();
        var own = sections.Where(s => s.Gate is null).SelectMany(s => s.Steps).ToList();
        var judged = Judge(standing, own, GatePolicy.Default, wholeStage: true);
        var all = sections.SelectMany(s => s.Steps).ToList();
        var score = Score(standing, all);
        // A stage that holds only rules has nothing to prove.
        if (all.Count > 0 && judged.Holds.Count == 0 && !all.Any(s => standing.IsWaived(s) || standing.Of(s) is Verdict.Passed or Verdict.Warned))
            return new(false, score, [new(null, $"nothing passed in {stage.ToString().ToLowerInvariant()}: everything was skipped, and no proof is not a pass", "release it with a reason: holdpoint release --reason …")]);
        return judged with { Score = score };
    }

    /// <summary>100 × Σ(weight × credit) / Σ weight over leaves; passed and waived 1, warned ½, else 0. Null where Σ weight is 0.</summary>
    public static decimal? Score(Standing standing, IEnumerable<PlannedStep> steps)
    {
        decimal sum = 0, weights = 0;
        foreach (var item in steps.Select(standing.ItemOf).Distinct().Where(i => i.IsLeaf))
        {
            var verdict = Standing.Worst([.. item.Steps.Select(s => standing.IsWaived(s) ? new Verdict.Passed("waived") : standing.Of(s))]);
            if (verdict is Verdict.Skipped)
                continue;
            weights += item.Weight;
            sum += item.Weight * verdict switch { Verdict.Passed => 1m, Verdict.Warned => 0.5m, _ => 0m };
        }

        return weights == 0 ? null : 100 * sum / weights;
    }

    /// <summary>Exact inside, shown rounded down: 79.9 is never shown as 80.</summary>
    public static string Show(decimal? score) => score is { } s ? decimal.Floor(s).ToString("0", System.Globalization.CultureInfo.InvariantCulture) : "none";

    private static GateJudgement Judge(Standing standing, IReadOnlyList<PlannedStep> steps, GatePolicy policy, bool wholeStage)
    {
        var score = Score(standing, steps);
        var holds = new List<GateHold>();
        foreach (var step in steps)
        {
            var item = standing.ItemOf(step);
            var verdict = standing.Of(step);
            if (item.Advisory || standing.IsWaived(step) || verdict is { Holds: false })
                continue;
            var named = step is PlannedStep.Sign sign && sign.Roles.Roles.Count > 0 && item.Source.Marks.Count > 0;
            if (policy.MinimumScore is not null && !item.Critical && !named)
                continue;
            holds.Add(new(step, $"{item.Text}: {(verdict is null ? "not done yet" : $"{verdict.Name}, {verdict.Message}")}", Remedy(standing, step, verdict)));
        }

        if (policy.MinimumScore is { } minimum)
        {
            if (score is null)
                holds.Add(new(null, "nothing counts towards the score", "release it with a reason: holdpoint release --reason …"));
            else if (score < minimum)
                holds.Add(new(null, $"score {Show(score)} of {minimum:0.##}", steps.Any(s => standing.Of(s) is Verdict.Failed or Verdict.Unknown) ? "mend what failed and run: holdpoint retry" : "do what is open: each item counts"));
        }
        else if (!wholeStage && score is null && steps.Count > 0 && holds.Count == 0)
        {
            holds.Add(new(null, "everything here was skipped or is advisory, and no proof is not a pass", "release it with a reason: holdpoint release --reason …"));
        }

        return new(holds.Count == 0, score, holds);
    }

    public static string Remedy(Standing standing, PlannedStep step, Verdict? verdict) => (step, verdict) switch
    {
        (PlannedStep.Sign s, Verdict.Failed) => $"{s.Roles} may sign after all: holdpoint sign {step.Id}",
        (PlannedStep.Sign s, _) => $"{Members(standing, s.Roles)} can sign: holdpoint sign {step.Id}",
        (PlannedStep.Act, Verdict.Unknown) when standing.Run.Step(step.Id).InDoubt is not null => $"say how it ended: holdpoint retry {step.Id} --done, --again or --failed",
        (PlannedStep.Act, _) => $"mend it and run: holdpoint retry {step.Id}",
        (_, Verdict.Pending) => "it is being waited for",
        _ => $"mend it and run: holdpoint retry; or waive it: holdpoint waive {step.Id} --reason …",
    };

    private static string Members(Standing standing, RoleRequirement roles) => string.Join(roles.All ? " and " : " or ", roles.Roles.Select(r =>
        standing.Roles.TryGetValue(r, out var members) && members.Count > 0 ? $"{r} ({string.Join(", ", members)})" : r));
}
