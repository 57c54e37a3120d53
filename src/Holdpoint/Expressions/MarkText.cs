using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>A mark's text with a place in it, and the list that takes its problems.</summary>
internal sealed class MarkText(string text, int start, SourceText source, Vocabulary vocabulary, List<Problem> problems)
{
    public string Text { get; } = text;

    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Offset of the next character to be read.</summary>
    public int At { get; set; }

    /// <summary>An error was reported: the mark can't be used.</summary>
    public bool Failed { get; private set; }

    public bool AtEnd => At >= Text.Length;

    public char Next => At < Text.Length ? Text[At] : '\0';

    public char CharAt(int offset) => offset >= 0 && offset < Text.Length ? Text[offset] : '\0';

    public Position PositionAt(int offset) => source.PositionAt(start + offset);

    public void Error(int offset, string what, string fix)
    {
        Failed = true;
        problems.Add(new(source.Path, PositionAt(offset), what, fix));
    }

    public void Warning(int offset, string what, string fix) =>
        problems.Add(new(source.Path, PositionAt(offset), what, fix, Severity.Warning));

    /// <summary>Fails without a problem of its own, because whoever read the file has reported it.</summary>
    public void FailSilently() => Failed = true;

    public MarkText SkipBlanks()
    {
        while (At < Text.Length && char.IsWhiteSpace(Text[At]))
            At++;
        return this;
    }

    /// <summary>Between clauses a comma is a pause for the reader's eye.</summary>
    public void SkipBlanksAndCommas()
    {
        while (At < Text.Length && (char.IsWhiteSpace(Text[At]) || Text[At] == ','))
            At++;
    }

    public string Slice(int from, int to) => Text[from..to];

    /// <summary>From an offset to here, without white space and commas at the end.</summary>
    public string TrimmedSlice(int from)
    {
        var slice = Text.AsSpan(from, Math.Max(0, At - from)).Trim().TrimEnd(',').TrimEnd();
        return slice.Length == Text.Length ? Text : slice.ToString();
    }

    /// <summary>A name that begins here: letters, digits, <c>_</c>, and inside it <c>.</c> and <c>-</c>. Empty where none begins.</summary>
    public ReadOnlySpan<char> PeekName()
    {
        if (At >= Text.Length || !IsNameStart(Text[At]))
            return [];
        var end = At + 1;
        while (end < Text.Length && (IsNamePart(Text[end]) || (Text[end] is '.' or '-' && end + 1 < Text.Length && IsNamePart(Text[end + 1]))))
            end++;
        return Text.AsSpan(At, end - At);
    }

    public bool TakeKeyword(string keyword)
    {
        SkipBlanks();
        if (!PeekName().SequenceEqual(keyword))
            return false;
        At += keyword.Length;
        return true;
    }

    /// <summary>What stands here up to white space, at least one character, without a comma at its end: for messages and for words that are none of the language's.</summary>
    public string PeekWord() => PeekWordFrom(At);

    public string PeekWordFrom(int begin) => WordFrom(begin).ToString();

    /// <summary>The same as <see cref="PeekWord"/> for those who only look at it.</summary>
    public ReadOnlySpan<char> PeekWordSpan() => WordFrom(At);

    private ReadOnlySpan<char> WordFrom(int begin)
    {
        var end = begin;
        while (end < Text.Length && !char.IsWhiteSpace(Text[end]))
            end++;
        var word = Text.AsSpan(begin, end - begin);
        var trimmed = word.TrimEnd(',');
        return trimmed.IsEmpty ? word : trimmed;
    }

    /// <summary>Goes on to the next word that can begin a clause, so that one mistake does not hide the next.</summary>
    public void SkipToClause()
    {
        while (!AtEnd)
        {
            if (Next is '"' or '\'')
            {
                var close = Text.IndexOf(Next, At + 1);
                At = close < 0 ? At + 1 : close + 1;
                continue;
            }

            if (!char.IsWhiteSpace(Next) && Next != ',')
            {
                At++;
                continue;
            }

            SkipBlanksAndCommas();
            if (Keywords.BeginsClause(PeekName()))
                return;
        }
    }

