namespace Holdpoint.Expressions;

/// <summary>One of the three values, with the reason of the middle one.</summary>
internal readonly record struct Outcome(Truth Truth, string Because = "")
{
    public static Outcome Of(bool holds) => new(holds ? Truth.True : Truth.False);

    public static Outcome Unknown(string because) => new(Truth.Unknown, because);

    public Outcome Negated => this with { Truth = Truth.True - (int)Truth };

    public Outcome And(Outcome other) => Truth <= other.Truth ? this : other;

    public Outcome Or(Outcome other) => Truth >= other.Truth ? this : other;
}
