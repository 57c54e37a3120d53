namespace Holdpoint.Expressions;

internal enum Side
{
    Left,
    Right,

    /// <summary>Of a list, where a comma parts values.</summary>
    Element,
}

/// <param name="At">Offset in the mark's text.</param>
/// <param name="Misnamed">The name is none and has been reported; it stands here so that what follows can be read.</param>
internal readonly record struct Placed(Operand Operand, int At, bool Misnamed = false);

/// <summary>Reads one side of a comparison.</summary>
internal sealed class OperandReader(MarkText text, Signature? signature)
{
    /// <summary>Null, and reported, where no operand begins.</summary>
    public Placed? Read(Side side)
    {
        text.SkipBlanks();
        var at = text.At;
        var c = text.Next;
        if (MarkText.IsQuote(c))
            return ReadText(at);
        if (c == '$')
            return text.CharAt(at + 1) == '{' ? ReadVariable(at) : ReadPath(at);
        if (char.IsAsciiDigit(c) || (c is '-' or '.' && char.IsAsciiDigit(text.CharAt(at + 1))))
            return ReadNumber(at, side);
        var name = text.PeekName();
        if (name.IsEmpty || Keywords.BeginsClause(name) || name is "and" or "or" or "in" or "contains")
        {
            text.Error(at, text.AtEnd ? "the condition ends where a value should stand" : $"`{text.PeekWord()}` stands where a value should",
                side == Side.Left ? "name what must hold: `free > 20GB`" : "write a number, a \"text\" or a name");
            return null;
        }

        if (name is "all" or "any" or "count" && text.CharAt(at + name.Length) == '(')
            return ReadAggregate(at, name.ToString());
        if (signature is not null && signature.Fact(name) is { } fact)
            return ReadFact(at, fact);
        if (signature is null && text.Vocabulary.Metrics.Count > 0 && text.Vocabulary.Metrics.TryGetValue(name.ToString(), out var dimension))
            return ReadMetric(at, name.ToString(), dimension);
        return name switch
        {
            "true" or "false" => Literal(at, name.Length, Value.Of(name is "true")),
            "null" => Literal(at, 4, new Value.Null()),
            "baseline" => Baseline(at, 8, 1),
            _ => ReadUnknown(at, name.ToString(), side),
        };
    }

    private Placed Literal(int at, int length, Value value)
    {
        text.At = at + length;
        return new(new Operand.Literal(value, text.Slice(at, text.At)), at);
    }

    private Placed Baseline(int at, int length, double factor)
    {
        text.At = at + length;
        return new(new Operand.Baseline(factor, text.Slice(at, text.At)), at);
    }

    private Placed? ReadText(int at)
    {
        if (text.ReadString() is not { } content)
            return null;
        text.CheckVariables(content, at + 1);
        return new(new Operand.Literal(Value.Of(content), text.Slice(at, text.At)), at);
    }

    private Placed? ReadVariable(int at)
    {
        var close = text.Text.IndexOf('}', at);
        if (close < 0)
        {
            text.Error(at, "`${` without its `}`", "close the variable: ${name}");
            text.At = text.Text.Length;
            return null;
        }

        var name = text.Slice(at + 2, close);
        text.CheckVariable(name, at);
        text.At = close + 1;
        if (char.IsLetterOrDigit(text.Next) || text.Next is '%' or '/' or ':' or '_' or '$' or '-')
        {
            var whole = text.Slice(at, text.At) + text.PeekWord();
            if (signature is not null && !char.IsLetterOrDigit(text.Next))
                text.Error(at, $"`{whole}` is one word too many for {signature.Name}, which takes {CallReader.Takes(signature)}", "quote an argument that has blanks; what follows the arguments is a condition or a timing");
            else
                text.Error(at, $"something touches the variable in `{whole}`", "a value with its unit comes from the variable itself; quote a text: \"…\"");
            return null;
        }

        return new(new Operand.Variable(name, text.Slice(at, text.At)), at);
    }

    private Placed? ReadPath(int at, bool aggregated = false)
    {
        var length = JsonPath.Measure(text.Text, at);
        if (length == 0)
        {
            text.Error(at, $"`{text.PeekWord()}` is no path", "write $.name, $.list[0], $.list[*].name or $[\"a name\"]");
            return null;
        }

        text.At = at + length;
        var written = text.Slice(at, text.At);
        if (text.Next is '.' or '[' && !(text.Next == '.' && text.CharAt(text.At + 1) == '.'))
        {
            text.Error(text.At, $"the path {written} goes on with what is no step", "write .name, [0], [*] or [\"a name\"]");
            return null;
        }

        if (signature is null)
            text.Error(at, $"`{written}` looks into an answer, and a condition on metrics has none", "ask it of a probe: `? http URL $.name == \"…\"`");
        else if (!signature.HasDocument)
            text.Error(at, $"{signature.Name} has no answer that `{written}` could look into", FactsOf(signature));
        var path = new JsonPath(written);
        if (path.SelectsMany && !aggregated && text.SkipBlanks().PeekName() is not ("exists" or "contains" or "not"))
            text.Error(at, $"`{written}` selects many values", $"say which are meant: all({written}), any({written}) or count({written})");
        return new(new Operand.Path(path, written), at);
    }

