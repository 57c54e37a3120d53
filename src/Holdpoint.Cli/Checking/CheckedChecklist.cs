using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Checking;

/// <summary>A mark after an ad hoc check.</summary>
/// <param name="Result">Null where it is no check, or was left out: only a run asks people and acts.</param>
internal sealed record StepResult(PlannedStep Step, CheckResult? Result)
{
    public Verdict? Verdict => Result?.Verdict;
}

internal sealed record ItemResult(PlannedItem Item, IReadOnlyList<StepResult> Steps, IReadOnlyList<ItemResult> Children)
{
    /// <summary>The worst of its own checks and its children; null where nothing was asked.</summary>
    public Verdict? Verdict => Worst(Steps.Select(s => s.Verdict).Concat(Children.Select(c => c.Verdict)));

    /// <summary>The worst of its own checks.</summary>
    public Verdict? Own => Worst(Steps.Select(s => s.Verdict));

    public IEnumerable<ItemResult> WithDescendants => Children.SelectMany(c => c.WithDescendants).Prepend(this);

    private static Verdict? Worst(IEnumerable<Verdict?> verdicts) => Standing.Worst([.. verdicts.Where(v => v is not null)]);
}

/// <summary>A mark's result with its section and its item.</summary>
internal sealed record ItemStep(SectionResult Section, ItemResult Item, StepResult Step);

internal sealed record SectionResult(PlannedSection Section, IReadOnlyList<ItemResult> Items);

/// <summary>What asking every machine at once brought. Says nothing of actions and people.</summary>
internal sealed record CheckedChecklist(Plan Plan, string Path, string Environment, IReadOnlyList<SectionResult> Sections, TimeSpan Elapsed)
{
    public IReadOnlyList<ItemStep> Steps { get; } = [.. Sections.SelectMany(s => s.Items.SelectMany(i => i.WithDescendants).SelectMany(i => i.Steps.Select(step => new ItemStep(s, i, step))))];

    public int Count(string verdict) => Steps.Count(s => s.Step.Verdict?.Name == verdict);

    public int NotAsked => Steps.Count(s => s.Step.Result is null && !s.Item.Item.Disabled);

    /// <summary>As a gate computes it, over what was asked: passed 1, warned ½, else 0, by weight; null where nothing counts.</summary>
    public decimal? Score
    {
        get
        {
            decimal sum = 0, weights = 0;
            foreach (var item in Sections.SelectMany(s => s.Items).SelectMany(i => i.WithDescendants).Where(i => i.Item.IsLeaf))
            {
                if (item.Own is null or Verdict.Skipped)
                    continue;
                weights += item.Item.Weight;
                sum += item.Item.Weight * item.Own switch { Verdict.Passed => 1m, Verdict.Warned => 0.5m, _ => 0m };
            }

            return weights == 0 ? null : 100 * sum / weights;
        }
    }

    /// <summary>Failed wins over unknown. What is <c>#advisory</c> holds nothing. Nothing asked is nothing proven.</summary>
    public int ExitCode
    {
        get
        {
            var counted = Steps.Where(s => !s.Item.Item.Advisory).Select(s => s.Step.Verdict).ToList();
            return counted.Any(v => v is Verdict.Failed) ? Cli.ExitCode.Failed
                : counted.Any(v => v is Verdict.Unknown) || !Steps.Any(s => s.Step.Verdict is Verdict.Passed or Verdict.Warned) ? Cli.ExitCode.Unknown
                : Cli.ExitCode.Passed;
        }
    }

    /// <summary><c>31 passed, 2 failed, 1 unknown · score 91 · 1.2s</c></summary>
    public string Summary
    {
        get
        {
            var counts = new[] { "passed", "warned", "failed", "unknown", "skipped" }.Where(v => v is "passed" or "failed" || Count(v) > 0).Select(v => $"{Count(v)} {v}");
            var advisory = Steps.Count(s => s.Item.Item.Advisory && s.Step.Verdict is { Holds: true });
            var parts = new List<string> { string.Join(", ", counts) + (advisory > 0 ? $" ({advisory} of them advisory)" : "") };
            if (NotAsked > 0)
                parts.Add($"{NotAsked} not asked");
            if (ExitCode == Cli.ExitCode.Unknown && Count("unknown") == 0)
                parts.Add("nothing was proven");
            parts.Add($"score {Gates.Show(Score)}");
            parts.Add(Units.Duration(Elapsed));
            return string.Join(" · ", parts);
        }
    }
}
