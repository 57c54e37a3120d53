using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>Reads what follows <c>!</c>: an action, or a rule (<c>rollback</c>, <c>hold</c>, <c>tell</c> with <c>when</c> or <c>unless</c>).</summary>
internal sealed class ActReader(MarkText text, Mark mark)
{
    public Instruction? Read()
    {
        var begin = text.SkipBlanks().At;
        var verb = text.PeekName().ToString();
        if (text.AtEnd || verb.Length == 0)
        {
            text.Error(begin, text.AtEnd ? "the mark does nothing" : $"`{text.PeekWord()}` is no action", "name an action: `! deploy web`, `! run` with a fence");
            return null;
        }

        text.At += verb.Length;
        if (verb is "rollback" or "hold" && text.SkipBlanks().PeekName() is "when" or "unless")
            return ReadRule(verb == "hold" ? RuleEffect.Hold : RuleEffect.Rollback, null);
        if (verb == "hold")
        {
            text.Error(begin, "`hold` is a rule, and says not when", "write `! hold when error_rate > 5% for 1m`");
            return null;
        }

        if (verb == "tell" && ReadChannelOfRule() is { } channel)
            return ReadRule(RuleEffect.Tell, channel);
        text.At = begin + verb.Length;
        return ReadAction(verb, begin);
    }

    /// <summary>The channel, where <c>when</c> or <c>unless</c> follows it.</summary>
    private Word? ReadChannelOfRule()
    {
        text.SkipBlanks();
        if (text.AtEnd || Keywords.IsReserved(text.PeekName()))
            return null;
        var at = text.At;
        if (MarkText.IsQuote(text.Next))
        {
            var close = text.Text.IndexOf(text.Next, at + 1);
            text.At = close < 0 ? at : close + 1;
        }
        else
        {
            text.At += text.PeekWord().Length;
        }

        var isRule = text.SkipBlanks().PeekName() is "when" or "unless";
        text.At = at;
        return isRule ? text.ReadWord() : null;
    }

    private Instruction.Act? ReadAction(string verb, int begin)
    {
        if (!text.Vocabulary.Actions.TryGetValue(verb, out var signature))
        {
            UnknownAction(verb, begin);
            return null;
        }

        if (!text.AtEnd && !char.IsWhiteSpace(text.Next) && text.Next != ',')
            text.Error(begin, $"`{text.PeekWordFrom(begin)}` touches the action's name", $"put a blank behind `{verb}`");
        var call = CallReader.Read(text, signature, mark.Body, takesFence: true);
        TimeSpan? timeout = null;
        var retry = 0;
        Check? condition = null;
        while (true)
        {
            text.SkipBlanksAndCommas();
            if (text.AtEnd)
                break;
            var at = text.At;
            switch (text.PeekName())
            {
                case "timeout":
                    text.At += 7;
                    if (timeout is not null)
                        text.Error(at, "`timeout` stands twice", "leave one");
                    timeout = DurationReader.Read(text, "timeout") ?? timeout;
                    break;
                case "retry":
                    text.At += 5;
                    if (retry > 0)
                        text.Error(at, "`retry` stands twice", "leave one");
                    retry = DurationReader.ReadCount(text, "retry") ?? retry;
                    if (!call.Flag("idempotent"))
                        text.Error(at, "an action is repeated only where that does no harm", signature.Option("idempotent") is null ? $"leave `retry` out: {verb} is never repeated without asking" : "add `idempotent=true` behind the arguments if it may run twice");
                    break;
                case "if":
                    text.At += 2;
                    condition = new CheckReader(text).Read(null, behindIf: true);
                    break;
                case var name:
                    Leftover(signature, name.ToString(), at);
                    text.SkipToClause();
                    break;
            }
        }

        return text.Failed ? null : new(mark, call, condition) { Timeout = timeout, Retry = retry };
    }