    private Placed? ReadAggregate(int at, string kind)
    {
        text.At = at + kind.Length + 1;
        if (text.SkipBlanks().Next != '$' || text.CharAt(text.At + 1) == '{')
        {
            text.Error(text.At, $"`{kind}` takes a path", $"write {kind}($.list[*].name)");
            return null;
        }

        if (ReadPath(text.At, aggregated: true) is not { Operand: Operand.Path path })
            return null;
        if (text.SkipBlanks().Next != ')')
        {
            text.Error(text.At, $"`{kind}(` is not closed", $"write {kind}({path.Text})");
            return null;
        }

        text.At++;
        var meant = kind switch { "all" => AggregateKind.All, "any" => AggregateKind.Any, _ => AggregateKind.Count };
        return new(new Operand.Aggregate(meant, path.At, text.Slice(at, text.At)), at);
    }

    private Placed? ReadFact(int at, FactDeclaration fact)
    {
        text.At = at + fact.Name.Length;
        var end = text.At;
        string? parameter = null;
        if (MarkText.IsQuote(text.SkipBlanks().Next))
        {
            var quote = text.At;
            if (text.ReadString() is not { } content)
                return null;
            text.CheckVariables(content, quote + 1);
            parameter = content;
            if (!content.Contains("${", StringComparison.Ordinal) && fact.Wrong?.Invoke(content) is { } wrong)
                text.Error(quote, wrong, "mend it, or put a \\ before a sign that stands for itself");
            if (!fact.TakesText)
                text.Error(quote, $"`{fact.Name}` takes no text", $"put a comparison between them: `{fact.Name} == {text.Slice(quote, text.At)}`");
            end = text.At;
        }
        else if (fact.TakesText)
        {
            text.Error(at, $"`{fact.Name}` needs its text", $"write {fact.Name}\"…\"");
        }

        text.At = end;
        return new(new Operand.Fact(fact.Name, parameter, fact.Dimension, parameter is null ? fact.Name : text.Slice(at, end)) { Hidden = fact.Hidden }, at);
    }

    private Placed ReadMetric(int at, string name, Dimension dimension)
    {
        text.At = at + name.Length;
        var end = text.At;
        Statistic? statistic = null;
        var word = text.SkipBlanks().PeekName();
        if (!word.IsEmpty && !Keywords.IsReserved(word))
        {
            var spelt = word.ToString();
            statistic = Statistic.Parse(spelt);
            if (statistic is not null)
            {
                end = text.At + spelt.Length;
            }
            else if (word[0] is 'p' && word.Length > 1 && char.IsAsciiDigit(word[1]))
            {
                text.Error(text.At, $"`{spelt}` is no percentile", "write p50, p95, p99 or p99.9");
                end = text.At + spelt.Length;
            }
            else if (spelt is "mean" or "median" or "average" or "maximum" or "minimum" or "total" or "newest" or "count" or "burn_rate" or "burnrate")
            {
                var meant = spelt switch { "median" => "p50", "maximum" => "max", "minimum" => "min", "total" => "sum", "newest" => "last", "count" => "sum", "burn_rate" or "burnrate" => "burn", _ => "avg" };
                text.Error(text.At, $"`{spelt}` is no statistic", $"write {meant}; the statistics are min, max, avg, sum, last, burn and p50 … p99.9");
                end = text.At + spelt.Length;
            }
        }

        text.At = end;
        if (statistic is { IsBurn: true })
        {
            CheckBurn(at, name, dimension);
            dimension = Dimension.Count;
        }

        return new(new Operand.Metric(name, statistic, dimension, text.Slice(at, end)), at);
    }

    private void CheckBurn(int at, string name, Dimension dimension)
    {
        if (dimension is not (Dimension.Ratio or Dimension.Any))
            text.Error(at, $"`{name}` is {DimensionCheck.Named(dimension)}, and a budget burns by a share of failures", "ask it of a metric of unit ratio or percent");
        else if (text.Vocabulary.Objectives is { } known && !known.Contains(name))
            text.Error(at, $"`{name}` has no objective, so no budget that could burn", $"add to {name} in holdpoint.yaml: objective: 99.9%");
    }

