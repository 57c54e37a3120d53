using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>Reads a verb's arguments: exactly the positional ones it declares, then <c>name=value</c>.</summary>
internal static class CallReader
{
    private static readonly Dictionary<string, Word> NoOptions = [];

    /// <summary>What a verb takes, for a message: <c>one argument (URL)</c>.</summary>
    public static string Takes(Signature signature) => signature.Arguments.Count switch
    {
        0 => "no arguments",
        1 => $"one argument ({signature.Arguments[0].Name})",
        var n => $"{n} arguments ({string.Join(", ", signature.Arguments.Select(a => a.Name))})",
    };

    /// <summary>Starts behind the verb. What is missing or wrong is reported, and the call returned all the same, so that the rest can be read.</summary>
    /// <param name="takesFence">The verb leads its mark, so that whoever read the file gave it its fence or has reported that there is none.</param>
    public static Call Read(MarkText text, Signature signature, Fence? body, bool takesFence)
    {
        if (signature.TakesRest)
            return ReadRest(text, signature, body);
        if (signature.TakesBody && body is null && takesFence)
            text.FailSilently();
        else if (signature.TakesBody && body is null)
            text.Error(text.At - signature.Name.Length, $"{signature.Name} needs a fence, and takes one only where it leads its mark", "give it an item of its own");
        var words = new List<Word>(signature.Arguments.Count);
        for (var i = 0; i < signature.Arguments.Count; i++)
        {
            if (ReadArgument(text, signature, signature.Arguments[i]) is not { } word)
                break;
            words.Add(word);
        }

        var options = ReadOptions(text, signature);
        for (var i = 0; i < signature.Options.Count; i++)
            if (signature.Options[i] is { Required: true } option && !options.ContainsKey(option.Name))
                text.Error(text.At, $"{signature.Name} needs `{option.Name}=`", $"{option.Summary}; for example `{signature.Example}`");
        return new(signature, words, options, signature.TakesBody ? body : null);
    }

    private static Call ReadRest(MarkText text, Signature signature, Fence? body)
    {
        // What says where it runs stands before the command line, and is none of it.
        var options = signature.EngineOptions.Count > 0 ? ReadOptions(text, signature, atMost: signature.EngineOptions) : NoOptions;
        text.SkipBlanks();
        var begin = text.At;
        text.At = text.Text.Length;
        var rest = text.Text[begin..].TrimEnd();
        if (rest.Length == 0)
            text.Error(begin, $"{signature.Name} has no command", $"for example `{signature.Example}`");
        else if (signature.DefaultCondition is not null && SwallowedCondition.In(rest, signature) is >= 0 and var swallowed)
            text.Warning(begin + swallowed, $"`{rest[swallowed..]}` is read by the shell and judges nothing, because {signature.Name} takes the whole rest of the mark", $"write `? run {rest[swallowed..]}`, and `{rest[..swallowed].TrimEnd()}` in a fence under the item");
        else
            WarnOfTimingAtEnd(text, signature, rest, begin);
        return new(signature, [new(rest, text.PositionAt(begin)) { Verbatim = true }], options, signature.TakesBody ? body : null);
    }

    private static void WarnOfTimingAtEnd(MarkText text, Signature signature, string rest, int begin)
    {
        var last = rest.LastIndexOf(' ');
        var before = last <= 0 ? -1 : rest.AsSpan(0, last).TrimEnd().LastIndexOf(' ');
        if (last <= 0 || before < 0)
            return;
        var keyword = rest.AsSpan(before + 1, last - before - 1).Trim();
        if (Keywords.IsTiming(keyword) && (Units.ParseDuration(rest.AsSpan(last + 1)) is not null || (keyword is "retry" && int.TryParse(rest.AsSpan(last + 1), out _))))
            text.Warning(begin + before + 1, $"`{rest[(before + 1)..]}` is read by the shell, because {signature.Name} takes the whole rest of the mark", "use `run` with a fence, which takes timings");
    }

    private static Word? ReadArgument(MarkText text, Signature signature, Argument argument)
    {
        text.SkipBlanks();
        var at = text.At;
        if (text.AtEnd || text.Next == ',')
        {
            text.Error(at, $"{signature.Name} needs {argument.Name}", $"for example `{signature.Example}`");
            return null;
        }

        if (!MarkText.IsQuote(text.Next))
        {
            var name = text.PeekName();
            var bare = text.PeekWordSpan();
            if (Keywords.IsReserved(name) && name.Length == bare.Length)
            {
                text.Error(at, $"{signature.Name} needs {argument.Name}, and `{bare}` is a word of the language", $"for example `{signature.Example}`; quote it if the argument is meant: \"{bare}\"");
                return null;
            }

            if (OptionName(text) is { } option && signature.Option(option) is not null)
            {
                text.Error(at, $"`{option}=` stands before {argument.Name}", $"options follow the arguments; for example `{signature.Example}`");
                return null;
            }

            var behind = at + bare.Length;
            while (char.IsWhiteSpace(text.CharAt(behind)))
                behind++;
            if (signature.Fact(bare) is not null && behind > at + bare.Length && text.CharAt(behind) is '<' or '>' or '=' or '!')
            {
                text.Error(at, $"{signature.Name} needs {argument.Name} before its condition", $"for example `{signature.Example}`");
                return null;
            }
        }

        var word = text.ReadWord();
        CheckWord(text, signature, argument, word, at);
        return word;
    }

