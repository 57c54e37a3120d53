using Holdpoint.Adopting.Words;
using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>The tasks under a heading: marks for their blocks, their inline commands, their limits; tags for what their words say.</summary>
internal sealed class TaskAdoption(PartSurroundings here)
{
    private readonly List<Finding> _signOffs = [];

    /// <summary>Tasks to which no mark is added, and those that carry marks already.</summary>
    public IReadOnlyList<Finding> SignOffs => _signOffs;

    public IEnumerable<Proposal> Proposals(BlockAdoption blocks)
    {
        foreach (var step in here.Part.Steps)
        {
            if (step.Item is not { } item)
                continue;
            if (item.Marks.Count > 0)
            {
                _signOffs.Add(new(step.Line, KindOf(item), Added.Short(step.Text), "", "it has its marks already"));
                continue;
            }

            if (item.Disabled || step.IsQuoted || item.Link is not null)
            {
                _signOffs.Add(new(step.Line, FindingKind.SignOff, Added.Short(step.Text), "", item.Disabled ? "it is struck out" : item.Link is not null ? "it runs the checklist that it links to" : "it stands in a quotation"));
                continue;
            }

            if (Of(step, blocks) is { } proposal)
                yield return proposal;
        }
    }

    private static FindingKind KindOf(Item item) => item.Marks.Any(m => m.Sign == Sign.Act)
        ? item.Marks.Any(m => m.Sign == Sign.Act && m.Text.Contains(" when ", StringComparison.Ordinal)) ? FindingKind.Rule : FindingKind.Action
        : item.Marks.Any(m => m.Sign == Sign.Ask) ? FindingKind.Check : FindingKind.SignOff;

    private Proposal? Of(Step step, BlockAdoption blocks)
    {
        var below = blocks.Proving(step);
        var own = step.Fences.Where(b => !b.IsTaken).ToList();
        var fences = own.Concat(below).Select(BlockReader.Read).ToList();
        var text = $"{here.Part.Heading} · {step.Text}";
        var marks = fences.Count > 0 && !fences.Any(f => f.Block.IsQuoted || !f.Block.IsClosed) ? ItemMarks.Of(fences, step.Text, here, OtherMarks.MayBeDone(step.Text)) : null;
        var findings = new List<Finding>();
        var additions = new List<(int, string)>();
        var needs = ConfigurationNeeds.None;
        IReadOnlyList<string> added = marks?.Marks ?? [];
        var because = below.Count > 0 && added.Count > 0 ? $"the block in line {below[0].Line} proves it" : "";
        var kind = marks?.Kind ?? FindingKind.SignOff;
        if (marks is not null)
            findings.AddRange(BlockAdoption.Findings(marks));
        if (added.Count > 0)
        {
            needs = Needs.Of(added, marks!.TakesBody ? fences : [], step.Line);
            if (marks.TakesBody)
                foreach (var block in below)
                    additions.AddRange(Added.Indentation(block, here.Outline, step.Indent));
            if (SubBullets.Of(step, added) is { Count: > 0 } more)
                // What a person would have looked at, these judge.
                added = [.. added.Where(a => a[0] != '@'), .. more];
        }
        else if (OtherMarks.Of(step, text, here) is { } other)
        {
            (added, kind, because, needs) = (other.Marks, other.Kind, other.Because, other.Needs);
        }

        var tags = Tags(step);
        var hasCommand = fences.Any(f => f.HasCommands) || InlineCommands.In(step, here.Outline.Source.Text).Count > 0;
        if (added.Count == 0 && tags.Length == 0)
        {
            _signOffs.Add(Finding(step, hasCommand, findings));
            _signOffs.AddRange(findings);
            return null;
        }

        additions.Insert(0, (step.End, Added.Marks(added) + tags));
        var told = added.Count > 0
            ? new Finding(step.Line, kind, Added.Short(step.Text), (Added.Marks(added) + tags).Trim(), because) { HasCommand = hasCommand, Command = string.Join('\n', InlineCommands.In(step, here.Outline.Source.Text)) }
            : Finding(step, hasCommand, findings) with { Added = tags.Trim() };
        return new(step.Line, additions, [told, .. findings])
        {
            LastLine = fences.Select(f => f.Block.LastLine).Append(step.Line).Max(),
            Needs = needs,
        };
    }

    /// <summary>A task without a mark is signed by a person; where it holds a command, that is told as left.</summary>
    private Finding Finding(Step step, bool hasCommand, List<Finding> blocks)
    {
        var commands = InlineCommands.In(step, here.Outline.Source.Text);
        return commands.Count > 0 && !blocks.Any(b => b.HasCommand)
            ? new(step.Line, FindingKind.Left, Added.Short(step.Text), "", OtherMarks.WhyLeft(commands)) { HasCommand = true, Command = string.Join('\n', commands) }
            : new(step.Line, blocks.Any(b => b.HasCommand) ? FindingKind.Left : FindingKind.SignOff, Added.Short(step.Text), "", blocks.FirstOrDefault(b => b.HasCommand)?.Because ?? "") { HasCommand = hasCommand };
    }

    private string Tags(Step step)
    {
        var item = step.Item!;
        if (SectionWords.IsOptional(step.Text))
            return item.Tag("optional") is null && item.Tag("critical") is null ? " #optional" : "";
        var critical = SectionWords.IsCritical(step.Text) || here.IsCritical && step.Parent?.Task is null;
        return critical && item.Tag("critical") is null && item.Tag("optional") is null && item.Tag("advisory") is null ? " #critical" : "";
    }
}
