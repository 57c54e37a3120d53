using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>Blocks under a heading that stand in no task: they become the body of the item that they prove, or of one of their own.</summary>
internal sealed class BlockAdoption(PartSurroundings here)
{
    private readonly List<Finding> _left = [];
    private readonly HashSet<string> _slugs = [.. here.Part.Steps.Select(s => ItemIds.Slug(s.Text))];
    private readonly Dictionary<Step, List<Block>> _proving = [];

    public IReadOnlyList<Finding> Left => _left;

    /// <summary>The blocks that stand below a task, and prove it.</summary>
    public IReadOnlyList<Block> Proving(Step step) => _proving.GetValueOrDefault(step) ?? [];

    public IEnumerable<Proposal> Proposals()
    {
        foreach (var block in here.Part.Blocks)
        {
            if (block.Step?.Task is not null || block.IsTaken)
                continue;
            var read = BlockReader.Read(block);
            if ((here.IsReference || here.IsAlternative) && !here.Decisions.ContainsKey(block.Line) || block.IsQuoted || !block.IsClosed)
            {
                Leave(read, here.IsReference ? "it stands under a heading for looking things up" : here.IsAlternative ? "it is one of several ways to do the same; keep one of them, and mark it" : block.IsQuoted ? "it stands in a quotation" : "it is never closed");
                continue;
            }

            if (block.Step is { } step)
            {
                if (ReferenceEquals(step.Blocks[0], block))
                    foreach (var proposal in OfPlainStep(step))
                        yield return proposal;
                continue;
            }

            var before = Before(block);
            if (before is { HasMarks: true })
                continue;
            if (before is not null && Proves(block, before, read) && _proving.TryAdd(before, [block]))
                continue;
            if (OwnItem(read) is { } own)
                yield return own;
        }
    }

    /// <summary>A plain list entry with blocks: a box makes it an item.</summary>
    private IEnumerable<Proposal> OfPlainStep(Step step)
    {
        var blocks = step.Fences.Select(BlockReader.Read).ToList();
        if (step.IsQuoted || blocks.Any(b => b.Block.IsQuoted))
        {
            foreach (var block in blocks)
                Leave(block, "it stands in a quotation");
            yield break;
        }

        var marks = ItemMarks.Of(blocks, step.Text, here);
        if (marks.Marks.Count == 0 || Checklists.ItemIds.Slug(step.Text).Length == 0)
        {
            foreach (var (block, _, _, because) in marks.Kinds)
                Leave(block, because);
            yield break;
        }

        yield return new(step.Line, [(step.TextAt, "[ ] "), (step.End, Added.Marks(marks.Marks))],
            [new(step.Line, marks.Kind, Added.Short(step.Text), Added.Marks(marks.Marks).Trim(), "a step with a block: a box makes it an item") { HasCommand = true }, .. Findings(marks)])
        {
            LastLine = blocks.Max(b => b.Block.LastLine),
            Needs = Needs.Of(marks.Marks, marks.TakesBody ? blocks : [], step.Line),
        };
    }

    private Proposal? OwnItem(ReadBlock read)
    {
        var block = read.Block;
        var label = Labels.Of(block, c => !_slugs.Contains(ItemIds.Slug(c)));
        var text = block.Above is { } above ? $"{here.Part.Heading} {above.Text} {label}" : $"{here.Part.Heading} {label}";
        var marks = ItemMarks.Of([read], text, here);
        if (marks.Marks.Count == 0 || block.Column > 0)
        {
            Leave(read, marks.Marks.Count == 0 ? marks.Kinds[0].Because : "it is indented and stands in no list");
            return null;
        }

        _slugs.Add(ItemIds.Slug(label));
        var source = here.Outline.Source;
        var previous = block.Line > 1 ? source.Text[source.LineStart(block.Line - 1)..block.Start] : "\n";
        var end = here.LineEnd;
        var item = $"{(string.IsNullOrWhiteSpace(previous) ? "" : end)}- [ ] {label}{Added.Marks(marks.Marks)}{end}{end}";
        var because = block.Above is null ? "a block without an item: an item of its own" : "a block without an item: an item of its own, called as the line above it";
        List<(int, string)> additions = [(block.Start, item)];
        if (marks.TakesBody)
            additions.AddRange(Added.Indentation(block, here.Outline, 2));
        return new(block.Line, additions, [.. Findings(marks).Select(f => f with { Because = because })])
        {
            LastLine = block.LastLine,
            Needs = Needs.Of(marks.Marks, marks.TakesBody ? [read] : [], block.Line),
        };
    }

    public static IEnumerable<Finding> Findings(ItemMarks marks) => marks.Kinds.Select(k => new Finding(k.Block.Block.Line, k.Kind, First(k.Block), k.Added, k.Because)
    {
        IsBlock = true,
        IsScript = k.Block.IsScript,
        Changes = k.Block.Effect is Shell.Effect.Changes or Shell.Effect.Destroys,
        HasCommand = k.Block.HasCommands,
        Command = k.Block.Text,
    });

    private void Leave(ReadBlock read, string because) =>
        _left.Add(new(read.Block.Line, FindingKind.Left, First(read), "", because) { IsBlock = true, IsScript = read.IsScript, Changes = read.Effect is Shell.Effect.Changes or Shell.Effect.Destroys, HasCommand = read.HasCommands, Command = read.Text });

    private static string First(ReadBlock read) => read.Pipelines.Count > 0 ? Added.Short(read.Pipelines[0].Text) : Added.Short(read.Block.Lines.FirstOrDefault(l => l.Trim().Length > 0) ?? "");

    /// <summary>The task whose list ends right above the block.</summary>
    private Step? Before(Block block)
    {
        if (block.Above is not null)
            return null;
        var step = here.Part.Steps.LastOrDefault(s => s.Line < block.Line);
        var between = here.Part.Blocks.Any(b => b.Line > (step?.Line ?? 0) && b.Line < block.Line) || here.Part.Paragraphs.Any(p => p.Line > (step?.Line ?? 0) && p.Line < block.Line) || here.Part.Tables.Any(t => t.Line > (step?.Line ?? 0) && t.Line < block.Line);
        return between ? null : step?.Task;
    }

    /// <summary>One item above, or words in common, or a list that goes on below: then the block proves the item above it.</summary>
    private bool Proves(Block block, Step before, ReadBlock read)
    {
        if (before.Parent is not null || before.Blocks.Count > 0 || before.IsQuoted)
            return false;
        var since = here.Part.Blocks.Where(b => b.Line < before.Line).Select(b => b.LastLine).DefaultIfEmpty(0).Max();
        var paragraphs = here.Part.Paragraphs.Where(p => p.Line < before.Line).Select(p => p.Line).DefaultIfEmpty(0).Max();
        var alone = here.Part.Steps.Count(s => s.IsTask && s.Line > Math.Max(since, paragraphs) && s.Line <= before.Line) == 1;
        // Below a list of things the block is about the last of them only where it is about no other.
        var others = here.Part.Steps.Where(s => s.IsTask && s.Parent is null && s.Line > Math.Max(since, paragraphs) && s.Line < before.Line && s.Blocks.Count == 0).Select(s => s.Text).ToList();
        return alone || Kinship.IsOfOneKind(before.Text, read.Text) || Kinship.IsBetween(before.Text, read.Text) && !others.Any(o => Kinship.IsBetween(o, read.Text));
    }
}
