using Holdpoint.Expressions;

namespace Holdpoint.Watching;

/// <summary>What one look says about a rule's condition.</summary>
public abstract record RuleReading
{
    /// <param name="Shown">The condition with the values in place.</param>
    public sealed record Breach(string Shown) : RuleReading;

    public sealed record Quiet(string Shown) : RuleReading;

    /// <summary>Too few events to judge by.</summary>
    public sealed record Sparse(string Because) : RuleReading;

    /// <summary>No judgement: the instrument is silent.</summary>
    public sealed record Blind(string Because) : RuleReading;

    private RuleReading() { }

    /// <summary>What the check of a rule <c>unless</c> says about it.</summary>
    public static RuleReading Of(Verdict verdict) => verdict switch
    {
        Verdict.Passed or Verdict.Warned => new Quiet(verdict.Message),
        Verdict.Failed => new Breach(verdict.Message),
        Verdict.Unknown or Verdict.Skipped or Verdict.Pending => new Blind(verdict.Message),
        _ => throw new InvalidOperationException($"no such verdict: {verdict.GetType().Name}"),
    };

    /// <summary>The condition with its values, or why it could not be judged.</summary>
    public string Message => this switch
    {
        Breach r => r.Shown,
        Quiet r => r.Shown,
        Sparse r => r.Because,
        Blind r => r.Because,
        _ => throw new InvalidOperationException($"no such reading: {GetType().Name}"),
    };
}
