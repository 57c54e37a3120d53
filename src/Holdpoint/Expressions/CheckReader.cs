using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>Reads a check: a probe with its condition, or a condition on metrics; then <c>warn unless</c> and timings.</summary>
internal sealed class CheckReader(MarkText text)
{
    /// <summary>Up to the end of the mark, or to <c>if</c>.</summary>
    /// <param name="behindIf">The check itself stands behind an <c>if</c>, so no further one may follow.</param>
    public Check? Read(Fence? body, bool behindIf)
    {
        var begin = text.SkipBlanks().At;
        if (text.AtEnd)
        {
            text.Error(begin, behindIf ? "`if` has no check" : "the mark asks nothing", "name a probe or a metric: `http ${api}/health`, `error_rate < 1%`");
            return null;
        }

        if (!FindVerb(begin, out var probe))
            return null;
        var call = probe is null ? null : CallReader.Read(text, probe, body, takesFence: !behindIf);
        var condition = call is null || !AtClause() ? ReadCondition(probe) : null;
        Condition? warnUnless = null;
        var timing = Timing.None;
        while (true)
        {
            text.SkipBlanksAndCommas();
            if (text.AtEnd)
                break;
            var name = text.PeekName();
            if (Keywords.IsTiming(name))
            {
                ReadTiming(Keywords.Timing(name), ref timing);
            }
            else if (name is "warn")
            {
                if (warnUnless is not null)
                    text.Error(text.At, "`warn unless` stands twice", "join the two conditions with `and`");
                warnUnless = ReadWarning(probe) ?? warnUnless;
            }
            else if (name is "if" && !behindIf)
            {
                break;
            }
            else
            {
                Leftover(probe, name, condition is not null);
                text.SkipToClause();
            }
        }

        var whole = text.TrimmedSlice(begin);
        if (probe is null)
        {
            WarnOfStatistics(condition, timing, begin);
        }
        else
        {
            condition = DefaultConditions.Add(text, probe, condition, begin);
            if (condition is null && !text.Failed && (!probe.TakesBody || probe.HasDocument))
                text.Error(begin, $"{probe.Name} measures, and nothing says what must hold", $"add a condition; {OperandReader.FactsOf(probe)}; for example `{probe.Example}`");
        }

        return text.Failed ? null : new(call, condition, warnUnless, timing, whole, text.PositionAt(begin));
    }

    /// <summary>The probe at the mark's beginning, read past; null for a condition on metrics.</summary>
    private bool FindVerb(int begin, out Signature? probe)
    {
        probe = null;
        var name = text.PeekName();
        if (name.IsEmpty || name is "not" or "true" or "false" or "baseline")
            return true;
        if (text.Vocabulary.HasMetric(name))
            return true;
        var touches = text.CharAt(begin + name.Length);
        if (text.Vocabulary.Probe(name) is { } found && (touches is '\0' or ',' || char.IsWhiteSpace(touches)))
        {
            probe = found;
            text.At = begin + name.Length;
            return true;
        }

        UnknownVerb(name.ToString(), begin);
        return false;
    }

