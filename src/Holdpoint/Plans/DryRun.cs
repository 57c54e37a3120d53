using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>What a run would do, in order, without doing it. Plain text, no colours.</summary>
public static class DryRun
{
    /// <summary>Longest line of a script that is shown.</summary>
    private const int ScriptWidth = 100;

    /// <summary>Stages in the order of a run, <c>rollback</c> and <c>review</c> after them, then the rules.</summary>
    /// <param name="rollout">The steps of a deploy; null: they are not shown.</param>
    public static IEnumerable<string> Lines(Plan plan, Func<PlannedStep.Act, PlannedSection, IEnumerable<string>>? rollout = null)
    {
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var sections = plan.Of(stage).ToList();
            if (sections.Count == 0)
                continue;
            yield return StageOrder.Word(stage) + (stage == Stage.Rollback ? " (only when going back)" : "");
            foreach (var line in sections.SelectMany(s => Section(s, rollout)))
                yield return "  " + line;
        }

        if (plan.Rules.Count == 0)
            yield break;
        yield return "rules, from the first deploy to the end of the watch";
        foreach (var rule in plan.Rules)
            yield return $"  ! {OneLine(rule.Rule.Mark.Text)}";
    }

    private static IEnumerable<string> Section(PlannedSection section, Func<PlannedStep.Act, PlannedSection, IEnumerable<string>>? rollout)
    {
        yield return $"{(section.Heading.Length > 0 ? section.Heading : section.Id)}{Notes(SectionNotes(section))}";
        foreach (var line in section.Items.SelectMany(i => Item(i, section, rollout, "  ")))
            yield return line;
    }

    private static IEnumerable<string> Item(PlannedItem item, PlannedSection section, Func<PlannedStep.Act, PlannedSection, IEnumerable<string>>? rollout, string indent)
    {
        var text = item.Text.Length > 0 ? item.Text : item.Id[(item.Id.LastIndexOf('/') + 1)..];
        yield return $"{indent}{text}{Notes(ItemNotes(item))}";
        if (!item.Disabled)
            foreach (var step in item.Steps)
            {
                yield return $"{indent}  {Step(step, section)}";
                foreach (var part in step is PlannedStep.Act act ? rollout?.Invoke(act, section) ?? [] : [])
                    yield return $"{indent}    - {part}";
            }

        foreach (var line in item.Children.SelectMany(c => Item(c, section, rollout, indent + "  ")))
            yield return line;
    }

    private static string Step(PlannedStep step, PlannedSection section) => step switch
    {
        PlannedStep.Ask s => $"? {s.Text}{If(s.If)}{On(section.HostOf(step))}{Announced(s.Check)}",
        PlannedStep.Act s => $"! {s.Text}{On(section.HostOf(step))}{FirstLine(s.Call)}",
        PlannedStep.Sign s => $"@ {s.Text}{If(s.If)}",
        _ => throw new InvalidOperationException($"no such step: {step.GetType().Name}"),
    };

    /// <summary>What asking does beyond a look, to follow the mark's text; empty where it only looks. Variables stay as they stand.</summary>
    public static string Announced(Check check) => check.Announcement(word => word.Source) is { } said ? $" ({said})" : "";

    private static string On(string? host) => host is null ? "" : $" (on {host})";

    /// <summary>An action's text holds its own <c>if</c>.</summary>
    private static string If(Check? condition) => condition is null ? "" : $" if {condition.Text}";

    private static string FirstLine(Call call)
    {
        if (call.Body is not { } body)
            return "";
        var lines = body.Content.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0).ToList();
        var first = lines.FirstOrDefault(l => l[0] != '#') ?? lines.FirstOrDefault() ?? "";
        var shown = first.Length > ScriptWidth ? first[..(char.IsHighSurrogate(first[ScriptWidth - 2]) ? ScriptWidth - 2 : ScriptWidth - 1)] + "…" : first;
        return $": {shown}{(lines.Count > 1 ? $" (and {lines.Count - 1} more {(lines.Count == 2 ? "line" : "lines")})" : "")}";
    }

    private static IEnumerable<string> SectionNotes(PlannedSection section)
    {
        if (section.OnlyIf is { } check)
            yield return $"only if {check.Text}";
        if (section.Environment is { } environment)
            yield return $"in {environment}";
        if (section.Gate is { } gate)
            yield return gate.MinimumScore is { } score ? $"gate: score >= {score:0.##}" : "gate: passed";
        if (section.Watch is { } watch)
            yield return watch;
        if (section.Due is { } due)
            yield return $"due {due}";
        if (section.Budget is { } budget)
            yield return $"budget {Units.Duration(budget)}";
    }

    private static IEnumerable<string> ItemNotes(PlannedItem item)
    {
        if (item.Disabled)
            yield return "struck out";
        if (item.Critical)
            yield return "critical";
        if (item.Advisory)
            yield return "advisory";
        if (item.Optional)
            yield return "optional";
        if (item.NoReturn)
            yield return "no return";
    }

    private static string Notes(IEnumerable<string> notes) => string.Join(", ", notes) is { Length: > 0 } said ? $" [{said}]" : "";

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
