namespace Holdpoint.Expressions;

/// <summary>From judgements to a verdict.</summary>
public static class Verdicts
{
    /// <param name="condition">Null where the check has no condition: then nothing proves it, and it is unknown unless its probe judges by itself.</param>
    /// <param name="warn">Of <c>warn unless</c>; what can't be judged there warns too.</param>
    public static Verdict Of(Check check, Judgement? condition, Judgement? warn) => condition switch
    {
        null => new Verdict.Unknown($"`{check.Text}` says nothing that must hold"),
        { Truth: Truth.False } => new Verdict.Failed(condition.Expected, condition.Actual),
        { Truth: Truth.Unknown } => new Verdict.Unknown(condition.Because),
        _ => warn switch
        {
            null or { Truth: Truth.True } => new Verdict.Passed(condition.Shown),
            { Truth: Truth.False } => new Verdict.Warned($"{warn.Actual}, wanted {warn.Expected}"),
            _ => new Verdict.Warned($"{warn.Expected} is unknown: {warn.Because}"),
        },
    };
}