    private void UnknownVerb(string verb, int at)
    {
        text.At = at + verb.Length;
        text.SkipBlanks();
        var compared = text.Next is '<' or '>' or '=' or '!' or '≤' or '≥' || text.PeekName() is "in" || Statistic.Parse(text.PeekName().ToString()) is not null;
        text.At = at;
        if (UnknownNames.IsOfSides(text, at, verb))
            return;
        var near = text.Vocabulary.Probes.Values.FirstOrDefault(p => p.AlsoCalled.Contains(verb, StringComparer.OrdinalIgnoreCase))?.Name
            ?? Nearest.To(verb, text.Vocabulary.Probes.Keys.Concat(text.Vocabulary.Metrics.Keys));
        var written = text.PeekWord();
        if (text.Vocabulary.Probes.ContainsKey(verb))
            text.Error(at, $"`{written}` touches the probe's name", $"put a blank behind `{verb}`");
        else if (compared)
            text.Error(at, $"no metric or probe is named `{verb}`", $"{(near is null ? "" : $"did you mean `{near}`? ")}metrics are declared in holdpoint.yaml");
        else if (near is not null)
            text.Error(at, $"no probe or metric is named `{written}`", $"did you mean `{near}`?");
        else if (text.Vocabulary.Actions.ContainsKey(verb))
            text.Error(at, $"`{verb}` is an action, and `?` asks", $"write `! {verb} …`");
        else
            text.Error(at, $"no probe or metric is named `{written}`", text.Vocabulary.Probes.ContainsKey("sh") ? $"for a command write `? sh {written} …`; metrics are declared in holdpoint.yaml" : "metrics are declared in holdpoint.yaml");
        text.SkipToClause();
    }

    private bool AtClause()
    {
        text.SkipBlanksAndCommas();
        return text.AtEnd || Keywords.BeginsClause(text.PeekName());
    }

    private Condition? ReadCondition(Signature? probe)
    {
        if (probe is { Facts.Count: 0, HasDocument: false })
        {
            Leftover(probe, text.PeekName(), hasCondition: false);
            text.SkipToClause();
            return null;
        }

        var condition = new ConditionReader(text, probe).Read();
        if (condition is null)
            text.SkipToClause();
        return condition;
    }

    private Condition? ReadWarning(Signature? probe)
    {
        var at = text.At;
        text.At += 4;
        if (text.TakeKeyword("unless"))
            return ReadCondition(probe);
        text.Error(at, "`warn` stands without `unless`", "write `, warn unless time < 500ms`");
        text.SkipToClause();
        return null;
    }

    private void ReadTiming(string keyword, ref Timing timing)
    {
        var at = text.At;
        text.At += keyword.Length;
        if (keyword == "retry")
        {
            if (DurationReader.ReadCount(text, keyword) is not { } count)
                return;
            if (timing.Retry > 0)
                Twice(at, keyword);
            timing = timing with { Retry = count };
            return;
        }

        if (DurationReader.Read(text, keyword) is not { } time)
            return;
        (var before, timing) = keyword switch
        {
            "within" => (timing.Within, timing with { Within = time }),
            "for" => (timing.For, timing with { For = time }),
            "over" => (timing.Over, timing with { Over = time }),
            "every" => (timing.Every, timing with { Every = time }),
            _ => (timing.Timeout, timing with { Timeout = time }),
        };
        if (before is not null)
            Twice(at, keyword);
    }

    private void Twice(int at, string keyword) => text.Error(at, $"`{keyword}` stands twice", "leave one");

    private void Leftover(Signature? probe, ReadOnlySpan<char> name, bool hasCondition)
    {
        switch (name)
        {
            case "if":
                text.Error(text.At, "only one `if` may follow", "join what must hold with `and`, or use an item of its own");
                text.At += 2;
                break;
            case "grace":
                text.Error(text.At, "`grace` belongs to `! rollback when`", "leave it out");
                text.At += 5;
                break;
            case "when":
                text.Error(text.At, "`when` belongs to a rule (`! rollback when …`)", "a check takes `if`, or stands as a condition of its own");
                text.At += 4;
                break;
            case "unless":
                text.Error(text.At, "`unless` stands alone", "write `, warn unless …` for a warning");
                text.At += 6;
                break;
            default:
                UnknownNames.Leftover(text, probe, hasCondition);
                break;
        }
    }

    private void WarnOfStatistics(Condition? condition, Timing timing, int begin)
    {
        if (condition is null || timing.Over is not null || timing.For is not null)
            return;
        if (condition.Names(0, static (operand, _) => operand is Operand.Metric { Statistic: { Kind: not "last" } }))
            text.Warning(begin, "a statistic summarises a window, and the mark names none", "add `over 5m`");
    }
}