    private Placed? ReadNumber(int at, Side side)
    {
        var end = at + 1;
        while (end < text.Text.Length && IsPartOfNumber(end))
            end++;
        var raw = text.Slice(at, end);
        text.At = end;
        if (raw.EndsWith('x') && Units.ParseNumber(raw.AsSpan(0, raw.Length - 1)) is { Dimension: Dimension.Count } factor)
        {
            if (!text.TakeKeyword("baseline"))
            {
                text.Error(at, $"`{raw}` is a factor of nothing", $"write `{raw} baseline`");
                return null;
            }

            return Baseline(at, text.At - at, factor.Amount);
        }

        Value value;
        var misnamed = false;
        if (Units.ParseNumber(raw) is { } number)
        {
            value = number;
            if (!double.IsFinite(number.Amount))
                text.Error(at, $"`{raw}` is too large", "write a number that a measurement can reach");
            if (side != Side.Element && text.Next == ',' && char.IsAsciiDigit(text.CharAt(end + 1)))
            {
                text.Error(at, $"`{text.PeekWordFrom(at)}` has a comma in it", "write the number without thousands separators");
                text.At = at + text.PeekWordFrom(at).Length;
                misnamed = true;
            }
            else
            {
                misnamed = TakeDetachedUnit(at, raw, number.Dimension);
            }
        }
        else if (raw.Contains('.', StringComparison.Ordinal) && VersionNumber.TryParse(raw, out var version))
        {
            value = new Value.Version(version);
        }
        else
        {
            text.Error(at, DurationReader.Split(raw).Suffix.Length > 0 ? $"`{raw}` has no unit that is known" : $"`{raw}` is no number", DurationReader.UnitFix(raw));
            return new(new Operand.Literal(new Value.Null(), raw), at, Misnamed: true);
        }

        return new(new Operand.Literal(value, raw), at, misnamed);
    }

    private bool IsPartOfNumber(int i) => text.Text[i] switch
    {
        '.' => text.CharAt(i + 1) != '.' && text.Text[i - 1] != '.',
        '-' or '+' => char.IsLetterOrDigit(text.CharAt(i + 1)),
        '%' or '_' => true,
        var c => char.IsLetterOrDigit(c),
    };

    private bool TakeDetachedUnit(int at, string raw, Dimension dimension)
    {
        var end = text.At;
        text.SkipBlanks();
        var word = text.PeekName();
        if (dimension == Dimension.Count && word is "x")
        {
            text.At++;
            text.Error(at, $"`{raw} x` is parted by a blank", $"write `{raw}x baseline`");
            text.TakeKeyword("baseline");
            return true;
        }

        if (dimension == Dimension.Count && (text.Next == '%' ? "%" : DurationReader.IsUnit(word) ? word.ToString() : null) is { } unit)
        {
            text.Error(at, $"a blank parts {raw} from its unit", $"write {raw}{DurationReader.MeantUnit(unit)}");
            text.At += unit.Length;
            return true;
        }

        if (dimension == Dimension.Ratio && word is "baseline" or "of")
        {
            text.Error(at, "a share of the baseline is written as a factor", "write `1.1x baseline`");
            text.TakeKeyword("of");
            text.TakeKeyword("baseline");
            return true;
        }

        text.At = end;
        return false;
    }

    private Placed? ReadUnknown(int at, string name, Side side)
    {
        text.At = at + name.Length;
        if (name.Length > 1 && name[0] is 'v' or 'V' && char.IsAsciiDigit(name[1]) && VersionNumber.TryParse(name, out var version))
            return new(new Operand.Literal(new Value.Version(version), name), at);
        var unknown = new Placed(signature is null
            ? new Operand.Metric(name, null, Dimension.Any, name)
            : new Operand.Fact(name, null, Dimension.Any, name), at, Misnamed: true);
        if (name.ToLowerInvariant() is var lower && lower != name && (Keywords.IsReserved(lower) || lower is "true" or "false" or "null"))
        {
            text.Error(at, $"`{name}` is no word of the language", $"write `{lower}`");
            return lower is "true" or "false" ? Literal(at, name.Length, Value.Of(lower == "true")) : unknown;
        }

        UnknownNames.Report(text, signature, at, name, side);
        return unknown;
    }

    internal static string FactsOf(Signature signature) => signature.Facts.Count == 0
        ? $"{signature.Name} takes no condition"
        : $"its facts are {string.Join(", ", signature.Facts.Select(f => f.TakesText ? f.Name + "\"…\"" : f.Name))}{(signature.HasDocument ? ", and paths such as $.name" : "")}";
}
