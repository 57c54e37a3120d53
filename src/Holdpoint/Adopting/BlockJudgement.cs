using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>Decides what becomes of a block, from what it does and what the text around it expects.</summary>
internal static partial class BlockJudgement
{
    /// <summary>More probes than this in place of one block would be harder to read than the block.</summary>
    private const int MostProbes = 4;

    /// <param name="text">What the item or the heading says.</param>
    /// <param name="mayAct">Whether the section is one that deploys, backs up, migrates, restores, rolls back, tells or cleans up.</param>
    public static Outcome Of(ReadBlock read, string text, bool mayAct)
    {
        if (!read.HasCommands)
            return new Outcome.Document();
        if (SqlBlocks.Of(read, text) is { } query)
            return query;
        if (Templated(read, text) is { } native)
            return native;
        if (read.Pipelines.SelectMany(p => p.Commands).FirstOrDefault(c => c.WritesTo.Any(w => Channel().IsMatch(w))) is { } message)
            return new Outcome.Left($"`{BlockReader.Shortened(message.Text)}` changes something: it tells people by a file; write `! tell CHANNEL` and the rest into an item of its own");
        if (read.Why is { } why)
            return (IsFillingIn(read) || read.Pipelines.SelectMany(p => p.Commands).Any(IsSweeping) ? null : WrittenMarks.Filled(read, AsRun(read, text), mayAct) ?? WrittenMarks.OfRest(read, mayAct) ?? (read.Pipelines.Any(BlockReader.EndsBadlyOnNothing) ? WrittenMarks.Unsearched(read, _ => false) : null))
                ?? (Outcome)new Outcome.Left(read.IsToBeFilled && Forbidden(read, mayAct) is { } forbidden ? $"{why}; but {forbidden}" : why);
        if (Forbidden(read, mayAct) is { } because)
            return new Outcome.Left($"{because}; mark it yourself with `! run`");
        return read.Effect switch
        {
            Effect.Changes => new Outcome.Acts(),
            Effect.Proves or Effect.Shows => Asks(read, text),
            Effect.Prepares when mayAct => new Outcome.Acts(),
            _ => new Outcome.Left("adopt does not know what it does"),
        };
    }

    /// <summary>Why what changes something is not done here; null: it may be, or changes nothing.</summary>
    private static string? Forbidden(ReadBlock read, bool mayAct) => read.Pipelines.SelectMany(p => p.Commands).FirstOrDefault(IsSweeping) is { } sweeping
        ? $"`{BlockReader.Shortened(sweeping.Text)}` changes something, and nothing says in which folder"
        : IsFillingIn(read) && read.Pipelines.SelectMany(p => p.Commands).First(IsFillingIn) is { } example
        ? $"`{BlockReader.Shortened(example.Text)}` would put a template over what people have filled in, and changes something"
        : read.Effect switch
    {
        Effect.Destroys => $"`{BlockReader.Shortened(read.Pipelines.First(p => p.Effect == Effect.Destroys).Text)}` takes away what nothing brings back",
        Effect.Changes when !mayAct => $"`{BlockReader.Shortened(read.Pipelines.First(p => p.Effect == Effect.Changes).Text)}` changes something, and this section does not say that it does",
        _ => null,
    };

    /// <summary>All below a folder, named from wherever somebody stands.</summary>
    private static bool IsSweeping(ShellCommand command) => Judge.Inner(command.Words) is ["chmod" or "chown" or "chgrp", ..] words && words.Any(w => w is "-R" or "--recursive") && words.Skip(1).Where(w => w[0] != '-').Skip(1).Any(w => w[0] is not ('/' or '$' or '~'));

    private static bool IsFillingIn(ReadBlock read) => read.Pipelines.SelectMany(p => p.Commands).Any(IsFillingIn);

    private static bool IsFillingIn(ShellCommand command) => Judge.Inner(command.Words) is ["cp", ..] words && words.Skip(1).Any(w => Template().IsMatch(w));

    /// <summary>A folder that stands for a channel.</summary>
    [GeneratedRegex(@"^/(?:slack|teams|discord|telegram|mattermost)/", RegexOptions.IgnoreCase)]
    private static partial Regex Channel();

    [GeneratedRegex(@"\.(?:example|sample|template|dist)(?:\.\w+)?$")]
    private static partial Regex Template();

    /// <summary>Addresses with a placeholder can be asked with a variable in its place; the block could not be run.</summary>
    private static Outcome? Templated(ReadBlock read, string text)
    {
        if (!read.IsToBeFilled || read.Effect is not (Effect.Proves or Effect.Shows))
            return null;
        return Natives(read, text) is { } native && native.All(n => n.Check.StartsWith("http ", StringComparison.Ordinal))
            ? new Outcome.Native([.. native.Select(n => n.Check)], native.Any(n => !n.Judges)) { AsRun = new("", true) }
            : null;
    }

