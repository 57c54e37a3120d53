using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>What has to hold, over facts or metrics.</summary>
/// <param name="Text">As it stands in the file.</param>
public abstract record Condition(string Text, Position At)
{
    public sealed record And(Condition Left, Condition Right, string Text, Position At) : Condition(Text, At);

    public sealed record Or(Condition Left, Condition Right, string Text, Position At) : Condition(Text, At);

    public sealed record Not(Condition Inner, string Text, Position At) : Condition(Text, At);

    public sealed record Compare(Operand Left, Comparator Comparator, Operand Right, string Text, Position At) : Condition(Text, At);

    public sealed record InList(Operand Left, IReadOnlyList<Operand> Values, bool Negated, string Text, Position At) : Condition(Text, At);

    /// <summary>Both ends belong to it.</summary>
    public sealed record InRange(Operand Left, Operand Low, Operand High, bool Negated, string Text, Position At) : Condition(Text, At);

    public sealed record Exists(Operand Left, bool Negated, string Text, Position At) : Condition(Text, At);

    public sealed record Contains(Operand Left, Operand Part, bool Negated, string Text, Position At) : Condition(Text, At);

    /// <summary>A fact of dimension boolean, standing alone.</summary>
    public sealed record IsTrue(Operand Left, string Text, Position At) : Condition(Text, At);

    public override string ToString() => Text;

    /// <summary>Whether it holds an operand of a kind, without the cost of listing them.</summary>
    internal bool Names<TState>(TState state, Func<Operand, TState, bool> sought) => this switch
    {
        And c => c.Left.Names(state, sought) || c.Right.Names(state, sought),
        Or c => c.Left.Names(state, sought) || c.Right.Names(state, sought),
        Not c => c.Inner.Names(state, sought),
        Compare c => sought(c.Left, state) || sought(c.Right, state),
        IsTrue c => sought(c.Left, state),
        Exists c => sought(c.Left, state),
        _ => AnyOperand(state, sought),
    };

    // A closure is made where its method begins, so this one has a method to itself.
    private bool AnyOperand<TState>(TState state, Func<Operand, TState, bool> sought) => Operands.Any(o => sought(o, state));

    /// <summary>Every operand, from left to right.</summary>
    public IEnumerable<Operand> Operands => this switch
    {
        And c => c.Left.Operands.Concat(c.Right.Operands),
        Or c => c.Left.Operands.Concat(c.Right.Operands),
        Not c => c.Inner.Operands,
        Compare c => [c.Left, c.Right],
        InList c => c.Values.Prepend(c.Left),
        InRange c => [c.Left, c.Low, c.High],
        Exists c => [c.Left],
        Contains c => [c.Left, c.Part],
        IsTrue c => [c.Left],
        _ => throw new InvalidOperationException($"no such condition: {GetType().Name}"),
    };
}

public enum Comparator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

public abstract record Operand(string Text)
{
    /// <param name="Parameter">The text of <c>matching"text"</c>.</param>
    public sealed record Fact(string Name, string? Parameter, Dimension Dimension, string Text) : Operand(Text)
    {
        /// <summary>The name under which a probe reports it: <c>newest.age</c>, <c>matching"panic"</c>.</summary>
        public string Key => Parameter is null ? Name : $"{Name}\"{Parameter}\"";

        /// <summary>Its value is judged and never shown.</summary>
        public bool Hidden { get; init; }

        /// <summary>The fact with the variables of its text put in: what a probe is asked for, and the key under which it answers.</summary>
        /// <exception cref="UndefinedVariable">A name that has no value at this moment.</exception>
        public Fact Resolve(Func<string, string?> variable) =>
            Parameter?.Contains("${", StringComparison.Ordinal) == true ? this with { Parameter = Word.Resolve(Parameter, variable) } : this;
    }

    public sealed record Path(JsonPath At, string Text) : Operand(Text);

    /// <param name="Statistic">Over the window of <c>over</c> or <c>for</c>; null: the newest sample.</param>
    public sealed record Metric(string Name, Statistic? Statistic, Dimension Dimension, string Text) : Operand(Text);

    public sealed record Literal(Value Value, string Text) : Operand(Text);

    public sealed record Variable(string Name, string Text) : Operand(Text);

    /// <summary>The other side's value at the baseline, times a factor.</summary>
    public sealed record Baseline(double Factor, string Text) : Operand(Text);

    public sealed record Aggregate(AggregateKind Kind, JsonPath At, string Text) : Operand(Text);
}

public enum AggregateKind
{
    All,
    Any,
    Count,
}

/// <summary>A summary of the samples of a window.</summary>
/// <param name="Kind">min, max, avg, sum, last, burn or p.</param>
/// <param name="Quantile">0…1 where <paramref name="Kind"/> is <c>p</c>.</param>
public sealed record Statistic(string Kind, double Quantile = 0)
{
    /// <summary>How fast the error budget burns, in multiples of what the objective allows: a plain number, whatever the metric's dimension.</summary>
    public const string Burn = "burn";

    public bool IsBurn => Kind == Burn;

    public static Statistic? Parse(string word) => word switch
    {
        "min" or "max" or "avg" or "sum" or "last" or Burn => new(word),
        ['p', .. var q] when double.TryParse(q, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var p) && p is > 0 and < 100 => new("p", p / 100),
        _ => null,
    };
}
