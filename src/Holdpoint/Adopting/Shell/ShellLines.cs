using System.Text;

namespace Holdpoint.Adopting.Shell;

/// <summary>How lines of a script belong together: quotes that go on, comments, here-documents (POSIX.1-2017, Shell Command Language, 2.2, 2.3, 2.7.4).</summary>
internal static class ShellLines
{
    public static bool EndsOpen(StringBuilder text) => text.Length > 0 && text[^1] == '\\';

    /// <summary>A list goes on behind an operator at the end of its line.</summary>
    public static bool EndsInPipe(StringBuilder text) => text.Length > 0 && (text[^1] == '|' || text.Length > 1 && text[^1] == '&' && text[^2] == '&') && WithoutComment(text.ToString()).Comment.Length == 0;

    public static bool QuoteIsOpen(StringBuilder text)
    {
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'')
                i++;
            else if (quote == '\0' && c == '#' && (i == 0 || char.IsWhiteSpace(text[i - 1])))
                return false;
            else if (quote == '\0' && c is '\'' or '"')
                quote = c;
            else if (c == quote)
                quote = '\0';
        }

        return quote != '\0';
    }

    public static (string Text, string Comment) WithoutComment(string line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && quote != '\'')
                i++;
            else if (quote == '\0' && c is '\'' or '"')
                quote = c;
            else if (c == quote)
                quote = '\0';
            else if (quote == '\0' && c == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return (line[..i].TrimEnd(), line[i..].TrimStart('#').Trim());
        }

        return (line, "");
    }

    public static List<string> HereDocuments(string text)
    {
        var ends = new List<string>();
        for (var at = text.IndexOf("<<", StringComparison.Ordinal); at >= 0; at = text.IndexOf("<<", at + 2, StringComparison.Ordinal))
        {
            if (at + 2 < text.Length && text[at + 2] == '<')
            {
                at++;
                continue;
            }

            var word = text[(at + 2)..].TrimStart('-', ' ').Split([' ', ';', '|', '>', '&', ')'], 2)[0].Trim('\'', '"', '\\');
            if (word.Length > 0 && (char.IsLetter(word[0]) || word[0] == '_'))
                ends.Add(word);
        }

        return ends;
    }
}
