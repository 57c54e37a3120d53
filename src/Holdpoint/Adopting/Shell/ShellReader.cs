using System.Buffers;
using System.Text;

namespace Holdpoint.Adopting.Shell;

/// <summary>
/// Cuts a block into simple commands. It follows the shell's quoting, line continuation, here-documents and substitutions as far as it takes
/// to know every program that would be started; what it can't follow makes the whole block unjudged (POSIX.1-2017, Shell Command Language, 2.2 to 2.10).
/// </summary>
internal sealed class ShellReader
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal) { "do", "done", "then", "fi", "else", "{", "}", "!", "time" };
    private static readonly HashSet<string> Conditions = new(StringComparer.Ordinal) { "if", "elif", "while", "until" };

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly List<ShellCommand> _commands = [];
    private readonly List<ShellComment> _comments = [];
    private readonly IReadOnlyList<string> _lines;
    private string? _why;

    private ShellReader(IReadOnlyList<string> lines) => _lines = lines;

    public static ShellScript Read(IReadOnlyList<string> lines)
    {
        var reader = new ShellReader(lines);
        reader.ReadLines();
        return new(reader._commands, reader._comments, reader._why);
    }

    private void ReadLines()
    {
        for (var i = 0; i < _lines.Count && _why is null; i++)
        {
            var trimmed = _lines[i].Trim();
            if (trimmed.Length == 0)
                continue;
            if (trimmed[0] == '#')
            {
                _comments.Add(new(trimmed.TrimStart('#').Trim(), i, false));
                continue;
            }

            var first = i;
            var logical = new StringBuilder(_lines[i].TrimEnd());
            while (i + 1 < _lines.Count && (ShellLines.EndsOpen(logical) || ShellLines.QuoteIsOpen(logical) || ShellLines.EndsInPipe(logical)))
            {
                if (ShellLines.EndsOpen(logical))
                    logical.Length--;
                else if (ShellLines.QuoteIsOpen(logical))
                    logical.Append('\n');
                logical.Append(' ').Append(_lines[++i].Trim());
            }

            if (ShellLines.QuoteIsOpen(logical))
            {
                _why = "a quotation mark in it is never closed";
                return;
            }

            var (text, comment) = ShellLines.WithoutComment(logical.ToString());
            if (comment.Length > 0)
                _comments.Add(new(comment, i, true));
            var documents = ShellLines.HereDocuments(text);
            foreach (var end in documents)
            {
                i++;
                while (i < _lines.Count && _lines[i].Trim() != end)
                    i++;
            }

            if (i >= _lines.Count)
            {
                _why = "a here-document in it is never closed";
                return;
            }

            ReadList(text.Trim(), first, i, substitution: false);
        }
    }

    /// <summary>Pipes and lists: parted by <c>;</c>, <c>&amp;&amp;</c>, <c>||</c>, <c>|</c>, <c>&amp;</c>.</summary>
    private void ReadList(string text, int line, int last, bool substitution)
    {
        ShellCommand? before = null;
        var alternative = false;
        foreach (var (piece, separator) in Pieces(text))
        {
            var command = ReadCommand(piece, line, last, substitution);
            if (_why is not null)
                return;
            if (command is not null)
            {
                command = command with { PipedFrom = before, IsBackground = separator == "&", IsAlternative = alternative };
                _commands.Add(command);
            }

            alternative = separator == "||";
            before = separator is "|" or "|&" ? command ?? before : null;
        }
    }

    private static IEnumerable<(string Piece, string Separator)> Pieces(string text)
    {
        var quote = '\0';
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'')
            {
                i++;
                continue;
            }

            if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
                continue;
            }

            if (c is '\'' or '"' or '`')
                quote = c;
            else if (c is '(')
                depth++;
            else if (c is ')')
                depth--;
            if (depth > 0 || c is not (';' or '|' or '&') || quote != '\0')
                continue;
            // 2>&1, &> and >| are redirections.
            if (c == '&' && (i > 0 && text[i - 1] is '>' or '<' || i + 1 < text.Length && text[i + 1] == '>') || c == '|' && i > 0 && text[i - 1] == '>')
                continue;
            var two = i + 1 < text.Length && (text[i + 1] == c || c == '|' && text[i + 1] == '&');
            yield return (text[start..i], text.Substring(i, two ? 2 : 1));
            i += two ? 1 : 0;
            start = i + 1;
        }

        yield return (text[start..], "");
    }

    private ShellCommand? ReadCommand(string text, int line, int last, bool substitution)
    {
        text = text.Trim();
        while (text.StartsWith('(') && text.EndsWith(')'))
        {
            ReadList(text[1..^1].Trim(), line, last, substitution);
            return null;
        }

        var words = new List<string>();
        var assignments = new List<string>();
        var writes = new List<string>();
        foreach (var (word, isRedirection, isQuoted) in Words(text, line, last))
        {
            if (_why is not null)
                return null;
            if (isRedirection)
            {
                if (word.Length > 0 && word is not ("/dev/null" or "/dev/stderr" or "/dev/stdout"))
                    writes.Add(word);
            }
            else if (words.Count == 0 && !isQuoted && IsAssignment(word))
            {
                assignments.Add(word);
            }
            else if (words.Count == 0 && (Keywords.Contains(word) || Conditions.Contains(word)))
            {
                if (word is "while" or "until")
                    _why = $"it goes round in a `{word}` loop";
            }
            else
            {
                words.Add(word);
            }
        }

        if (_why is not null)
            return null;
        if (words is ["for" or "select" or "case" or "function", ..])
        {
            if (words[0] != "for")
                _why = $"`{words[0]}` is more than adopt follows";
            return null;
        }

        if (words.Count == 0 && assignments.Count == 0 && writes.Count == 0)
            return null;
        return new(words, line, last) { Text = text.ReplaceLineEndings(" "), Assignments = assignments, WritesTo = writes, IsSubstitution = substitution };
    }

    private static bool IsAssignment(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && (char.IsLetter(word[0]) || word[0] == '_') && word.AsSpan(0, equals).IndexOfAnyExcept(NameLetters) < 0;
    }

    /// <summary>Words without their quotes. Substitutions are read as commands of their own; here-documents' signs are passed over.</summary>
    private List<(string Word, bool IsRedirection, bool IsQuoted)> Words(string text, int line, int last)
    {
        var words = new List<(string, bool, bool)>();
        var word = new StringBuilder();
        var (inWord, quoted, redirection) = (false, false, false);
        void Finish()
        {
            if (inWord)
                words.Add((word.ToString(), redirection, quoted));
            word.Clear();
            (inWord, quoted, redirection) = (false, false, false);
        }

        for (var i = 0; i < text.Length && _why is null; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '\\' when i + 1 < text.Length:
                    word.Append(text[++i]);
                    inWord = true;
                    break;
                case '\'':
                    var close = text.IndexOf('\'', i + 1);
                    if (close < 0)
                    {
                        _why = "a quotation mark in it is never closed";
                        break;
                    }

                    word.Append(text, i + 1, close - i - 1);
                    (inWord, quoted, i) = (true, true, close);
                    break;
                case '"':
                    (inWord, quoted) = (true, true);
                    for (i++; i < text.Length && text[i] != '"'; i++)
                    {
                        if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\' or '$' or '`')
                            word.Append(text[++i]);
                        else if (text[i] == '`' || text[i] == '$' && i + 1 < text.Length && text[i + 1] == '(')
                            i = Substitution(text, i, word, line, last);
                        else
                            word.Append(text[i]);
                    }

                    break;
                case '`':
                case '$' when i + 1 < text.Length && text[i + 1] == '(':
                case '<' when i + 1 < text.Length && text[i + 1] == '(':
                    inWord = true;
                    i = Substitution(text, i, word, line, last);
                    break;
                case '<' when i + 1 < text.Length && text[i + 1] == '<':
                    Finish();
                    while (i + 1 < text.Length && text[i + 1] is '<' or '-' or ' ')
                        i++;
                    redirection = false;
                    // The word that ends the document, or the string of <<<, is input.
                    while (i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]))
                        i++;
                    break;
                case '<':
                    Finish();
                    i = SkipFile(text, i, out _);
                    break;
                case '>':
                    if (inWord && (word.ToString() is "1" or "2" or "&") && !quoted)
                        (inWord, _) = (false, word.Clear());
                    Finish();
                    if (i + 1 < text.Length && text[i + 1] is '>' or '|')
                        i++;
                    if (i + 1 < text.Length && text[i + 1] == '&')
                    {
                        i++;
                        while (i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]))
                            i++;
                        break;
                    }

                    i = SkipBlanks(text, i);
                    (inWord, redirection) = (true, true);
                    break;
                case ' ' or '\t' or '\n':
                    Finish();
                    break;
                default:
                    word.Append(c);
                    inWord = true;
                    break;
            }
        }

        Finish();
        return words;
    }

    private int Substitution(string text, int i, StringBuilder word, int line, int last)
    {
        var opens = text[i] == '`' ? i + 1 : i + 2;
        var end = text[i] == '`' ? text.IndexOf('`', i + 1) : Closing(text, opens);
        if (end < 0)
        {
            _why = "a substitution in it is never closed";
            return text.Length;
        }

        var inner = text[opens..end];
        // $(( … )) counts; nothing is started.
        if (!inner.StartsWith('('))
            ReadList(inner.Trim(), line, last, substitution: true);
        word.Append(text, i, end - i + 1);
        return end;
    }

    private static int Closing(string text, int from)
    {
        var depth = 1;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '(')
                depth++;
            else if (text[i] == ')' && --depth == 0)
                return i;
        }

        return -1;
    }

    private static int SkipBlanks(string text, int i)
    {
        while (i + 1 < text.Length && text[i + 1] is ' ' or '\t')
            i++;
        return i;
    }

    private static int SkipFile(string text, int i, out string file)
    {
        i = SkipBlanks(text, i);
        var start = i + 1;
        while (i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]))
            i++;
        file = text[start..(i + 1)];
        return i;
    }
}