    /// <param name="atMost">Null: whatever looks like an option is meant to be one.</param>
    private static Dictionary<string, Word> ReadOptions(MarkText text, Signature signature, IReadOnlyList<Argument>? atMost = null)
    {
        var options = NoOptions;
        while (true)
        {
            text.SkipBlanks();
            var at = text.At;
            if (OptionName(text) is not { } name || (signature.Option(name) is null && signature.Fact(name) is not null))
                return options;
            if (atMost is not null && !atMost.Any(o => o.Name == name))
                return options;
            var option = signature.Option(name);
            if (option is null)
                ReportUnknown(text, signature, name, at);
            text.At = at + name.Length + 1;
            if (text.AtEnd || text.Next == ',' || char.IsWhiteSpace(text.Next))
            {
                text.Error(at, $"`{name}=` has no value", $"write {name}=value without blanks; an empty value is {name}=\"\"");
                continue;
            }

            var valueAt = text.At;
            var word = text.ReadWord();
            if (option is null)
                continue;
            CheckWord(text, signature, option, word, valueAt);
            if (ReferenceEquals(options, NoOptions))
                options = new(StringComparer.Ordinal);
            if (!options.TryAdd(name, word))
                text.Error(at, $"`{name}=` stands twice", "leave one");
        }
    }

    private static void ReportUnknown(MarkText text, Signature signature, string name, int at)
    {
        if (Keywords.IsTiming(name))
            text.Error(at, $"`{name}` is a timing, not an option", $"write `{name} 30s`");
        else if (name == "host")
            text.Error(at, $"{signature.Name} can't be moved to another host", signature.Kind == "action"
                ? $"these actions can: {OnHosts(text.Vocabulary.Actions)}"
                : $"it asks from this machine; these look at the machine that host= names: {OnHosts(text.Vocabulary.Probes)}");
        else
            text.Error(at, $"{signature.Name} has no option `{name}=`", Nearest.Hint(name, signature.Options.Select(o => o.Name), signature.Options.Count == 0
                ? $"it takes {Takes(signature)}; quote an argument that holds blanks"
                : $"its options are {string.Join(", ", signature.Options.Select(o => o.Name + "="))}"));
    }

    private static string OnHosts(IReadOnlyDictionary<string, Signature> verbs) => string.Join(", ", verbs.Values.Where(s => s.OnHosts).Select(s => s.Name).Order(StringComparer.Ordinal));

    /// <summary>The name before a single <c>=</c> that touches it; null where none begins here.</summary>
    private static string? OptionName(MarkText text)
    {
        var name = text.PeekName();
        var after = text.At + name.Length;
        return name.Length > 0 && text.CharAt(after) == '=' && text.CharAt(after + 1) is not ('=' or '>' or '<' or '~') ? name.ToString() : null;
    }

    private static void CheckWord(MarkText text, Signature signature, Argument argument, Word word, int at)
    {
        if (word.Literal is not { } literal)
            return;
        if (argument.OneOf.Count > 0 && !argument.OneOf.Contains(literal))
        {
            text.Error(at, $"{argument.Name} of {signature.Name} can't be `{literal}`", Nearest.Hint(literal, argument.OneOf, $"it is one of {string.Join(", ", argument.OneOf)}"));
            return;
        }

        if (argument.Dimension == Dimension.Boolean)
        {
            if (literal is not ("true" or "false"))
                text.Error(at, $"{argument.Name} of {signature.Name} can't be `{literal}`", "write true or false");
            return;
        }

        var isNumber = argument.Dimension is Dimension.Duration or Dimension.Bytes or Dimension.Ratio or Dimension.Count;
        var number = isNumber ? Units.ParseNumber(literal) : null;
        if (!isNumber || number?.Dimension == argument.Dimension)
        {
            if (argument.Wrong?.Invoke(literal) is { } wrong)
                text.Error(at, wrong, $"for example `{signature.Example}`");
            return;
        }

        var fix = (number, argument.Dimension) switch
        {
            ({ Dimension: Dimension.Count }, Dimension.Duration) => $"write {literal}ms or {literal}s",
            ({ Dimension: Dimension.Count }, Dimension.Bytes) => $"write {literal}MB or {literal}GB",
            ({ Dimension: Dimension.Count }, Dimension.Ratio) => $"write {literal}%",
            (_, Dimension.Count) => "write a number without a unit",
            (null, _) => DurationReader.UnitFix(literal),
            _ => $"the units are {Units.UnitsOf(argument.Dimension)}",
        };
        text.Error(at, $"{argument.Name} of {signature.Name} is {DimensionCheck.Named(argument.Dimension)}, and `{literal}` is none", fix);
    }
}
