using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>The marks for an item's blocks, taken in their order: a mark that takes a body takes the item's first free block.</summary>
/// <param name="Marks">With their signs.</param>
/// <param name="Kinds">What became of each block.</param>
internal sealed record ItemMarks(IReadOnlyList<string> Marks, IReadOnlyList<(ReadBlock Block, FindingKind Kind, string Added, string Because)> Kinds)
{
    /// <summary>Whether a mark takes a body.</summary>
    public bool TakesBody => Marks.Any(m => m.StartsWith("? run", StringComparison.Ordinal) || m.StartsWith("? sql", StringComparison.Ordinal) || m.StartsWith("! run", StringComparison.Ordinal));

    public FindingKind Kind => Marks.Any(m => m[0] == '!') ? FindingKind.Action : Marks.Any(m => m[0] == '?') ? FindingKind.Check : FindingKind.SignOff;

    /// <param name="mayBeDone">Whether the item's words let what it does be done.</param>
    public static ItemMarks Of(IReadOnlyList<ReadBlock> blocks, string text, PartSurroundings here, bool mayBeDone = true)
    {
        var mayAct = mayBeDone && here.MayAct(text);
        var outcomes = blocks.Select(b => BlockJudgement.Of(b, text, mayAct)).ToList();
        if (AreAlternatives(blocks))
            outcomes = [.. outcomes.Select(o => o is Outcome.Document ? o : new Outcome.Left("the item holds several ways to do the same; keep one of them, and mark it"))];
        outcomes = [.. outcomes.Select((o, i) => o is Outcome.Left && here.Decisions.TryGetValue(blocks[i].Block.Line, out var decision) ? decision == Decision.Check ? new Outcome.Runs("", false) : new Outcome.Acts() : o)];
        outcomes = [.. outcomes.Select((o, i) => Placed(o, blocks[i], here))];
        // A later block is reached only by marks that have taken all before it.
        var last = outcomes.FindLastIndex(o => o is Outcome.Runs or Outcome.Acts);
        var barrier = outcomes.FindIndex(o => o is Outcome.Left or Outcome.Document or Outcome.Written);
        var marks = new List<string>();
        var kinds = new List<(ReadBlock, FindingKind, string, string)>();
        var needsPerson = false;
        for (var i = 0; i < outcomes.Count; i++)
        {
            var outcome = outcomes[i] switch
            {
                Outcome.Native { AsRun: var run } native when i < last && blocks[i].Why is null && (barrier < 0 || barrier > i) => run with { NeedsPerson = native.NeedsPerson && run.NeedsPerson },
                Outcome.Runs or Outcome.Acts when barrier >= 0 && i > barrier => WrittenMarks.Whole(blocks[i], outcomes[i]) as Outcome ?? new Outcome.Left("a mark would take the item's first block, which is left; put this one into an item of its own"),
                Outcome.Runs or Outcome.Acts when outcomes.Take(i).Any(o => o is Outcome.Native) && outcomes.Take(i).Select((o, k) => (o, k)).Any(x => x.o is Outcome.Native && blocks[x.k].Why is not null) => WrittenMarks.Whole(blocks[i], outcomes[i]) as Outcome ?? new Outcome.Left("a mark would take the item's first block; put this one into an item of its own"),
                var other => other,
            };
            var before = marks.Count;
            switch (outcome)
            {
                case Outcome.Native native:
                    marks.AddRange(native.Checks.Select(c => "? " + c));
                    needsPerson |= native.NeedsPerson;
                    break;
                case Outcome.Runs run:
                    marks.Add(run.Mark);
                    needsPerson |= run.NeedsPerson;
                    break;
                case Outcome.Acts act:
                    marks.Add("! run" + act.Options);
                    // What is expected of an action's own words nobody else looks at.
                    needsPerson |= blocks[i].Pipelines.Any(p => p.Expected.Count > 0);
                    break;
                case Outcome.Written written:
                    marks.AddRange(written.Marks);
                    needsPerson |= written.NeedsPerson;
                    break;
            }

            var added = string.Join(' ', marks.Skip(before).Select(m => $"`{m}`"));
            kinds.Add(outcome switch
            {
                Outcome.Acts or Outcome.Written { IsAction: true } => (blocks[i], FindingKind.Action, added, ""),
                Outcome.Left left => (blocks[i], FindingKind.Left, "", left.Because),
                Outcome.Document => (blocks[i], FindingKind.Left, "", blocks[i].Why ?? "there are no commands in it"),
                _ => (blocks[i], FindingKind.Check, added, ""),
            });
        }

        if (needsPerson && marks.Count > 0)
            marks.Add($"@ {here.Role}");
        return new(marks, kinds);
    }

    /// <summary>In the folder to which an earlier block went.</summary>
    private static Outcome Placed(Outcome outcome, ReadBlock block, PartSurroundings here)
    {
        if (outcome is Outcome.Left or Outcome.Document or Outcome.Runs { Probe: not "run" } || here.Decisions.ContainsKey(block.Block.Line) || Whereabouts.Of(block, here) is not { Dir: not "" } place)
            return outcome;
        return (outcome, place.Dir) switch
        {
            (_, null) => new Outcome.Left(place.Because),
            (Outcome.Runs run, _) => run with { Options = place.Option },
            (Outcome.Native native, _) => native.AsRun with { Options = place.Option },
            (Outcome.Written written, _) => written with { Marks = [.. written.Marks.Select(m => m[..5] + place.InShell(m[5..]))] },
            _ => new Outcome.Acts(place.Option),
        };
    }

    /// <summary>Blocks with labels such as "For Docker:" above them say the same in several ways.</summary>
    private static bool AreAlternatives(IReadOnlyList<ReadBlock> blocks) =>
        blocks.Count > 1 && blocks.Count(b => b.Block.Above is { } above && Labels.IsPlatform(above.Text)) > 1;
}
