using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Backtesting;

/// <summary>A checklist's rules: those that the past can be asked about, and the others with their reason.</summary>
internal sealed class TriedRules
{
    private readonly List<RuleDefinition> _replayed = [];
    private readonly List<string> _skipped = [];

    public TriedRules(Workspace workspace)
    {
        foreach (var rule in workspace.Plan.Rules.Where(r => !r.Rule.WhenAsked))
            if (WhyNot(rule) is { } because)
                _skipped.Add($"{rule.Rule.Mark.Text}: not replayed, {because}");
            else
                _replayed.Add(new(rule.Id, rule.Rule, rule.Rule.Mark.Text) { BaselineFrom = rule.BaselineFrom });
        if (workspace.EnvironmentName is { } name && workspace.Project.Environments.GetValueOrDefault(name)?.Availability is { } availability)
            _skipped.Add($"rollback unless {availability.Content} for {Units.Duration(Availability.Rule.For)} (availability of {name}): not replayed, a probe has no past");
    }

    public IReadOnlyList<RuleDefinition> Replayed => _replayed;

    /// <summary>In a line each.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    private static string? WhyNot(PlannedRule rule) => (rule.Rule, rule.BaselineFrom) switch
    {
        ({ Unless: not null }, _) => "a probe has no past",
        ({ When: { } when }, _) when !when.Operands.OfType<Operand.Metric>().Any() => "it names no metric",
        ({ When: { } when }, _) when !when.Operands.OfType<Operand.Baseline>().Any() => null,
        (_, BaselineOrigin.OfEnvironment e) => $"its baseline was measured on {e.Name} during each run, and nobody knows it of the past; compare with last week, or with taken NAME",
        (_, BaselineOrigin.OfRun { Id: null }) => "its baseline is of the run before, another one at each deployment; name one: Baseline: run ID",
        _ => null,
    };
}