    private void Leftover(Signature signature, string name, int at)
    {
        if (name is "within" or "for" or "over" or "every" or "warn")
            text.Error(at, $"`{name}` belongs to a check", $"put it into the check that follows the action: `! {signature.Name} …` `? … {name} …`");
        else if (name is "when" or "unless" && signature.Name == "rollback")
            text.Error(at, $"`{name}` makes a rule of it, and a rule rolls back whatever this run has deployed", $"write `! rollback {name} …` without a target");
        else if (name is "when" or "unless")
            text.Error(at, $"`{name}` belongs to the rules rollback, hold and tell", "write `if …` for a condition of an action");
        else if (name == "grace")
            text.Error(at, "`grace` belongs to `! rollback when`", "leave it out");
        else
            text.Error(at, $"`{text.PeekWord()}` is not understood here", name.Length > 0 && Nearest.To(name, signature.Options.Concat(signature.EngineOptions).Select(o => o.Name + "=").Append("timeout").Append("retry").Append("if")) is { } near
                ? $"did you mean `{near}`?"
                : $"{signature.Name} takes {CallReader.Takes(signature)}; quote an argument that has blanks");
        if (name.Length > 0)
            text.At = at + name.Length;
    }

    private void UnknownAction(string verb, int at)
    {
        var known = text.Vocabulary.Actions;
        text.At = at;
        var written = text.PeekWord();
        var fix = Nearest.To(verb, known.Keys.Concat(["rollback", "hold", "tell"])) is { } near ? $"did you mean `{near}`?"
            : text.Vocabulary.Probes.ContainsKey(verb) ? $"`{verb}` measures: write `? {verb} …`"
            : known.ContainsKey("sh") ? $"for a command write `! sh {written} …`"
            : $"the actions are {string.Join(", ", known.Keys)}";
        text.Error(at, $"no action is named `{written}`", fix);
    }

    private Instruction.Rule? ReadRule(RuleEffect effect, Word? channel)
    {
        Condition? when = null;
        Check? unless = null;
        var asked = false;
        if (text.TakeKeyword("when"))
        {
            var conditionAt = text.SkipBlanks().At;
            if (text.PeekName() is "asked")
            {
                asked = true;
                text.At += 5;
                if (effect != RuleEffect.Rollback)
                    text.Error(conditionAt, "only a rollback can be asked for", "write `! rollback when asked`");
            }
            else
            {
                when = new ConditionReader(text, null).Read();
                if (when is null)
                    text.SkipToClause();
            }
        }
        else
        {
            text.TakeKeyword("unless");
            unless = ReadUnless();
        }

        TimeSpan? held = null;
        TimeSpan? grace = null;
        TimeSpan? until = null;
        List<TimeSpan> over = [];
        while (true)
        {
            text.SkipBlanksAndCommas();
            if (text.AtEnd)
                break;
            var clause = text.At;
            var name = text.PeekName().ToString();
            if (name is "over")
            {
                text.At += name.Length;
                ReadWindows(clause, over, when);
                continue;
            }

            if (name is "for" or "grace" or "until")
            {
                text.At += name.Length;
                if ((name switch { "for" => held, "grace" => grace, _ => until }) is not null)
                    text.Error(clause, $"`{name}` stands twice", "leave one");
                if (asked)
                    text.Error(clause, $"`when asked` takes no `{name}`", "leave it out");
                if (name == "grace" && effect != RuleEffect.Rollback)
                    text.Error(clause, "`grace` lets a person hold a rollback, and this rule rolls nothing back", "leave it out");
                var time = DurationReader.Read(text, name);
                (held, grace, until) = name switch { "for" => (time ?? held, grace, until), "grace" => (held, time ?? grace, until), _ => (held, grace, time ?? until) };
                continue;
            }

            LeftoverOfRule(name, clause, when is not null);
            text.At = Math.Max(text.At, clause + name.Length);
            text.SkipToClause();
        }

        if (until <= held)
            text.Error(text.At, "the rule ends before it can have held for long enough", "make `until` longer than `for`");
        if (when is not null && over.Count == 0 && when.Names(0, static (operand, _) => operand is Operand.Metric { Statistic.IsBurn: true }))
            text.Error(text.At, "`burn` is looked at over windows, and the rule names none", "write `over 1h and 5m`: the long window proves that it matters, the short one that it still goes on");
        return text.Failed ? null : new(mark, effect, when, unless, held ?? TimeSpan.Zero, grace ?? TimeSpan.Zero) { Channel = channel, WhenAsked = asked, Over = over, Until = until };
    }

