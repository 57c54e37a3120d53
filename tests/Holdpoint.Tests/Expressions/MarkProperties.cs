using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Tests.Expressions;

/// <summary>What holds for every text and every measurement.</summary>
public sealed class MarkProperties
{
    private static readonly string[] Seeds =
    [
        "? file backups/*.sql.gz newest.age < 2m and newest.size > 1MB", "? disk / free > 20GB, warn unless used < 80% every 5m",
        "? run matching \"error|panic\" == 0", "? http ${api}/health $.status == \"healthy\" within 60s", "? latency_p95 p99.9 <= 1.1x baseline over 5m",
        "? http ${api} all($.x[*].ok) == true and count($.items) > 3", "? target web version not in [2.20, 1.2.3-rc.1]", "? (not queue > 5 or error_rate in 0..1%)",
        "! deploy web strategy=canary settle=10s timeout 30m if error_rate < 1%", "! rollback when latency_p95 > 3x baseline for 2m grace 5m",
        "! rollback unless http ${api}/health for 30s", "! tell ops when error_rate > 1%", "@ release-manager and devops-lead if queue > 1", "! sh echo within 5s",
    ];

    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "\"", "'", "“", "${", "}", "$", "$.", "$[", "..", ".", ",", "=", "==", "<", "!", " ", "  ", "\t", "not ", "and ", "or ", "in ", "if ", "when ", "unless ", "warn ",
        "within ", "for ", "5", "5m", "5 min", "-", "1e999", "x", "x baseline", "baseline", "99999999999999999999999d", "p99 ", "all(", "count(", "status ", "queue ", "http ", "\0", "\ud83d", "é",
    ];

    private static readonly Config Runs = Seeded.Runs(2000);

    private static Gen<string> Mutated => Gen.Sized(size =>
        from seed in Gen.Elements(Seeds)
        from edits in Gen.ListOf(
            from kind in Gen.Choose(0, 3)
            from at in Gen.Choose(0, 200)
            from length in Gen.Choose(1, 8)
            from piece in Gen.Elements(Pieces)
            select (kind, at, length, piece))
        select edits.Take(1 + (size / 20)).Aggregate(seed, (text, e) => Edit(text, e.kind, e.at, e.length, e.piece)));

    [Fact]
    public void Reading_never_throws_and_a_problem_lies_in_the_file() =>
        FsCheck.Check.One(Runs, Prop.ForAll(Mutated.ToArbitrary(), ReadsCleanly));

    [Fact]
    public void Reading_never_throws_on_any_text() =>
        FsCheck.Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => new[] { "?", "!", "@", "? http ${api} ", "? queue ", "! rollback when " }.All(sign => ReadsCleanly(sign + text))));

    [Fact]
    public void Reading_a_text_gives_an_instruction_or_an_error_and_never_both() =>
        FsCheck.Check.One(Runs, Prop.ForAll(Mutated.ToArbitrary(), mark =>
        {
            var (instruction, problems) = Marks.Read(mark, Marks.AFence);
            return instruction is null == problems.Any(p => p.IsError);
        }));

    [Fact]
    public void A_condition_is_true_only_where_what_it_names_was_measured() =>
        FsCheck.Check.One(Runs, Prop.ForAll(Conditions(4).ToArbitrary(), Subsets.ToArbitrary(), (condition, missing) =>
        {
            var check = Marks.Check($"? compose {condition}");
            var context = new EvaluationContext { Facts = new(Measured.Where(m => !missing.Contains(m.Key)).ToDictionary()) };
            var judgement = Evaluator.Judge(check.Condition!, context);
            var needed = check.Condition!.Operands.OfType<Operand.Fact>().Select(f => f.Name).ToHashSet();

            // With `and` and `not` alone nothing can make up for a value that is missing; a false side may.
            var excused = condition.Contains(" or ", StringComparison.Ordinal) || condition.Contains("not", StringComparison.Ordinal);
            return judgement.Truth != Truth.True || excused || !needed.Overlaps(missing);
        }));

    [Fact]
    public void What_is_measured_later_never_turns_a_verdict_round() =>
        FsCheck.Check.One(Runs, Prop.ForAll(Conditions(5).ToArbitrary(), Subsets.ToArbitrary(), (condition, missing) =>
        {
            var check = Marks.Check($"? compose {condition}");
            var all = Evaluator.Judge(check.Condition!, new() { Facts = new(Measured) }).Truth;
            var some = Evaluator.Judge(check.Condition!, new() { Facts = new(Measured.Where(m => !missing.Contains(m.Key)).ToDictionary()) }).Truth;
            return some == Truth.Unknown || some == all;
        }));

    [Fact]
    public void Nothing_measured_proves_nothing() =>
        FsCheck.Check.One(Runs, Prop.ForAll(Conditions(5).ToArbitrary(), condition =>
            Evaluator.Judge(Marks.Check($"? compose {condition}"), new() { Facts = Facts.Of() }) is Verdict.Unknown));

    [Fact]
    public void A_quantile_lies_between_the_extremes() =>
        FsCheck.Check.One(Runs, Prop.ForAll(ArbMap.Default.ArbFor<NormalFloat[]>(), ArbMap.Default.ArbFor<NormalFloat>(), (samples, p) =>
        {
            var values = samples.Select(s => s.Get % 1e9).ToArray();
            var quantile = WindowStatistics.Compute(new("p", Math.Abs(p.Get % 1)), values);
            return values.Length == 0 ? quantile is null : quantile >= values.Min() && quantile <= values.Max();
        }));

    private static Dictionary<string, Value> Measured { get; } = new()
    {
        ["ready"] = Value.Count(3),
        ["unready"] = Value.Count(1),
        ["total"] = Value.Count(4),
        ["restarts"] = Value.Count(0),
    };

    private static Gen<string[]> Subsets => Gen.SubListOf(Measured.Keys.ToArray()).Select(s => s.ToArray());

    private static Gen<string> Conditions(int depth) => depth == 0
        ? from fact in Gen.Elements(Measured.Keys.ToArray())
          from comparator in Gen.Elements("==", "!=", "<", "<=", ">", ">=")
          from value in Gen.Choose(0, 5)
          select $"{fact} {comparator} {value}"
        : Gen.Frequency(
            (2, Conditions(0)),
            (1, from fact in Gen.Elements(Measured.Keys.ToArray()) from low in Gen.Choose(0, 2) select $"{fact} in {low}..4"),
            (2, from a in Conditions(depth - 1) from b in Conditions(depth - 1) select $"({a}) and ({b})"),
            (1, from a in Conditions(depth - 1) from b in Conditions(depth - 1) select $"({a}) or ({b})"),
            (1, Conditions(depth - 1).Select(c => $"not ({c})")));

    private static bool ReadsCleanly(string mark)
    {
        var (instruction, problems) = Marks.Read(mark, Marks.AFence);
        if (instruction is not null && Explain.Instruction(instruction).Length == 0)
            return false;
        return problems.TrueForAll(p => p.At.Line >= 1 && p.At.Column >= 1 && p.What.Length > 0 && p.Fix.Length > 0);
    }

    private static string Edit(string text, int kind, int at, int length, string piece)
    {
        // The sign stays: without it the text is no mark.
        at = 1 + (at % text.Length);
        length = Math.Min(length, text.Length - at);
        return kind switch
        {
            0 => text.Insert(at, piece),
            1 => text.Remove(at, length),
            2 => text.Remove(at, length).Insert(at, piece),
            _ => text.Insert(at, text.Substring(at, length)),
        };
    }
}
