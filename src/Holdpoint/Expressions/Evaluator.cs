namespace Holdpoint.Expressions;

/// <summary>Judges conditions in three values. Nothing passes on a value that was not measured.</summary>
public static class Evaluator
{
    public static Judgement Judge(Condition condition, EvaluationContext context) => condition switch
    {
        Condition.And c => Join(c, Judge(c.Left, context), c.Left, Judge(c.Right, context), c.Right, isAnd: true),
        Condition.Or c => Join(c, Judge(c.Left, context), c.Left, Judge(c.Right, context), c.Right, isAnd: false),
        Condition.Not c => Negate(c, Judge(c.Inner, context)),
        Condition.Compare c => Compare(c, context),
        Condition.InList c => InList(c, context),
        Condition.InRange c => InRange(c, context),
        Condition.Exists c => Exists(c, context),
        Condition.Contains c => Contains(c, context),
        Condition.IsTrue c => IsTrue(c, context),
        _ => throw new InvalidOperationException($"no such condition: {condition.GetType().Name}"),
    };

    /// <summary>Both conditions of a check against what was measured, as its verdict.</summary>
    public static Verdict Judge(Check check, EvaluationContext context) => Verdicts.Of(
        check,
        check.Condition is { } condition ? Judge(condition, context) : null,
        check.WarnUnless is { } warning ? Judge(warning, context) : null);

    private static Truth Not(Truth truth) => Truth.True - (int)truth;

    private static Judgement Join(Condition whole, Judgement left, Condition leftCondition, Judgement right, Condition rightCondition, bool isAnd)
    {
        var truth = isAnd ? (Truth)Math.Min((int)left.Truth, (int)right.Truth) : (Truth)Math.Max((int)left.Truth, (int)right.Truth);
        var word = isAnd ? " and " : " or ";
        var shown = Wrap(leftCondition, left.Shown, isAnd) + word + Wrap(rightCondition, right.Shown, isAnd);
        if (truth != Truth.Unknown && left.Truth != right.Truth)
        {
            var deciding = left.Truth == truth ? left : right;
            return deciding with { Shown = shown };
        }

        var because = truth != Truth.Unknown ? "" : left.Because.Length == 0 || left.Because == right.Because ? right.Because : right.Because.Length == 0 ? left.Because : $"{left.Because}; {right.Because}";
        return new(truth, shown, because,
            truth == Truth.Unknown ? whole.Text : Wrap(leftCondition, left.Expected, isAnd) + word + Wrap(rightCondition, right.Expected, isAnd),
            left.Actual == right.Actual ? left.Actual : $"{left.Actual}, {right.Actual}");
    }

    private static string Wrap(Condition part, string text, bool inAnd) => inAnd && part is Condition.Or ? $"({text})" : text;

    private static Judgement Negate(Condition.Not whole, Judgement inner) => new(
        Not(inner.Truth),
        whole.Inner is Condition.And or Condition.Or ? $"not ({inner.Shown})" : $"not {inner.Shown}",
        inner.Because,
        whole.Text,
        inner.Actual);

    private static Judgement Compare(Condition.Compare c, EvaluationContext context)
    {
        var left = Measured.Of(c.Left, c.Right, context);
        var right = Measured.Of(c.Right, c.Left, context);
        var outcome = Comparison.Of(left, c.Comparator, right);
        return new(outcome.Truth, $"{left.Shown} {Symbol(c.Comparator)} {right.Shown}", outcome.Because, c.Text, Actual(left, right));
    }

    private static Judgement InList(Condition.InList c, EvaluationContext context)
    {
        var left = Measured.Of(c.Left, null, context);
        var values = c.Values.Select(v => Measured.Of(v, c.Left, context)).ToList();
        var outcome = left.ForEach(one =>
        {
            var found = new Outcome(Truth.False);
            foreach (var value in values)
                found = found.Or(Comparison.Of(one, Comparator.Equal, value));
            return c.Negated ? found.Negated : found;
        });
        return Finish(c, outcome, $"{left.Shown} {(c.Negated ? "not in" : "in")} [{string.Join(", ", values.Select(v => v.Shown))}]", Actual([left, .. values]));
    }

    private static Judgement InRange(Condition.InRange c, EvaluationContext context)
    {
        var left = Measured.Of(c.Left, null, context);
        var low = Measured.Of(c.Low, c.Left, context);
        var high = Measured.Of(c.High, c.Left, context);
        var outcome = left.ForEach(one =>
        {
            var inside = Comparison.Of(one, Comparator.GreaterOrEqual, low).And(Comparison.Of(one, Comparator.LessOrEqual, high));
            return c.Negated ? inside.Negated : inside;
        });
        return Finish(c, outcome, $"{left.Shown} {(c.Negated ? "not in" : "in")} {low.Shown}..{high.Shown}", Actual(left, low, high));
    }

    private static Judgement Exists(Condition.Exists c, EvaluationContext context)
    {
        var left = Measured.Of(c.Left, null, context);
        var outcome = left.Value switch
        {
            Value.Unknown v => Outcome.Unknown(v.Because),
            Value.Absent => new(Truth.False),
            Value.Many many when c.Left is Operand.Path { At.SelectsMany: true } => Outcome.Of(many.Items.Any(i => i is not Value.Absent)),
            _ => new(Truth.True),
        };
        return Finish(c, c.Negated ? outcome.Negated : outcome, $"{left.Shown} {(c.Negated ? "not exists" : "exists")}", Actual(left));
    }

    private static Judgement Contains(Condition.Contains c, EvaluationContext context)
    {
        var left = Measured.Of(c.Left, null, context);
        var part = Measured.Of(c.Part, null, context);
        var outcome = left.ForEach(one =>
        {
            var found = Comparison.Contains(one, part);
            return c.Negated ? found.Negated : found;
        }, isList: true);
        return Finish(c, outcome, $"{left.Shown} {(c.Negated ? "not contains" : "contains")} {part.Shown}", Actual(left, part));
    }

    private static Judgement IsTrue(Condition.IsTrue c, EvaluationContext context)
    {
        var left = Measured.Of(c.Left, null, context);
        return Finish(c, left.ForEach(Comparison.IsTrue), left.Shown, Actual(left));
    }

    private static Judgement Finish(Condition c, Outcome outcome, string shown, string actual) => new(outcome.Truth, shown, outcome.Because, c.Text, actual);

    private static string Actual(params ReadOnlySpan<Measured> sides)
    {
        var actual = "";
        foreach (var side in sides)
            if (side.Said is { } said && !actual.Contains(said, StringComparison.Ordinal))
                actual = actual.Length == 0 ? said : $"{actual}, {said}";
        return actual;
    }

    internal static string Symbol(Comparator comparator) => comparator switch
    {
        Comparator.Equal => "==",
        Comparator.NotEqual => "!=",
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.Greater => ">",
        Comparator.GreaterOrEqual => ">=",
        _ => throw new InvalidOperationException($"no such comparator: {comparator}"),
    };
}
