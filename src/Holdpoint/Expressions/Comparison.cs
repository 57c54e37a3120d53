namespace Holdpoint.Expressions;

/// <summary>Compares two values. A wrong type is unknown: it says that the instrument, not the world, is other than was thought.</summary>
internal static class Comparison
{
    public static Outcome Of(Measured left, Comparator comparator, Measured right)
    {
        if (left.Operand is Operand.Aggregate { Kind: not AggregateKind.Count })
            return left.ForEach(one => Of(one, comparator, right));
        if (right.Operand is Operand.Aggregate { Kind: not AggregateKind.Count })
            return right.ForEach(one => Of(left, comparator, one));
        if ((Missing(left) ?? Missing(right)) is { } missing)
            return missing;
        return (left.Value, right.Value) switch
        {
            (Value.Number a, Value.Number b) => Numbers(left, a, comparator, right, b),
            (Value.Number a, Value.Text t) when right.IsUntyped => Typed(t, a.Dimension) is { } b ? Numbers(left, a, comparator, right, b) : NoNumber(right),
            (Value.Text t, Value.Number b) when left.IsUntyped => Typed(t, b.Dimension) is { } a ? Numbers(left, a, comparator, right, b) : NoNumber(left),
            (Value.Version a, Value.Version b) => Ordered(comparator, a.Parsed.CompareTo(b.Parsed)),
            (Value.Version a, Value.Text t) => VersionNumber.TryParse(t.Content, out var b) ? Ordered(comparator, a.Parsed.CompareTo(b)) : NoVersion(right),
            (Value.Text t, Value.Version b) => VersionNumber.TryParse(t.Content, out var a) ? Ordered(comparator, a.CompareTo(b.Parsed)) : NoVersion(left),
            (Value.Boolean a, Value.Boolean b) => Equality(left, comparator, a.Is == b.Is),
            (Value.Boolean a, Value.Text { Content: "true" or "false" } t) when right.IsUntyped => Equality(left, comparator, a.Is == (t.Content == "true")),
            (Value.Text { Content: "true" or "false" } t, Value.Boolean b) when left.IsUntyped => Equality(left, comparator, b.Is == (t.Content == "true")),
            (Value.Text a, Value.Text b) => Equality(left, comparator, string.Equals(a.Content, b.Content, StringComparison.Ordinal)),
            (Value.Null, Value.Null) => Equality(left, comparator, true),
            (Value.Null, _) when left.Operand is Operand.Literal => Equality(right, comparator, false),
            (_, Value.Null) when right.Operand is Operand.Literal => Equality(left, comparator, false),
            (Value.Many, _) => Outcome.Unknown($"{left.Name} is a list: say all(…), any(…) or count(…)"),
            (_, Value.Many) => Outcome.Unknown($"{right.Name} is a list: say all(…), any(…) or count(…)"),
            _ => WrongType(left, right),
        };
    }

    public static Outcome Contains(Measured whole, Measured part)
    {
        if ((Missing(whole) ?? Missing(part)) is { } missing)
            return missing;
        if (part.Value is not Value.Text sought)
            return Outcome.Unknown($"{part.Name} is not a text");
        return whole.Value switch
        {
            Value.Text text => Outcome.Of(text.Content.Contains(sought.Content, StringComparison.Ordinal)),
            Value.Version version => Outcome.Of(version.Parsed.Text.Contains(sought.Content, StringComparison.Ordinal)),
            Value.Many many => Elements(many, sought, whole.Name),
            _ => Outcome.Unknown($"{whole.Name} is {Kind(whole.Value)}, and only a text or a list contains something"),
        };
    }

    public static Outcome IsTrue(Measured side) => Missing(side) ?? side.Value switch
    {
        Value.Boolean b => Outcome.Of(b.Is),
        Value.Text { Content: "true" or "false" } t when side.IsUntyped => Outcome.Of(t.Content == "true"),
        _ => Outcome.Unknown($"{side.Name} is {Kind(side.Value)}, not true or false"),
    };

    private static Outcome? Missing(Measured side) => side.Value switch
    {
        Value.Unknown v => Outcome.Unknown(v.Because),
        Value.Absent v => Outcome.Unknown($"{side.Name} is absent{(v.Because.Length > 0 ? $": {v.Because}" : "")}"),
        Value.Number n when !double.IsFinite(n.Amount) => Outcome.Unknown($"{side.Name} is not a finite number"),
        _ => null,
    };

