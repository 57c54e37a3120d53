namespace Holdpoint.Expressions;

/// <summary>
/// Reads a condition by recursive descent: <c>or</c> binds weakest, then <c>and</c>, then <c>not</c>. A syntax mistake ends it with null; a mistake of
/// meaning (an unknown name, two dimensions) is reported and the reading goes on, so that one reading tells them all.
/// </summary>
/// <param name="signature">Whose facts it may name; null: a condition on metrics.</param>
internal sealed class ConditionReader(MarkText text, Signature? signature)
{
    private const int DeepestParentheses = 64;
    private const int MostComparisons = 200;

    private readonly OperandReader _operands = new(text, signature);
    private int _depth;
    private int _comparisons;

    public Condition? Read() => ReadOr();

    // Twice the same loop, and no delegates: ten thousand marks are read while somebody waits.
    private Condition? ReadOr()
    {
        var begin = text.SkipBlanks().At;
        var left = ReadAnd();
        while (left is not null && TakeJoint("or", "||"))
        {
            if (ReadAnd() is not { } right)
                return null;
            left = new Condition.Or(left, right, text.TrimmedSlice(begin), text.PositionAt(begin));
        }

        return left;
    }

    private Condition? ReadAnd()
    {
        var begin = text.SkipBlanks().At;
        var left = ReadNot();
        while (left is not null && TakeJoint("and", "&&"))
        {
            if (ReadNot() is not { } right)
                return null;
            left = new Condition.And(left, right, text.TrimmedSlice(begin), text.PositionAt(begin));
        }

        return left;
    }

    private bool TakeJoint(string word, string foreign)
    {
        var end = text.At;
        if (text.TakeKeyword(word))
            return true;
        if (text.Next != foreign[0] || text.CharAt(text.At + 1) != foreign[1])
        {
            text.At = end;
            return false;
        }

        text.Error(text.At, $"`{foreign}` is not of this language", $"write `{word}`");
        text.At += 2;
        return true;
    }

    private Condition? ReadNot()
    {
        text.SkipBlanks();
        var begin = text.At;
        if (text.Next == '!' && text.CharAt(begin + 1) is not ('=' or '\0'))
        {
            text.Error(begin, "`!` is not of this language here", "write `not`");
            text.At++;
        }
        else if (!text.TakeKeyword("not"))
        {
            return text.Next == '(' ? ReadParentheses() : ReadComparison();
        }

        if (!Deeper(begin))
            return null;
        var inner = ReadNot();
        _depth--;
        return inner is null ? null : new Condition.Not(inner, text.TrimmedSlice(begin), text.PositionAt(begin));
    }

    private Condition? ReadParentheses()
    {
        var begin = text.At;
        if (!Deeper(begin))
            return null;
        text.At++;
        var inner = ReadOr();
        _depth--;
        if (inner is null)
            return null;
        if (text.SkipBlanks().Next != ')')
        {
            text.Error(text.At, "a parenthesis is not closed", $"close the `(` of column {text.PositionAt(begin).Column}, or join what follows with `and` or `or`");
            return null;
        }

        text.At++;
        return inner;
    }

    private bool Deeper(int at)
    {
        if (++_depth <= DeepestParentheses)
            return true;
        text.Error(at, $"parentheses and `not` are nested more than {DeepestParentheses} deep", "write the condition flatter");
        return false;
    }

    private Condition? ReadComparison()
    {
        text.SkipBlanks();
        var begin = text.At;
        if (++_comparisons > MostComparisons)
        {
            text.Error(begin, $"a condition of more than {MostComparisons} comparisons", "spread it over several marks");
            return null;
        }

        if (_operands.Read(Side.Left) is not { } left)
            return null;
        text.SkipBlanks();
        var at = text.At;
        if (ReadComparator() is { } comparator)
        {
            if (_operands.Read(Side.Right) is not { } right)
                return null;
            DimensionCheck.Compare(text, ref left, comparator, ref right, at);
            return new Condition.Compare(left.Operand, comparator, right.Operand, text.TrimmedSlice(begin), text.PositionAt(begin));
        }

        var negated = false;
        if (text.PeekName() is "not")
        {
            text.At += 3;
            if (text.SkipBlanks().PeekName() is "in" or "exists" or "contains")
                negated = true;
            else
                text.At = at;
        }

        switch (text.PeekName())
        {
            case "in":
                text.At += 2;
                return ReadIn(left, negated, begin);
            case "exists":
                text.At += 6;
                if (left.Operand is not (Operand.Fact or Operand.Path or Operand.Metric))
                    text.Error(begin, $"`{left.Operand.Text}` can't be asked whether it exists", "ask it of a fact, a metric or a path");
                return new Condition.Exists(left.Operand, negated, text.TrimmedSlice(begin), text.PositionAt(begin));
            case "contains":
                text.At += 8;
                if (_operands.Read(Side.Right) is not { } part)
                    return null;
                DimensionCheck.Contains(text, left, part);
                return new Condition.Contains(left.Operand, part.Operand, negated, text.TrimmedSlice(begin), text.PositionAt(begin));
        }

        text.At = at;
        return Alone(left, begin);
    }

    private Condition.IsTrue? Alone(Placed left, int begin)
    {
        if (left.Misnamed)
            return null;
        if (MisspeltComparator() is { } mend)
        {
            text.Error(text.At, $"`{text.PeekWord()}` is no comparison", mend);
            return null;
        }

        if (left.Operand is Operand.Literal or Operand.Baseline || DimensionCheck.Of(left.Operand) is not (Dimension.Boolean or Dimension.Any))
        {
            var example = left.Operand switch
            {
                Operand.Literal or Operand.Baseline => "name a fact or a metric first: `free > 20GB`",
                var o => $"write what must hold: `{o.Text} {ExampleFor(DimensionCheck.Of(o))}`",
            };
            text.Error(begin, $"`{left.Operand.Text}` is compared with nothing", example);
            return null;
        }

        return new(left.Operand, left.Operand.Text, text.PositionAt(begin));
    }

