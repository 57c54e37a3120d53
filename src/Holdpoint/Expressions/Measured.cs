namespace Holdpoint.Expressions;

/// <summary>One side of a comparison with its value, and how both are told.</summary>
/// <param name="Shown">With the value in place: <c>free (12.4 GB)</c>; a literal as it stands.</param>
/// <param name="Said"><c>free is 12.4 GB</c>; null for a literal.</param>
internal sealed record Measured(Operand Operand, Value Value, string Shown, string? Said)
{
    /// <summary>The value was text before anybody knew what it means: a variable, or a fact of no dimension.</summary>
    public bool IsUntyped => Operand is Operand.Variable or Operand.Fact { Dimension: Dimension.Any } 
        || (Operand is Operand.Literal { Value: Value.Text written } && written.Content.Contains("${", StringComparison.Ordinal));

    public string Name => Operand.Text;

    public static Measured Of(Operand operand, Operand? other, EvaluationContext context) => operand switch
    {
        Operand.Literal literal => Literal(literal, Interpolated(literal.Value, context)),
        Operand.Fact fact => Tell(operand, Fact(fact, context), hidden: fact.Hidden),
        Operand.Path path => Tell(operand, Select(path.At, context)),
        Operand.Metric metric => Tell(operand, context.Metric(metric)),
        Operand.Variable variable => Tell(operand, Variable(variable.Name, context), hidden: IsPrivate(variable.Name)),
        Operand.Aggregate { Kind: AggregateKind.Count } count => Tell(operand, Count(count, context)),
        Operand.Aggregate aggregate => Tell(operand, Select(aggregate.At, context)),
        Operand.Baseline baseline => Tell(operand, Baseline(baseline, other, context), hidden: other is Operand.Fact { Hidden: true }),
        _ => throw new InvalidOperationException($"no such operand: {operand.GetType().Name}"),
    };

    /// <summary>Judges the value; behind <c>all</c> and <c>any</c> each of the selected ones.</summary>
    /// <param name="isList">A list without <c>all</c> or <c>any</c> is judged as one value.</param>
    public Outcome ForEach(Func<Measured, Outcome> judge, bool isList = false)
    {
        if (Operand is not Operand.Aggregate { Kind: not AggregateKind.Count } aggregate)
            return !isList && Value is Value.Many ? Outcome.Unknown($"{Name} is a list: say all(…), any(…) or count(…)") : judge(this);
        switch (Value)
        {
            case Value.Unknown v:
                return Outcome.Unknown(v.Because);
            case Value.Absent:
                return Outcome.Unknown($"{aggregate.At} is absent");
            case not Value.Many:
                return Outcome.Unknown($"{aggregate.At} is not a list");
            case Value.Many { Items.Count: 0 }:
                return Outcome.Unknown($"{aggregate.At} selects nothing");
        }

        var all = aggregate.Kind == AggregateKind.All;
        var outcome = new Outcome(all ? Truth.True : Truth.False);
        foreach (var item in ((Value.Many)Value).Items)
        {
            // Each element is a value of the path, and told as one.
            var one = item is Value.Absent
                ? Outcome.Unknown($"an element of {aggregate.At} is absent")
                : judge(this with { Operand = new Operand.Path(aggregate.At, Name), Value = item });
            outcome = all ? outcome.And(one) : outcome.Or(one);
        }

        return outcome;
    }

    /// <summary>As it stands, but for variables: what they were is what was compared.</summary>
    private static Measured Literal(Operand.Literal operand, Value value) =>
        new(operand, value, value is Value.Unknown || ReferenceEquals(value, operand.Value) || Word.VariablesIn(operand.Text).Any(IsPrivate) ? operand.Text : value.ToString()!, null);

    private static Measured Tell(Operand operand, Value value, bool hidden = false)
    {
        hidden |= value is Value.Text { Hidden: true };
        var shown = value is Value.Unknown ? "unknown" : hidden && value is not Value.Absent ? "not shown" : value.ToString()!;
        return new(operand, value, $"{operand.Text} ({shown})", $"{operand.Text} is {shown}");
    }

    private static bool IsPrivate(string variable) =>
        variable.StartsWith("secret:", StringComparison.Ordinal) || variable.StartsWith("env:", StringComparison.Ordinal);

    private static Value Interpolated(Value value, EvaluationContext context)
    {
        if (value is not Value.Text text || !text.Content.Contains("${", StringComparison.Ordinal))
            return value;
        try
        {
            return Value.Of(Word.Resolve(text.Content, context.Variable));
        }
        catch (UndefinedVariable e)
        {
            return new Value.Unknown(e.Message);
        }
    }

    private static Value Fact(Operand.Fact fact, EvaluationContext context)
    {
        if (context.Facts is not { } facts)
            return new Value.Unknown($"{fact.Text} was not measured");
        try
        {
            return facts[fact.Resolve(context.Variable).Key];
        }
        catch (UndefinedVariable e)
        {
            return new Value.Unknown(e.Message);
        }
    }

    private static Value Select(JsonPath path, EvaluationContext context) =>
        context.Facts?.Select(path) ?? new Value.Unknown($"{path}: there is no answer to look into");

    private static Value Variable(string name, EvaluationContext context) =>
        context.Variable(name) is { } text ? Value.Of(text) : new Value.Unknown($"the variable {name} has no value here");

    private static Value Count(Operand.Aggregate count, EvaluationContext context) => Select(count.At, context) switch
    {
        Value.Many many => Value.Count(many.Items.Count(i => i is not Value.Absent)),
        Value.Unknown v => v,
        Value.Absent => new Value.Unknown($"{count.At} is absent"),
        _ => new Value.Unknown($"{count.At} is not a list"),
    };

    private static Value Baseline(Operand.Baseline baseline, Operand? other, EvaluationContext context)
    {
        if (other is null)
            return new Value.Unknown("the baseline of what is not said");
        return context.Baseline(other) switch
        {
            Value.Unknown v => v,
            Value.Absent => new Value.Unknown($"{other.Text} was absent at the baseline"),
            var v when baseline.Factor == 1 => v,
            Value.Number { Amount: 0 } => new Value.Unknown($"a baseline of 0 needs a floor: add 'or {other.Text} < value'"),
            Value.Number n => n with { Amount = n.Amount * baseline.Factor },
            _ => new Value.Unknown($"the baseline of {other.Text} is no number"),
        };
    }
}
