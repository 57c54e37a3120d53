namespace Holdpoint.Adopting;

/// <summary>
/// Steps that are no items: boxes that are drawn get a real one before them, numbered steps with a command or a limit too. What would have to be
/// written anew to become an item is told: a box in a block, a tick that stands there for good, a numbered step for people.
/// </summary>
internal sealed class LooseSteps(PartSurroundings here)
{
    private readonly List<Finding> _left = [];

    public IReadOnlyList<Finding> Left => _left;

    /// <param name="taken">Lines that become something already.</param>
    public IEnumerable<Proposal> Proposals(IReadOnlySet<int> taken)
    {
        foreach (var step in here.Part.Steps)
        {
            if (step.IsDrawn)
                yield return new(step.Line, [(step.TextAt, "[ ] ")], [new(step.Line, FindingKind.Field, Added.Short(step.Text), "[ ]", "a drawn box: a real one makes it an item") { IsBox = true }]);
            else if (step.Task is null && !step.IsQuoted && !here.IsReference && !taken.Contains(step.Line) && step.Blocks.Count == 0 && Of(step) is { } proposal)
                yield return proposal;
        }

        if (here.IsReference)
            yield break;
        foreach (var block in here.Part.Blocks.Where(b => !b.IsTaken))
            for (var i = 0; i < block.Lines.Count; i++)
                if (DrawnBoxes.IsLine(block.Lines[i]))
                    Tell(block.Line + 1 + i, block.Lines[i].Trim(), "a box in a block is text; write it as an item outside of the block");
    }

    /// <summary>Whether a numbered step under a heading may become an item.</summary>
    public static bool MayBeIn(Part part) => part.Steps.Any(s => s.IsNumbered && s.Task is null && s.Text.Contains('`', StringComparison.Ordinal));

    private Proposal? Of(Step step)
    {
        if (DrawnBoxes.IsTickedAtStart(step.Text))
        {
            Tell(step.Line, step.Text, "a tick that stands there for good; write [ ] before it where somebody should tick it");
            return null;
        }

        if (!step.IsNumbered || HoldsTasks(step))
            return null;
        var task = step with { Item = new(step.Text, here.Outline.Source.PositionAt(step.TextAt), step.TextAt, step.End, step.Indent, false, false, null, [], [], []) };
        var isForOneCase = here.Part.WithParents.Any(p => Words.SectionWords.IsForOneCase(p.Heading));
        var marks = isForOneCase || here.IsAlternative || step.Children.Count > 0 || !step.Text.Contains('`', StringComparison.Ordinal) || Checklists.ItemIds.Slug(step.Text).Length == 0
            ? null
            : OtherMarks.Of(task, $"{here.Part.Heading} · {step.Text}", here);
        if (marks is null or { Kind: not (FindingKind.Check or FindingKind.Action) })
        {
            var commands = InlineCommands.In(step, here.Outline.Source.Text);
            if (commands.Count > 0)
                _left.Add(new(step.Line, FindingKind.Left, Added.Short(step.Text), "", isForOneCase ? "it is done only in the case that its heading names" : OtherMarks.WhyLeft(commands)) { HasCommand = true, Command = string.Join('\n', commands) });
            else
                Tell(step.Line, step.Text, "a numbered step; write [ ] behind its number where somebody should tick it");
            return null;
        }

        var added = Added.Marks(marks.Marks);
        return new(step.Line, [(step.TextAt, "[ ] "), (step.End, added)], [new(step.Line, marks.Kind, Added.Short(step.Text), added.Trim(), $"{marks.Because}; a box makes the step an item") { HasCommand = true, Command = string.Join('\n', InlineCommands.In(step, here.Outline.Source.Text)) }])
        {
            Needs = marks.Needs,
        };
    }

    private void Tell(int line, string text, string because) => _left.Add(new(line, FindingKind.Step, Added.Short(text), "", because));

    private static bool HoldsTasks(Step step) => step.Children.Any(c => c.IsTask || HoldsTasks(c));
}
