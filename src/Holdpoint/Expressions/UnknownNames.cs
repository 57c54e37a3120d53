namespace Holdpoint.Expressions;

/// <summary>What to say of a name that nothing declares: the nearest known one, and where names of that kind belong.</summary>
internal static class UnknownNames
{
    public static void Report(MarkText text, Signature? probe, int at, string name, Side side)
    {
        if (probe is null)
            InMetrics(text, at, name, side);
        else
            InProbe(text, probe, at, name, side);
    }

    /// <summary>Nothing that was read says what this word is.</summary>
    public static void Leftover(MarkText text, Signature? probe, bool hasCondition)
    {
        var at = text.At;
        var name = text.PeekName().ToString();
        var word = text.PeekWord();
        if (name.Length > 0 && (probe?.Fact(name) is not null || (probe is null && text.Vocabulary.Metrics.ContainsKey(name))))
            text.Error(at, hasCondition ? $"`{name}` follows a condition" : $"`{name}` stands behind a timing", hasCondition ? $"join them: `and {name} …`" : "the condition stands before the timings");
        else if (name.Length > 0 && text.CharAt(at + name.Length) == '=' && probe?.Option(name) is not null)
            text.Error(at, $"`{name}=` stands behind the condition or a timing", $"options follow the arguments; for example `{probe.Example}`");
        else if (word[0] == '$')
            text.Error(at, $"`{word}` follows what was whole already", $"join conditions: `and {word} …`");
        else if (name.Length > 0 && Nearest.To(name, Candidates(probe)) is { } near)
            text.Error(at, $"`{word}` is not understood here", $"did you mean `{near}`?");
        else
            text.Error(at, $"`{word}` is not understood here", probe is null ? $"what may follow: {string.Join(", ", Keywords.Timings)}, `, warn unless …`, `if …`" : $"{probe.Name} takes {CallReader.Takes(probe)}; {OperandReader.FactsOf(probe)}; quote an argument that has blanks");
    }

    private static void InProbe(MarkText text, Signature probe, int at, string name, Side side)
    {
        if (text.Vocabulary.Metrics.ContainsKey(name))
        {
            text.Error(at, $"`{name}` is a metric, and a condition of {probe.Name} takes facts of {probe.Name} alone", $"give it a mark of its own: `? {name} …`");
            return;
        }

        if (probe.Options.Count > 0 && probe.Option(name) is not null)
        {
            text.Error(at, $"`{name}` is an option of {probe.Name}", $"write `{name}=value` right behind the arguments");
            return;
        }

        var near = Nearest.To(name, Candidates(probe));
        var what = side == Side.Left ? $"{probe.Name} has no fact `{name}`" : $"`{name}` is neither a value nor a fact of {probe.Name}";
        var quoted = side == Side.Left ? "" : $"write \"{name}\" if it is a text";
        text.Error(at, what, (near, quoted) switch
        {
            (null, "") => OperandReader.FactsOf(probe),
            (null, _) => quoted,
            (_, "") => $"did you mean `{near}`?",
            _ => $"{quoted}, `{near}` if the fact is meant",
        });
    }

    /// <summary>A metric that a canary compares has a value for each of its sides, and none for the service.</summary>
    public static bool IsOfSides(MarkText text, int at, string name)
    {
        if (!text.Vocabulary.MetricsOfSides.Contains(name))
            return false;
        text.Error(at, $"`{name}` is asked of one side of a canary, which compares it by itself", "name a metric of the whole service here: one without ${colour}");
        return true;
    }

    private static void InMetrics(MarkText text, int at, string name, Side side)
    {
        if (IsOfSides(text, at, name))
            return;
        if (Nearest.To(name, text.Vocabulary.Metrics.Keys) is { } near)
        {
            text.Error(at, $"no metric is named `{name}`", $"did you mean `{near}`?");
            return;
        }

        var owner = text.Vocabulary.Probes.Values.FirstOrDefault(p => p.Fact(name) is not null);
        if (text.Vocabulary.Probes.ContainsKey(name))
            text.Error(at, $"`{name}` is a probe, and a condition on metrics takes metrics alone", $"give it a mark of its own: `? {name} …`");
        else if (owner is not null)
            text.Error(at, $"`{name}` is a fact of {owner.Name}, and a condition on metrics takes metrics alone", $"ask the probe in a mark of its own: `? {owner.Name} … {name} …`");
        else if (side == Side.Left)
            text.Error(at, $"no metric is named `{name}`", "metrics are declared in holdpoint.yaml under `metrics:`");
        else
            text.Error(at, $"`{name}` is neither a value nor a metric", $"write \"{name}\" if it is a text");
    }

    private static IEnumerable<string> Candidates(Signature? probe) =>
        (probe is null ? [] : probe.Facts.Select(f => f.Name).Concat(probe.Options.Select(o => o.Name + "="))).Concat(Keywords.Timings).Append("warn").Append("if").Append("and").Append("unless");
}
