using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Plans;

namespace Holdpoint.Cli.Explaining;

/// <summary>An explanation as a person reads it.</summary>
internal static class ExplainedText
{
    public static IEnumerable<string> Lines(Explained explained, Terminal terminal) => explained switch
    {
        Explained.AnItem item => OfItem(item, terminal),
        Explained.ASection section => OfSection(section, terminal),
        Explained.Nothing nothing => [nothing.Because],
        _ => throw new InvalidOperationException($"no such explanation: {explained.GetType().Name}"),
    };

    private static IEnumerable<string> OfItem(Explained.AnItem item, Terminal terminal)
    {
        yield return terminal.Paint(Ink.Strong, item.Item.Text.Length > 0 ? Terminal.Clean(item.Item.Text) : item.Marks[0].Text);
        foreach (var (name, value) in Facts(item))
            yield return $"  {name,-8} {Terminal.Clean(value)}";
        foreach (var mark in item.Marks)
        {
            yield return "";
            yield return terminal.Paint(Ink.Strong, Terminal.Clean(mark.Text));
            if (mark.Meaning is not null)
                yield return $"  {mark.Meaning}";
            foreach (var problem in mark.Problems)
                yield return $"  {(problem.IsError ? "error" : "warning")}: {problem.What}{(problem.Fix.Length > 0 ? $" ({problem.Fix})" : "")}";
        }

        if (item.Marks.Count == 0)
        {
            yield return "";
            yield return item.Item.Children.Count > 0 ? "No mark: it stands as the worst of the items below it."
                : item.Item.Link is { } link ? $"A link: {link} is run in its place."
                : item.Item.Disabled ? "Struck out: never run." : "No mark: a person signs it.";
        }
    }

    public static IEnumerable<(string Name, string Value)> Facts(Explained.AnItem item)
    {
        foreach (var planned in item.Planned)
            yield return ("id", planned.Id);
        if (item.Section is { } section)
        {
            yield return ("section", section.Heading.Length > 0 ? section.Heading : section.Id);
            yield return ("stage", section.Stage.ToString().ToLowerInvariant());
            yield return ("gate", GateOf(section));
            if (section.Owner is { } owner)
                yield return ("owner", owner);
        }

        foreach (var host in item.Hosts)
            yield return ("host", host);

        if (item.Planned is [var one, ..])
        {
            var tags = new[] { one.Critical ? "critical: the gate holds while it is not passed or waived" : null, one.Advisory ? "advisory: never holds" : null, one.Optional ? "optional: a person may say that it does not apply" : null, one.NoReturn ? "no-return: after it nothing rolls back by itself" : null, one.Disabled ? "struck out: never run" : null };
            foreach (var tag in tags.OfType<string>())
                yield return ("tag", tag);
            if (one.Weight != 1)
                yield return ("weight", one.Weight.ToString(System.Globalization.CultureInfo.InvariantCulture));
            foreach (var act in one.Steps.OfType<PlannedStep.Act>())
                yield return ("proof", act.Postconditions.Count > 0 ? $"{act.Text}: {string.Join(", ", act.Postconditions)}" : $"{act.Text}: no check stands behind it");
        }

        foreach (var (role, members) in item.Signers)
            yield return ("signs", members.Count > 0 ? $"{role}: {string.Join(", ", members)}" : role);
    }

    public static string GateOf(PlannedSection section) => section.Gate switch
    {
        null => $"at the end of the stage {section.Stage.ToString().ToLowerInvariant()}: nothing failed, unknown or pending",
        { MinimumScore: { } minimum } => $"at the end of the section: score >= {minimum:0.##}, and every critical item and named sign-off",
        _ => "at the end of the section: nothing failed, unknown or pending",
    };

    private static IEnumerable<string> OfSection(Explained.ASection section, Terminal terminal)
    {
        yield return terminal.Paint(Ink.Strong, Terminal.Clean(section.Section.Heading));
        foreach (var planned in section.Planned)
        {
            yield return $"  {"id",-8} {planned.Id}";
            yield return $"  {"stage",-8} {planned.Stage.ToString().ToLowerInvariant()}";
            yield return $"  {"gate",-8} {GateOf(planned)}";
            if (planned.Owner is { } owner)
                yield return $"  {"owner",-8} {owner}";
            if (planned.Budget is { } budget)
                yield return $"  {"budget",-8} {Units.Duration(budget)}";
            if (planned.Watch is { } watch)
                yield return $"  {"watch",-8} {watch}";
            if (planned.Fresh is { } fresh)
                yield return $"  {"fresh",-8} {Units.Duration(fresh)}";
            if (planned.HostName is { } host)
                yield return $"  {"host",-8} {host}";
            yield return $"  {"runs in",-8} {(planned.HostName is null ? planned.Directory : planned.HostDirectory ?? Place.Home)}";
            yield return $"  {"items",-8} {planned.AllItems.Count()}";
        }

        if (section.Planned.Count == 0)
            yield return "  it holds no items of its own";
    }
}