    private static string ExampleFor(Dimension dimension) => dimension switch
    {
        Dimension.Duration => "< 500ms",
        Dimension.Bytes => "> 20GB",
        Dimension.Ratio => "< 80%",
        Dimension.Text => "== \"…\"",
        Dimension.Version => ">= 1.2.3",
        _ => "== 0",
    };

    private string? MisspeltComparator() => text.PeekName() switch
    {
        "is" or "equals" or "eq" or "be" => "write `==`",
        "isnt" or "ne" => "write `!=`",
        "gt" or "above" => "write `>`",
        "lt" or "below" or "under" => "write `<`",
        "gte" or "ge" => "write `>=`",
        "lte" or "le" => "write `<=`",
        "has" or "includes" or "matches" or "like" => "write `contains \"…\"`",
        "exist" or "present" => "write `exists`",
        "between" => "write `in 1..5`",
        _ => null,
    };

    /// <summary>A comparator that begins here, those of other languages reported and taken for what they mean; null where none begins.</summary>
    private Comparator? ReadComparator()
    {
        var (c, next) = (text.Next, text.CharAt(text.At + 1));
        var (comparator, length, mend) = (c, next) switch
        {
            ('=', '=') when text.CharAt(text.At + 2) == '=' => (Comparator.Equal, 3, "=="),
            ('=', '=') => (Comparator.Equal, 2, ""),
            ('!', '=') when text.CharAt(text.At + 2) == '=' => (Comparator.NotEqual, 3, "!="),
            ('!', '=') => (Comparator.NotEqual, 2, ""),
            ('<', '=') => (Comparator.LessOrEqual, 2, ""),
            ('>', '=') => (Comparator.GreaterOrEqual, 2, ""),
            ('=', '>') => (Comparator.GreaterOrEqual, 2, ">="),
            ('=', '<') => (Comparator.LessOrEqual, 2, "<="),
            ('<', '>') => (Comparator.NotEqual, 2, "!="),
            ('=', '~') => (Comparator.Equal, 2, "contains"),
            ('=', _) => (Comparator.Equal, 1, "=="),
            ('<', _) => (Comparator.Less, 1, ""),
            ('>', _) => (Comparator.Greater, 1, ""),
            ('≤', _) => (Comparator.LessOrEqual, 1, "<="),
            ('≥', _) => (Comparator.GreaterOrEqual, 1, ">="),
            ('≠', _) => (Comparator.NotEqual, 1, "!="),
            _ => (Comparator.Equal, 0, ""),
        };
        if (length == 0)
            return null;
        if (mend.Length > 0)
            text.Error(text.At, $"`{text.Slice(text.At, text.At + length)}` is no comparison", $"write `{mend}`");
        text.At += length;
        return comparator;
    }

    private Condition? ReadIn(Placed left, bool negated, int begin)
    {
        text.SkipBlanks();
        if (text.Next is '[' or '(')
        {
            if (text.Next == '(')
                text.Error(text.At, "a list stands in square brackets", "write `in [200, 204]`");
            return ReadList(left, negated, begin, text.Next == '[' ? ']' : ')');
        }

        if (_operands.Read(Side.Right) is not { } low)
            return null;
        if (text.SkipBlanks().Next != '.' || text.CharAt(text.At + 1) != '.')
        {
            text.Error(text.At, "`in` takes a list or a range", $"write `in [{low.Operand.Text}]` or `in {low.Operand.Text}..…`");
            return null;
        }

        text.At += text.CharAt(text.At + 2) == '.' ? 3 : 2;
        if (_operands.Read(Side.Right) is not { } high)
            return null;
        DimensionCheck.Compare(text, ref left, Comparator.GreaterOrEqual, ref low, low.At);
        DimensionCheck.Compare(text, ref left, Comparator.LessOrEqual, ref high, high.At);
        if (low.Operand is Operand.Literal { Value: Value.Number a } && high.Operand is Operand.Literal { Value: Value.Number b } && a.Amount > b.Amount)
            text.Error(low.At, $"the range {low.Operand.Text}..{high.Operand.Text} is empty", $"write {high.Operand.Text}..{low.Operand.Text}");
        return new Condition.InRange(left.Operand, low.Operand, high.Operand, negated, text.TrimmedSlice(begin), text.PositionAt(begin));
    }

    private Condition.InList? ReadList(Placed left, bool negated, int begin, char close)
    {
        var values = new List<Operand>();
        text.At++;
        while (text.SkipBlanks().Next != close)
        {
            if (_operands.Read(Side.Element) is not { } value)
                return null;
            if (value.Operand is Operand.Baseline)
                text.Error(value.At, "a list holds no baseline", "compare with the baseline by itself: `== baseline`");
            else
                DimensionCheck.Compare(text, ref left, Comparator.Equal, ref value, value.At);
            values.Add(value.Operand);
            if (text.SkipBlanks().Next == ',')
            {
                text.At++;
            }
            else if (text.Next != close)
            {
                text.Error(text.At, "the list is not closed, or a comma is missing", "write `in [200, 204]`");
                return null;
            }
        }

        text.At++;
        if (values.Count > 0)
            return new(left.Operand, values, negated, text.TrimmedSlice(begin), text.PositionAt(begin));
        text.Error(begin, "an empty list holds nothing", "write `in [200, 204]`");
        return null;
    }
}
