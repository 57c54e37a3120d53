using System.Text;

namespace Holdpoint.Expressions;

/// <summary>Says in plain English what a mark will do: <c>holdpoint explain</c>.</summary>
public static class Explain
{
    public static string Instruction(Instruction instruction) => instruction switch
    {
        Instruction.Ask ask => Sentence(Check(ask.Check), If(ask.If)),
        Instruction.Act act => Sentence(Act(act), If(act.If)),
        Instruction.Rule rule => Sentence(Rule(rule)),
        Instruction.SignOff signOff => Sentence(SignOff(signOff), If(signOff.If)),
        _ => throw new InvalidOperationException($"no such instruction: {instruction.GetType().Name}"),
    };

    /// <summary>What has to hold, comparisons as they are written and the rest in words.</summary>
    public static string Condition(Condition condition) => condition switch
    {
        Condition.And c => $"{Grouped(c.Left)} and {Grouped(c.Right)}",
        Condition.Or c => $"{Condition(c.Left)} or {Condition(c.Right)}",
        Condition.Not { Inner: Condition.IsTrue inner } => $"{Operand(inner.Left)} is false",
        Condition.Not c => $"it is not so that {Grouped(c.Inner)}",
        Condition.Compare c => $"{Operand(c.Left)} {Evaluator.Symbol(c.Comparator)} {Operand(c.Right)}",
        Condition.InList c => $"{Operand(c.Left)} is {(c.Negated ? "none" : "one")} of {string.Join(", ", c.Values.Select(Operand))}",
        Condition.InRange c => $"{Operand(c.Left)} is {(c.Negated ? "not " : "")}in {Operand(c.Low)}..{Operand(c.High)}",
        Condition.Exists c => $"{Operand(c.Left)} {(c.Negated ? "does not exist" : "exists")}",
        Condition.Contains c => $"{Operand(c.Left)} {(c.Negated ? "does not contain" : "contains")} {Operand(c.Part)}",
        Condition.IsTrue c => $"{Operand(c.Left)} is true",
        _ => throw new InvalidOperationException($"no such condition: {condition.GetType().Name}"),
    };

    private static string Grouped(Condition condition) => condition is Condition.Or ? $"({Condition(condition)})" : Condition(condition);

    private static string Operand(Operand operand) => operand switch
    {
        Operand.Metric { Statistic: { } statistic } metric => $"the {Statistic(statistic)} of {metric.Name}",
        Operand.Baseline { Factor: 1 } => "its baseline",
        Operand.Baseline baseline => $"{baseline.Factor.ToString("0.####")} times its baseline",
        Operand.Aggregate { Kind: AggregateKind.Count } count => $"the number of {count.At}",
        Operand.Aggregate { Kind: AggregateKind.All } all => $"every {all.At}",
        Operand.Aggregate any => $"any {any.At}",
        _ => operand.Text,
    };

    private static string Statistic(Statistic statistic) => statistic.Kind switch
    {
        "min" => "minimum",
        "max" => "maximum",
        "avg" => "average",
        "last" => "newest value",
        Expressions.Statistic.Burn => "burn rate",
        "p" => $"p{(statistic.Quantile * 100).ToString("0.###")}",
        var kind => kind,
    };

    private static string Check(Check check)
    {
        var text = new StringBuilder();
        if (check.Call is { } call)
            text.Append(call.Signature.TakesRest ? $"Runs the command `{call.Arguments[0].Source}`" : call.Signature.Name == "run" ? $"Runs {Body(call)}{Words(call)}" : $"Asks {Called(call)}");
        else
            text.Append("Looks at ").Append(string.Join(", ", check.Condition!.Operands.OfType<Operand.Metric>().Select(m => m.Name).Distinct()) is { Length: > 0 } names ? names : "the variables");
        text.Append(check.Condition is { } condition ? $"; passes when {Condition(condition)}" : "; passes as it judges itself");
        if (check.WarnUnless is { } warning)
            text.Append("; warns unless ").Append(Condition(warning));
        return text.Append(Timed(check.Timing)).ToString();
    }

