using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>Marks for a task without a block of its own.</summary>
/// <param name="Marks">With their signs.</param>
internal sealed partial record OtherMarks(IReadOnlyList<string> Marks, FindingKind Kind, string Because, ConfigurationNeeds Needs)
{
    public static OtherMarks? Of(Step step, string text, PartSurroundings here)
    {
        if (here.IsReference || here.Stage == Stage.Review)
            return null;
        return CriteriaAdoption.OfTask(step, here) ?? OfCommands(step, here) ?? SignOffWords.Of(step, here) ?? Addresses.Of(step) ?? Limits.Of(step, here);
    }

    /// <summary>A sentence with the command at its end, or at its beginning: words between and behind say when, or what else.</summary>
    private static bool IsInstruction(string text) => !Doubt().IsMatch(text) && (Instruction().IsMatch(text) && text.Split(' ').TakeWhile(w => !w.Contains('`', StringComparison.Ordinal)).Count() <= MostWordsBefore || Imperative().IsMatch(text));

    private const int MostWordsBefore = 14;

    /// <summary>What may not apply is not done by itself, and what is there for one day is not done today.</summary>
    public static bool MayBeDone(string text) => !Words.SectionWords.IsOptional(text) && !Words.SectionWords.IsReadiness(InlineCode().Replace(text, ""));

    [GeneratedRegex(@"(?<=[.!?。])\s+(?=\p{Lu})")]
    private static partial Regex Sentence();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex InlineCode();

    public static string WhyLeft(IReadOnlyList<string> commands)
    {
        foreach (var command in commands)
        {
            var read = BlockReader.Read(new(null!, null, "bash", [command], 0, 0, 0, 0) { IsClosed = true });
            if (read.Why is { } why)
                return why;
            if (read.Effect is Effect.Changes or Effect.Destroys)
                return $"`{BlockReader.Shortened(command)}` changes something; mark it yourself with `! sh {BlockReader.Shortened(command)}`";
        }

        return "its words do not say what is expected of the command";
    }

    private static OtherMarks? OfCommands(Step step, PartSurroundings here)
    {
        var commands = InlineCommands.In(step, here.Outline.Source.Text);
        if (commands.Count is 0 or > 3 || Sentence().Split(step.Text).Where(s => s.Contains('`', StringComparison.Ordinal)).Any(Negated.IsIn))
            return null;
        var marks = new List<string>();
        var needsPerson = false;
        var blocks = new List<ReadBlock>();
        foreach (var command in commands)
        {
            var read = InlineCommands.Read(command, step);
            if (Whereabouts.Of(read, here) is not { Dir: not null } place)
                return null;
            // A check asks from where the checklist lies, whatever a person does in between.
            if (place.Dir.Length > 0 && read.Effect != Effect.Changes)
                return null;
            switch (BlockJudgement.Of(read, commands.Count == 1 ? step.Text : "", mayAct: IsInstruction(step.Text) && MayBeDone(step.Text) && here.MayAct(step.Text)))
            {
                case Outcome.Acts when !command.Contains('`', StringComparison.Ordinal):
                    marks.Add($"! sh {place.InShell(command)}");
                    break;
                case Outcome.Written written:
                    marks.AddRange(written.Marks);
                    needsPerson |= written.NeedsPerson;
                    break;
                case Outcome.Native native:
                    marks.AddRange(native.Checks.Select(c => "? " + c));
                    needsPerson |= native.NeedsPerson;
                    break;
                // A limit in words that sh can't be given: a person compares.
                case Outcome.Runs run when !command.Contains('`', StringComparison.Ordinal) && !WrittenMarks.EndsOtherwise(run):
                    marks.Add($"? sh {command}");
                    // That a program is there says nothing of what the words ask for besides.
                    needsPerson |= command.EndsWith("--version", StringComparison.Ordinal) && step.Text[(step.Text.LastIndexOf('`') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > 3 || run.NeedsPerson || run.Condition.Length > 0 || Expectations.Limit(step.Text) is not null && read.Effect == Effect.Shows;
                    blocks.Add(read);
                    break;
                default:
                    return null;
            }
        }

        var acts = marks.Count(m => m[0] == '!');
        // What is done and what is asked in one sentence: which comes first, the sentence says and no mark does.
        if (acts > 0 && acts < marks.Count)
            return null;
        if (needsPerson)
            marks.Add($"@ {here.Role}");
        return new(marks, acts > 0 ? FindingKind.Action : FindingKind.Check, "the command in its text", Adopting.Needs.Of(marks, blocks, step.Line));
    }

    [GeneratedRegex(@"^[^`]*`[^`]+`(?:\s*(?:,|and|then|und|y|et|e|и|和|、|&&|→)\s*`[^`]+`)*[.:)]*(?:\s*\([^`]*\))?\s*$")]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^(?:run|execute|führe|ejecutar?|exécute[rz]?|executar?|выполни\w*|запусти\w*|运行|执行|実行)\s*:?\s*`[^`]+`[^`]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Imperative();

    /// <summary>Words that make it depend on something.</summary>
    [GeneratedRegex(@"\b(?:if|unless|when|or|either|optional(?:ly)?|falls|wenn|oder|si|cuando|ou|quando|se|если|или)\b|如果|或|もし|または|\bcommand:", RegexOptions.IgnoreCase)]
    private static partial Regex Doubt();
}

internal static partial class Negated
{
    /// <summary>Words that say what not to do.</summary>
    public static bool IsIn(string text) => Never().IsMatch(text);

    [GeneratedRegex(@"\b(?:never|do not|don'?t|avoid|instead of|not? (?:run|use)|nicht|niemals|nunca|ne pas|jamais|replace|previously|formerly|would|e\.g\.)\b|\bне\b|不要|禁止", RegexOptions.IgnoreCase)]
    private static partial Regex Never();
}
