using System.Text;

namespace Holdpoint.Probes.Postgres;

/// <summary>One statement of SQL. Each <c>${name}</c> of the fence has become a parameter, so that a value can't become syntax.</summary>
/// <param name="Statement">With <c>$1</c>, <c>$2</c> … in place of the variables.</param>
/// <param name="Variables">Their names, in that order.</param>
internal sealed record SqlText(string Statement, IReadOnlyList<string> Variables)
{
    /// <summary>Cut as PostgreSQL does: https://www.postgresql.org/docs/current/sql-syntax-lexical.html</summary>
    /// <param name="where">What it stands in, for messages.</param>
    /// <exception cref="Unanswered">No statement, several, or a variable within quotes.</exception>
    public static SqlText Read(string body, string where = "fence")
    {
        var statement = new StringBuilder();
        var variables = new List<string>();
        var statements = 0;
        var isBegun = false;
        for (var i = 0; i < body.Length;)
        {
            var end = EndOf(body, i, out var kind);
            var piece = body.AsSpan(i, end - i);
            switch (kind)
            {
                case Piece.Variable:
                    variables.Add(piece[2..^1].ToString());
                    statement.Append('$').Append(variables.Count);
                    break;
                case Piece.Quoted when piece.Contains("${", StringComparison.Ordinal):
                    throw new Unanswered($"line {Line(body, i)} of the {where} has a variable within quotes: write it without them, it is put in as a value (and never as a name)");
                case Piece.End:
                    isBegun = false;
                    break;
                default:
                    statement.Append(piece);
                    break;
            }

            if (kind is Piece.Variable or Piece.Quoted || (kind == Piece.Other && !piece.IsWhiteSpace()))
            {
                statements += isBegun ? 0 : 1;
                isBegun = true;
            }

            i = end;
        }

        return statements switch
        {
            0 => throw new Unanswered($"the {where} holds no statement"),
            1 => new(statement.ToString().Trim(), variables),
            _ => throw new Unanswered($"the {where} holds {statements} statements, and one is asked{(where == "fence" ? ": make a mark of each" : "")}"),
        };
    }

    private static int EndOf(string text, int at, out Piece kind)
    {
        kind = Piece.Quoted;
        switch (text[at])
        {
            case '\'':
                var escapes = at > 0 && text[at - 1] is 'e' or 'E' && (at == 1 || !IsNamePart(text[at - 2]));
                return AfterQuote(text, at + 1, '\'', escapes);
            case '"':
                return AfterQuote(text, at + 1, '"', escapes: false);
            case '$' when At(text, at + 1) == '{' && text.IndexOf('}', at) is var close and > 0:
                kind = Piece.Variable;
                return close + 1;
            case '$' when (at == 0 || !IsNamePart(text[at - 1])) && DollarTag(text, at) is { } tag:
                return text.IndexOf(tag, at + tag.Length, StringComparison.Ordinal) is var found and >= 0 ? found + tag.Length : text.Length;
            case '-' when At(text, at + 1) == '-':
                kind = Piece.Comment;
                return text.IndexOf('\n', at) is var line and >= 0 ? line : text.Length;
            case '/' when At(text, at + 1) == '*':
                kind = Piece.Comment;
                return AfterComment(text, at);
            case ';':
                kind = Piece.End;
                return at + 1;
            default:
                kind = Piece.Other;
                return at + 1;
        }
    }

    private static int AfterQuote(string text, int at, char quote, bool escapes)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\' && escapes)
                at++;
            else if (text[at] == quote)
                return at + 1;
        }

        return text.Length;
    }

    /// <summary>Comments nest.</summary>
    private static int AfterComment(string text, int at)
    {
        var depth = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '/' && At(text, at + 1) == '*')
                (depth, at) = (depth + 1, at + 1);
            else if (text[at] == '*' && At(text, at + 1) == '/')
            {
                (depth, at) = (depth - 1, at + 1);
                if (depth == 0)
                    return at + 1;
            }
        }

        return text.Length;
    }

    private static string? DollarTag(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && IsNamePart(text[end]) && text[end] != '$' && !(end == at + 1 && char.IsAsciiDigit(text[end])))
            end++;
        return At(text, end) == '$' ? text[at..(end + 1)] : null;
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static char At(string text, int at) => at < text.Length ? text[at] : '\0';

    private static int Line(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;

    private enum Piece { Other, Quoted, Variable, Comment, End }
}