    private static Outcome Elements(Value.Many many, Value.Text sought, string name)
    {
        var outcome = new Outcome(Truth.False);
        foreach (var item in many.Items)
        {
            outcome = outcome.Or(item switch
            {
                Value.Unknown v => Outcome.Unknown(v.Because),
                Value.Absent => Outcome.Unknown($"an element of {name} is absent"),
                Value.Text text => Outcome.Of(text.Content == sought.Content),
                _ => new(Truth.False),
            });
        }

        return outcome;
    }

    private static Outcome Numbers(Measured left, Value.Number a, Comparator comparator, Measured right, Value.Number b)
    {
        if (a.Dimension != b.Dimension && !IsBareZero(left, a) && !IsBareZero(right, b))
        {
            if (a.Dimension == Dimension.Count)
                return Unitless(left, right, b.Dimension);
            return b.Dimension == Dimension.Count ? Unitless(right, left, a.Dimension) : Outcome.Unknown($"{left.Name} is {DimensionCheck.Named(a.Dimension)}, and {right.Name} is {DimensionCheck.Named(b.Dimension)}");
        }

        // `ready == total` says nothing where there is nothing to be ready.
        if (a.Amount == 0 && b.Amount == 0 && IsMeasuredHere(left.Operand) && IsMeasuredHere(right.Operand)
            && comparator is Comparator.Equal or Comparator.LessOrEqual or Comparator.GreaterOrEqual)
            return Outcome.Unknown($"nothing to compare: both {left.Name} and {right.Name} are 0");
        return Ordered(comparator, a.Amount.CompareTo(b.Amount));
    }

    private static Outcome Unitless(Measured bare, Measured other, Dimension dimension) =>
        Outcome.Unknown($"{bare.Name} is a number without a unit, and {other.Name} is {DimensionCheck.Named(dimension)}: compare it with a plain number");

    private static bool IsBareZero(Measured side, Value.Number number) => side.Operand is Operand.Literal && number is { Amount: 0, Dimension: Dimension.Count };

    private static bool IsMeasuredHere(Operand operand) => operand is Operand.Fact or Operand.Path;

    /// <summary>A text read as a number, because the other side is one; a bare 0 takes the other side's unit.</summary>
    private static Value.Number? Typed(Value.Text text, Dimension dimension) => Units.ParseNumber(text.Content) switch
    {
        { Amount: 0, Dimension: Dimension.Count } => new(0, dimension),
        { } number when double.IsFinite(number.Amount) => number,
        _ => null,
    };

    private static Outcome NoNumber(Measured side) => Outcome.Unknown($"{side.Name} is a text that is no number");

    private static Outcome NoVersion(Measured side) => Outcome.Unknown($"{side.Name} is a text that is no version");

    private static Outcome WrongType(Measured left, Measured right) =>
        Outcome.Unknown($"{left.Name} is {Kind(left.Value)}, and {right.Name} is {Kind(right.Value)}");

    private static Outcome Equality(Measured side, Comparator comparator, bool equal) => comparator switch
    {
        Comparator.Equal => Outcome.Of(equal),
        Comparator.NotEqual => Outcome.Of(!equal),
        _ => Outcome.Unknown($"{side.Name} is {Kind(side.Value)}, which has no order"),
    };

    private static Outcome Ordered(Comparator comparator, int order) => Outcome.Of(Holds(order, comparator));

    /// <param name="order">As <see cref="IComparable.CompareTo"/> tells it.</param>
    public static bool Holds(int order, Comparator comparator) => comparator switch
    {
        Comparator.Equal => order == 0,
        Comparator.NotEqual => order != 0,
        Comparator.Less => order < 0,
        Comparator.LessOrEqual => order <= 0,
        Comparator.Greater => order > 0,
        Comparator.GreaterOrEqual => order >= 0,
        _ => throw new InvalidOperationException($"no such comparator: {comparator}"),
    };

    private static string Kind(Value value) => value switch
    {
        Value.Number n => DimensionCheck.Named(n.Dimension),
        Value.Text => "a text",
        Value.Boolean => "true or false",
        Value.Version => "a version",
        Value.Null => "null",
        Value.Many => "a list",
        Value.Absent => "absent",
        _ => "unknown",
    };
}