    /// <summary><c>over 1h and 5m</c>.</summary>
    private void ReadWindows(int clause, List<TimeSpan> over, Condition? when)
    {
        if (over.Count > 0)
            text.Error(clause, "`over` stands twice", "join the windows: `over 1h and 5m`");
        if (when is not null && !when.Names(0, static (operand, _) => operand is Operand.Metric { Statistic.Kind: not "last" }))
            text.Error(clause, "`over` is the window of a statistic, and the rule names none", "`for` says how long it must have held; or name one of avg, min, max, sum, burn, p95 behind the metric");
        else if (when is null)
            text.Error(clause, "a rule has no `over` here", "`for` says how long it must have held");
        do
        {
            if (DurationReader.Read(text, "over") is not { } window)
                return;
            if (over.Contains(window))
                text.Error(clause, $"the window {Units.Duration(window)} stands twice", "leave one");
            over.Add(window);
        }
        while (text.TakeKeyword("and"));
    }

    private void LeftoverOfRule(string name, int at, bool onMetrics)
    {
        if (name is "within")
            text.Error(at, "a rule has no `within`", "`for` says how long it must have held, and `until 1h` that it is judged in the first hour alone");
        else if (name is "timeout" or "retry" or "every" or "warn" or "if" or "when" or "unless")
            text.Error(at, $"a rule has no `{name}`", "a rule takes `for`, `over`, `until` and `grace`");
        else if (onMetrics && name.Length > 0 && text.Vocabulary.Metrics.ContainsKey(name))
            text.Error(at, $"`{name}` follows a condition", $"join them: `and {name} …`");
        else
            text.Error(at, $"`{text.PeekWord()}` is not understood here", Nearest.Hint(name, ["for", "over", "until", "grace", "and", "or"], "a rule takes `for`, `over`, `until` and `grace`"));
    }

    private Check? ReadUnless()
    {
        var begin = text.SkipBlanks().At;
        var verb = text.PeekName().ToString();
        if (!text.Vocabulary.Probes.TryGetValue(verb, out var probe))
        {
            if (verb.Length > 0 && text.Vocabulary.Metrics.ContainsKey(verb))
                text.Error(begin, "`unless` takes a probe", "a condition on metrics follows `when`, turned round");
            else
                text.Error(begin, verb.Length == 0 ? "`unless` has no probe" : $"no probe is named `{verb}`", Nearest.Hint(verb, text.Vocabulary.Probes.Keys, "write `unless http ${api}/health`"));
            text.SkipToClause();
            return null;
        }

        text.At = begin + verb.Length;
        if (probe.TakesRest)
            text.Error(begin, $"{verb} takes the whole rest of the mark, so that a rule could not end", "use another probe, or a metric of the kind `command`");
        var call = CallReader.Read(text, probe, null, takesFence: false);
        Condition? condition = null;
        text.SkipBlanksAndCommas();
        if (!text.AtEnd && !Keywords.BeginsClause(text.PeekName()) && text.PeekName() is not "until")
        {
            condition = new ConditionReader(text, probe).Read();
            if (condition is null)
                text.SkipToClause();
        }

        var whole = text.TrimmedSlice(begin);
        condition = DefaultConditions.Add(text, probe, condition, begin);
        if (condition is null && !text.Failed && (!probe.TakesBody || probe.HasDocument))
            text.Error(begin, $"{probe.Name} measures, and nothing says what must hold", $"add a condition; {OperandReader.FactsOf(probe)}");
        return new(call, condition, null, Timing.None, whole, text.PositionAt(begin));
    }
}