    private static Outcome Asks(ReadBlock read, string text)
    {
        // A search ends with 1 where it finds nothing: where nothing should be found, its exit code says the opposite.
        if (read.Working.Count() > 1 && read.Working.FirstOrDefault(p => IsSearch(p.Last) && WantsNone(p, text)) is { } search)
            return WrittenMarks.Unsearched(read, p => IsSearch(p.Last) && (p.Expected.Count > 0 ? WantsNone(p, text) : p.Last.Arguments.Any(Expectations.NamesTrouble))) ?? (Outcome)new Outcome.Left($"`{BlockReader.Shortened(search.Text)}` should find nothing, and ends with 1 then; put it into an item of its own");
        if (Expectations.WantsRefusal(text) && read.Working.FirstOrDefault(p => p.Effect == Effect.Proves && p.Expected.Count == 0 && !IsSearch(p.Last)) is { } proof)
            return new Outcome.Left($"`{BlockReader.Shortened(proof.Text)}` fails where all is well: its words say what must not be");
        var run = AsRun(read, text);
        return Natives(read, text) is { } native ? new Outcome.Native([.. native.Select(n => n.Check)], native.Any(n => !n.Judges)) { AsRun = run } : run;
    }

    private static List<NativeProbe>? Natives(ReadBlock read, string text)
    {
        var moves = read.Pipelines.Any(p => p.Head.Program is "cd" or "pushd" or "export" or "source" or "." || p.Head.Words.Count == 0);
        var working = read.Working.ToList();
        if (working.Count > MostProbes || working.Count != read.Pipelines.Count(p => p.Head.Program is not ("cd" or "pushd" or "echo" or "sleep")))
            return null;
        var native = new List<NativeProbe>();
        foreach (var pipeline in working)
        {
            // The text's own limit belongs to one command only.
            if (NativeProbes.Of(pipeline, working.Count == 1 ? text : pipeline.Head.Program.StartsWith("docker", StringComparison.Ordinal) ? text : "") is not { } probe || moves && !probe.Check.StartsWith("http ", StringComparison.Ordinal))
                return null;
            native.Add(probe);
        }

        return native.Count == 0 ? null : [.. native.DistinctBy(n => n.Check)];
    }

    private static Outcome.Runs AsRun(ReadBlock read, string text)
    {
        var working = read.Working.ToList();
        var conditions = new List<string>();
        var warnings = new List<string>();
        var needsPerson = false;
        foreach (var pipeline in working)
        {
            var alone = working.Count == 1 && !read.Pipelines.Any(p => p.Head.Program is "echo" or "printf");
            if (pipeline.Expected.Count == 0 && (alone || working.Count(w => IsSearch(w.Last)) == 1 && IsSearch(pipeline.Last)) && WantsNone(pipeline, text))
            {
                needsPerson |= !TryNothing(pipeline, alone, conditions);
                continue;
            }

            foreach (var expected in pipeline.Expected)
                // What is only rather so is looked at by a person.
                needsPerson |= expected is Expectation.Softened softened ? Warn(softened.Rather, pipeline, alone, conditions, warnings) | true : !Add(expected, pipeline, alone, conditions);
            needsPerson |= pipeline.Expected.Count == 0 && pipeline.Effect == Effect.Shows;
        }

        var warning = warnings.Count == 0 ? "" : ", warn unless " + string.Join(" and ", warnings.Distinct());
        return new(string.Join(" and ", conditions.Distinct()) + warning, needsPerson);
    }

    /// <summary>What only ought to be is no failure; how a search ends is judged all the same.</summary>
    private static bool Warn(Expectation rather, Pipeline pipeline, bool alone, List<string> conditions, List<string> warnings)
    {
        var own = new List<string>();
        if (!alone || !Add(rather, pipeline, alone, own))
        {
            conditions.AddRange(own);
            return false;
        }

        if (own.RemoveAll(c => c.EndsWith(Searched, StringComparison.Ordinal) && AddWithout(c)) > 0)
            conditions.Add(Searched[" and ".Length..]);
        warnings.AddRange(own);
        return true;

        bool AddWithout(string condition)
        {
            warnings.Add(condition[..^Searched.Length]);
            return true;
        }
    }

    /// <summary>How a search ends where it worked, whether it found something or not.</summary>
    private const string Searched = " and exit in 0..1 and stderr == \"\"";

    private static bool WantsNone(Pipeline pipeline, string text) => pipeline.Expected.Count == 0
        ? Expectations.WantsNothing(text) || IsSearch(pipeline.Last) && (Expectations.IsNegative(text) || pipeline.Last.Arguments.Any(Expectations.NamesTrouble))
        : pipeline.Expected.Any(e => e is Expectation.Nothing or Expectation.Number { Comparison: "==", Amount: "0" } or Expectation.Softened { Rather: Expectation.Nothing or Expectation.Number { Comparison: "==", Amount: "0" } });

