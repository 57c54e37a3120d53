using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>Puts the values of <c>Each</c> into a rule: it belongs to no section, so nobody could put them in later.</summary>
internal static class EachValues
{
    public static Instruction.Rule PutIn(Instruction.Rule rule, Surroundings here, PlannedFile file)
    {
        if (here.Each.Count == 0)
            return rule;
        foreach (var condition in (Condition?[])[rule.When, rule.Unless?.Condition])
            foreach (var operand in condition?.Operands ?? [])
                if (NamesIn(operand).FirstOrDefault(here.Each.ContainsKey) is { } name)
                    file.Error(condition!.At, $"a rule's condition can't hold `${{{name}}}`, which `Each` sets", "write a rule for each value, outside of the section");
        return rule with
        {
            Unless = rule.Unless is { Call: { } call } unless ? unless with { Call = PutIn(call, here), Text = here.Show(unless.Text) } : rule.Unless,
            Channel = rule.Channel is { } channel ? PutIn(channel, here) : null,
        };
    }

    private static Call PutIn(Call call, Surroundings here) => call with
    {
        Arguments = [.. call.Arguments.Select(w => PutIn(w, here))],
        Options = call.Options.ToDictionary(o => o.Key, o => PutIn(o.Value, here), StringComparer.Ordinal),
    };

    private static Word PutIn(Word word, Surroundings here) => word.Literal is null ? word with { Source = here.Show(word.Source) } : word;

    private static IEnumerable<string> NamesIn(Operand operand) => operand switch
    {
        Operand.Variable v => [v.Name],
        Operand.Fact { Parameter: { } text } => Word.VariablesIn(text),
        Operand.Literal { Value: Value.Text t } => Word.VariablesIn(t.Content),
        _ => [],
    };
}