    private static string Timed(Timing timing)
    {
        var text = new StringBuilder();
        if (timing.Over is { } over)
            text.Append("; looks back over ").Append(Units.Duration(over));
        if (timing.For is { } hold)
            text.Append("; must hold at every sample for ").Append(Units.Duration(hold));
        if (timing.Within is { } within)
            text.Append("; tried again for up to ").Append(Units.Duration(within));
        if (timing.Retry > 0)
            text.Append($"; tried again up to {timing.Retry} {(timing.Retry == 1 ? "time" : "times")}");
        if (timing.Every is { } every)
            text.Append("; every ").Append(Units.Duration(every));
        if (timing.Timeout is { } timeout)
            text.Append("; one attempt may take ").Append(Units.Duration(timeout));
        return text.ToString();
    }

    private static string Act(Instruction.Act act)
    {
        var text = new StringBuilder(act.Call.Signature.TakesRest
            ? $"Runs the command `{act.Call.Arguments[0].Source}`"
            : act.Call.Signature.Name == "run" ? $"Runs {Body(act.Call)}{Words(act.Call)}" : $"Does {Called(act.Call)}");
        text.Append(act.Call.Flag("idempotent") ? ", which may be repeated" : ", once");
        text.Append("; one attempt may take ").Append(Units.Duration(act.Timeout ?? TimeSpan.FromMinutes(15)));
        if (act.Retry > 0)
            text.Append($"; tried again up to {act.Retry} {(act.Retry == 1 ? "time" : "times")}");
        return text.ToString();
    }

    private static string Rule(Instruction.Rule rule)
    {
        var effect = rule.Effect switch
        {
            RuleEffect.Rollback => "Rolls back whatever this run has deployed",
            RuleEffect.Hold => "Holds the run",
            RuleEffect.Tell => $"Tells {rule.Channel}",
            _ => throw new InvalidOperationException($"no such effect: {rule.Effect}"),
        };
        if (rule.WhenAsked)
            return $"{effect} when a person asks for it";
        var held = string.Concat(rule.Over.Select((w, i) => $"{(i == 0 ? " over" : " and over")} the last {Units.Duration(w)}")) + (rule.For > TimeSpan.Zero ? $" for {Units.Duration(rule.For)}" : "");
        var cause = rule.When is { } when
            ? $"when {Condition(when)}{held}"
            : $"when {Called(rule.Unless!.Call!)} does not pass{(rule.Unless.Condition is { } must ? $" ({Condition(must)})" : "")}{held}";
        var valid = rule.Until is { } until ? $", in the first {Units.Duration(until)} after the deploy alone" : "";
        return $"{effect} {cause}{valid}{(rule.Grace > TimeSpan.Zero ? $"; a person has {Units.Duration(rule.Grace)} to hold it" : "")}";
    }

    private static string SignOff(Instruction.SignOff signOff) => signOff.Roles.Roles switch
    {
        [var one] => $"Waits until {one} signs",
        var all when signOff.Roles.All => $"Waits until {string.Join(" and ", all)} sign, each a different person",
        var any => $"Waits until {string.Join(" or ", any)} signs",
    };

    private static string Called(Call call)
    {
        var words = $"{call.Signature.Name}{Words(call)}";
        return call.Body is null ? words : $"{words} with {Body(call)}";
    }

    private static string Words(Call call) =>
        string.Concat(call.Arguments.Select(a => $" {a}").Concat(call.Options.Select(o => $" {o.Key}={o.Value}")));

    private static string Body(Call call)
    {
        if (call.Body is not { } body)
            return "its fence";
        var lines = body.Content.AsSpan().TrimEnd('\n').Count('\n') + 1;
        return $"its fence ({(body.Language.Length > 0 ? body.Language + ", " : "")}{lines} {(lines == 1 ? "line" : "lines")})";
    }

    private static string If(Check? check) =>
        check is null ? "" : $"Skipped unless {(check.Call is { } call ? Called(call) + " passes" + (check.Condition is { } c ? $" ({Condition(c)})" : "") : Condition(check.Condition!))}";

    private static string Sentence(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
            if (part.Length > 0)
                text.Append(text.Length > 0 ? " " : "").Append(part).Append('.');
        return text.ToString();
    }
}