    private static bool Add(Expectation expected, Pipeline pipeline, bool alone, List<string> conditions)
    {
        switch (expected)
        {
            case Expectation.Text { Literal: var literal } when !literal.Contains('\\', StringComparison.Ordinal) && IsOne(pipeline, literal) && !literal.All(char.IsAsciiDigit):
                conditions.Add($"output contains \"{literal}\"");
                return true;
            case Expectation.Nothing or Expectation.Number { Comparison: "==", Amount: "0" } when IsSearch(pipeline.Last) || IsLeftOver(pipeline):
                return TryNothing(pipeline, alone, conditions);
            // It ends with 1 where it finds none; a person sees whether it could look.
            case Expectation.Number when alone && HidesErrors(pipeline):
                conditions.Add("exit in 0..1");
                return false;
            case Expectation.Number number when alone && IsCount(pipeline):
                conditions.Add($"$ {number.Comparison} {number.Amount}{Uncounted(pipeline)}");
                return true;
            case Expectation.Range range when alone && IsCount(pipeline):
                conditions.Add($"$ in {range.From}..{range.To}{Uncounted(pipeline)}");
                return true;
            case Expectation.Nothing when alone && Lists(pipeline):
                conditions.Add("count($[*]) == 0");
                return true;
            case Expectation.Nothing when alone:
                conditions.Add("lines == 0");
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Nothing found is exit 1 of grep, and the same exit is a program before it that failed: that one speaks on stderr, and is no pass.
    /// Where nothing searches, the lines are searched here.
    /// </summary>
    private static bool TryNothing(Pipeline pipeline, bool alone, List<string> conditions)
    {
        // Where stderr goes into the search, nothing tells a program that failed from one that found nothing.
        if (alone && HidesErrors(pipeline))
            conditions.Add("exit in 0..1");
        if (!alone || HidesErrors(pipeline))
            return false;
        if (IsSearch(pipeline.Last) || IsLeftOver(pipeline))
            conditions.Add("lines == 0" + Searched);
        else if (IsCount(pipeline))
            conditions.Add($"$ == 0{Uncounted(pipeline)}");
        else if (IsLog(pipeline))
            conditions.Add("matching \"(?i)error\" == 0");
        else if (pipeline.Head.Words is ["git", "diff" or "status", ..])
            conditions.Add("lines == 0");
        else
            return false;
        return true;
    }

    /// <summary>A word of a state is there as soon as one line has it: it judges a list only where that is about one thing.</summary>
    private static bool IsOne(Pipeline pipeline, string literal)
    {
        if (!State().IsMatch(literal))
            return true;
        var words = Judge.Inner(pipeline.Head.Words);
        return words is ["kubectl", "get", _, var name, ..] && !name.StartsWith('-');
    }

    private static bool HidesErrors(Pipeline pipeline) => pipeline.Text.Contains("2>", StringComparison.Ordinal) && pipeline.Commands.Any(c => c.Program is "grep" or "egrep" or "rg");

    /// <summary>What is left of a search when others are taken out: it, too, ends with 1 where nothing is.</summary>
    private static bool IsLeftOver(Pipeline pipeline) => pipeline.Commands.Count > 1 && pipeline.Last.Program is "grep" or "egrep" && pipeline.Last.Arguments is ["-v" or "-vE" or "-Ev" or "-vi" or "-iv", ..];

    private static bool IsSearch(ShellCommand command) => command.Program is "grep" or "egrep" or "rg" && !command.Arguments.Any(a => a is "-c" or "--count" or "-q" or "-v" || a.Length > 1 && a[0] == '-' && a[1] != '-' && a.AsSpan(1).IndexOfAny("cqvL") >= 0);

    private static bool IsCount(Pipeline pipeline) => pipeline.Last switch
    {
        { Program: "wc", PipedFrom: not null } => pipeline.Last.Arguments.Count == 1,
        { Program: "jq" } jq => jq.Arguments.All(a => a is not ("-r" or "-c" or ".")),
        { Program: "grep" } => pipeline.Last.PipedFrom is not null && !IsSearch(pipeline.Last),
        { Program: "nproc" } => true,
        _ => Judge.Inner(pipeline.Last.Words) is ["clickhouse-client", ..],
    };

    private static bool Lists(Pipeline pipeline) => pipeline.Commands.Any(c => Judge.Inner(c.Words) is ["curl" or "jq", ..]);

    private static bool IsLog(Pipeline pipeline) => Judge.Inner(pipeline.Head.Words) is ["docker", "logs", ..] or ["docker", "compose", "logs", ..] or ["docker-compose", "logs", ..] or ["kubectl", "logs", ..] or ["journalctl", ..] or ["tail" or "cat", ..];

    /// <summary>A count of what grep found ends with grep's 1 where it is 0.</summary>
    private static string Uncounted(Pipeline pipeline) => pipeline.Commands.Any(c => c.Program is "grep" or "egrep" or "rg") ? Searched : "";

    [GeneratedRegex(@"^(?:up|running|ready|bound|true|available|healthy|active|ok|completed|succeeded|online)\b", RegexOptions.IgnoreCase)]
    private static partial Regex State();
}