    /// <summary>
    /// A word as arguments are cut: a quoted string, or a run without white space in which <c>${…}</c> may hold anything. A comma at the end ends it.
    /// </summary>
    public Word ReadWord()
    {
        var begin = At;
        if (IsQuote(Next) && ReadString() is { } quoted)
        {
            if (!AtEnd && !char.IsWhiteSpace(Next) && Next != ',')
                Error(At, $"something follows the closing quote of {Slice(begin, At)}", "put a blank between them, or the quotes around all of it");
            CheckVariables(quoted, begin + 1);
            return new(quoted, PositionAt(begin), Quoted: true);
        }

        At = begin;
        var end = begin;
        while (end < Text.Length && !char.IsWhiteSpace(Text[end]))
        {
            if (Text[end] == '$' && CharAt(end + 1) == '{' && Text.IndexOf('}', end) is > 0 and var close)
                end = close;
            end++;
        }

        At = end;
        while (end > begin + 1 && Text[end - 1] == ',')
            end--;
        At = end;
        var word = Slice(begin, end);
        CheckVariables(word, begin);
        return new(word, PositionAt(begin));
    }

    /// <summary>A string that begins here with a quote; null, and reported, where it has no end. The quotes are not part of it, and nothing in it is an escape.</summary>
    public string? ReadString()
    {
        var open = Next;
        var close = open switch
        {
            '“' or '”' or '„' => Text.AsSpan(At + 1).IndexOfAny('“', '”'),
            '‘' => Text.AsSpan(At + 1).IndexOf('’'),
            _ => Text.AsSpan(At + 1).IndexOf(open),
        };
        if (close < 0)
        {
            Error(At, $"the string {PeekWord()} has no closing quote", $"close it with {open}");
            At = Text.Length;
            return null;
        }

        var content = Slice(At + 1, At + 1 + close);
        At += close + 2;
        return content;
    }

    public static bool IsQuote(char c) => c is '"' or '\'' or '“' or '”' or '„' or '‘';

    public void WarnOfCurlyQuotes()
    {
        for (var at = 0; at < Text.Length; at++)
            if (Text[at] is '“' or '”' or '„' or '‘' or '’' or '‚')
            {
                Warning(at, $"a curly quote {Text[at]} in a mark", "write straight quotes: \" or '");
                return;
            }
    }

    /// <summary>Reports names between <c>${</c> and <c>}</c> that nothing defines.</summary>
    public void CheckVariables(string content, int offset)
    {
        for (var i = content.IndexOf("${", StringComparison.Ordinal); i >= 0; i = content.IndexOf("${", i + 2, StringComparison.Ordinal))
        {
            var end = content.IndexOf('}', i);
            if (end < 0)
            {
                Error(offset + i, "`${` without its `}`", "close the variable: ${name}");
                return;
            }

            CheckVariable(content[(i + 2)..end], offset + i);
        }
    }

    public void CheckVariable(string name, int offset)
    {
        if (name.Length == 0)
        {
            Error(offset, "`${}` names no variable", "write ${name}");
            return;
        }

        if (Vocabulary.Variables is not { } known || known.Contains(name))
            return;
        if (name.StartsWith("env:", StringComparison.Ordinal) && name.Length > 4)
            return;
        if (name.StartsWith("secret:", StringComparison.Ordinal) && name.Length > 7)
            return;
        Error(offset, $"no variable is named `{name}`", Nearest.To(name, known) is { } near
            ? $"did you mean `${{{near}}}`?"
            : "declare it under `vars:` in holdpoint.yaml, or write ${env:NAME} or ${secret:NAME}");
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || (c > 127 && char.IsLetter(c));

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsAsciiDigit(c);
}
