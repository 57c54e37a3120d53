using System.Runtime.CompilerServices;
using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>The default conditions of probes, each read once.</summary>
internal static class DefaultConditions
{
    private static readonly ConditionalWeakTable<Signature, Reading> Read = [];

    /// <summary>What also holds, put in front of the mark's own condition unless that names one of its facts. Null where neither is there.</summary>
    public static Condition? Add(MarkText text, Signature signature, Condition? own, int at)
    {
        if (signature.DefaultCondition is null)
            return own;
        var reading = Read.GetValue(signature, Parse);
        if (reading.Condition is not { } standard)
        {
            text.Error(at, $"the default condition of {signature.Name}, `{signature.DefaultCondition}`, can't be read: {reading.Problem}",
                signature.IsExternal ? $"mend what `holdpoint-probe-{signature.Name} --describe` prints" : "report this as a mistake of the program");
            return own;
        }

        if (own is null)
            return standard;
        if (own.Names(reading.Facts, static (operand, facts) => operand is Operand.Fact fact && facts.Contains(fact.Name)))
            return own;
        // What is meant to be switched off gives no answer that a default could be held against.
        if (DeniesUp(own))
            return own;
        return new Condition.And(standard, own, string.Concat(Wrapped(standard), " and ", Wrapped(own)), own.At);
    }

    private static bool DeniesUp(Condition condition) => condition switch
    {
        Condition.And c => DeniesUp(c.Left) || DeniesUp(c.Right),
        Condition.Not { Inner: Condition.IsTrue { Left: Operand.Fact { Name: "up" } } } => true,
        Condition.Compare { Left: Operand.Fact { Name: "up" }, Comparator: Comparator.Equal, Right: Operand.Literal { Value: Value.Boolean { Is: false } } } => true,
        Condition.Compare { Left: Operand.Fact { Name: "up" }, Comparator: Comparator.NotEqual, Right: Operand.Literal { Value: Value.Boolean { Is: true } } } => true,
        _ => false,
    };

    private static string Wrapped(Condition condition) => condition is Condition.Or ? $"({condition.Text})" : condition.Text;

    private static Reading Parse(Signature signature)
    {
        var problems = new List<Problem>();
        var source = new SourceText("", signature.DefaultCondition!);
        var text = new MarkText(source.Text, 0, source, Empty, problems);
        var condition = new ConditionReader(text, signature).Read();
        if (condition is not null && !text.SkipBlanks().AtEnd)
            UnknownNames.Leftover(text, signature, hasCondition: true);
        if (problems.Find(p => p.IsError) is { } problem)
            return new(null, [], problem.What);
        return new(condition, condition!.Operands.OfType<Operand.Fact>().Select(f => f.Name).ToHashSet(StringComparer.Ordinal), "");
    }

    private static Vocabulary Empty { get; } = new() { Probes = new Dictionary<string, Signature>(), Actions = new Dictionary<string, Signature>() };

    private sealed record Reading(Condition? Condition, HashSet<string> Facts, string Problem);
}
