using System.Buffers;
using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>Finds conditions whose outcome is known before anything is measured: <c>count &gt;= 0</c> proves nothing.</summary>
internal static class Foregone
{
    /// <summary>Quantities that may be below zero: a certificate that has run out, a clock that is behind.</summary>
    private static readonly HashSet<string> Signed = new(StringComparer.Ordinal) { "skew", "remaining" };

    /// <summary>Commands whose exit code says nothing.</summary>
    private static readonly HashSet<string> Idle = new(StringComparer.Ordinal) { "true", ":", "echo", "exit 0" };

    private static readonly SearchValues<char> ShellSyntax = SearchValues.Create("|&;<>$`");

    public static void Look(Check check, PlannedFile file)
    {
        if (check.Call is { Signature: { Name: "sh", IsExternal: false } } shell && IsIdle(shell.Arguments[0].Source))
            file.Warning(check.At, $"this check can never fail: `{shell.Arguments[0].Source}` always ends with exit code 0", "ask for what has to hold");
        if (check.Condition is not { } condition || check.Call is { Signature.IsExternal: true })
            return;
        switch (Of(condition))
        {
            case true:
                file.Warning(condition.At, $"this check can never fail: `{condition.Text}` always holds", "compare with a value that it could miss");
                break;
            case false:
                file.Warning(condition.At, $"this check can never pass: `{condition.Text}` never holds", "compare with a value that it could reach");
                break;
            case null:
                LookAtParts(condition, file);
                break;
        }
    }

    private static void LookAtParts(Condition condition, PlannedFile file)
    {
        if (condition is Condition.And and)
        {
            LookAtParts(and.Left, file);
            LookAtParts(and.Right, file);
        }
        else if (Of(condition) is true)
        {
            file.Warning(condition.At, $"`{condition.Text}` always holds, so it proves nothing", "compare with a value that it could miss");
        }
    }

    public static void Look(Instruction.Rule rule, PlannedFile file)
    {
        if (rule.When is not { } when)
            return;
        if (Of(when) is { } outcome)
            file.Warning(when.At, outcome ? $"`{when.Text}` always holds, so this rule fires at once" : $"`{when.Text}` never holds, so this rule can never fire", "compare with a value that parts good from bad");
    }

    /// <summary>Kleene's logic over what is certain: true, false, or null where it depends.</summary>
    private static bool? Of(Condition condition) => condition switch
    {
        Condition.And c => (Of(c.Left), Of(c.Right)) switch
        {
            (false, _) or (_, false) => false,
            (true, true) => true,
            _ => null,
        },
        Condition.Or c => (Of(c.Left), Of(c.Right)) switch
        {
            (true, _) or (_, true) => true,
            (false, false) => false,
            _ => null,
        },
        Condition.Not c => !Of(c.Inner),
        Condition.Compare c => Of(c.Left, c.Comparator, c.Right),
        _ => null,
    };

    private static bool? Of(Operand left, Comparator comparator, Operand right) => (left, right) switch
    {
        (Operand.Literal { Value: Value.Number a }, Operand.Literal { Value: Value.Number b }) when a.Dimension == b.Dimension => Comparison.Holds(a.Amount.CompareTo(b.Amount), comparator),
        (Operand.Literal { Value: Value.Text a }, Operand.Literal { Value: Value.Text b }) when !a.Content.Contains("${", StringComparison.Ordinal) && !b.Content.Contains("${", StringComparison.Ordinal)
            && comparator is Comparator.Equal or Comparator.NotEqual => a.Content == b.Content == comparator is Comparator.Equal,
        (Operand.Fact or Operand.Path or Operand.Metric, _) when left == right => comparator is Comparator.Equal or Comparator.LessOrEqual or Comparator.GreaterOrEqual,
        (_, Operand.Literal { Value: Value.Number limit }) when IsNeverNegative(left) => AtLeastZero(comparator, limit.Amount),
        (Operand.Literal { Value: Value.Number limit }, _) when IsNeverNegative(right) => AtLeastZero(Turned(comparator), limit.Amount),
        _ => null,
    };

    private static bool? AtLeastZero(Comparator comparator, double limit) => comparator switch
    {
        Comparator.GreaterOrEqual when limit <= 0 => true,
        Comparator.Greater or Comparator.NotEqual when limit < 0 => true,
        Comparator.Less when limit <= 0 => false,
        Comparator.LessOrEqual or Comparator.Equal when limit < 0 => false,
        _ => null,
    };

    private static Comparator Turned(Comparator comparator) => comparator switch
    {
        Comparator.Less => Comparator.Greater,
        Comparator.LessOrEqual => Comparator.GreaterOrEqual,
        Comparator.Greater => Comparator.Less,
        Comparator.GreaterOrEqual => Comparator.LessOrEqual,
        _ => comparator,
    };

    private static bool IsNeverNegative(Operand operand) => operand switch
    {
        Operand.Fact f => f.Dimension is Dimension.Count or Dimension.Bytes or Dimension.Ratio or Dimension.Duration && !Signed.Contains(f.Name),
        Operand.Metric m => m.Dimension is Dimension.Bytes or Dimension.Ratio or Dimension.Duration,
        Operand.Aggregate { Kind: AggregateKind.Count } => true,
        _ => false,
    };

    private static bool IsIdle(string command) => Idle.Any(i => IsOnly(command, i));

    private static bool IsOnly(string command, string idle) =>
        command == idle || (idle == "echo" && command.StartsWith("echo ", StringComparison.Ordinal) && command.AsSpan().IndexOfAny(ShellSyntax) < 0);
}
