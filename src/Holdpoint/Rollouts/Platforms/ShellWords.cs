using System.Text;

namespace Holdpoint.Rollouts;

/// <summary>Words of a line as a POSIX shell splits them, without its expansions: <c>$</c>, <c>*</c>, <c>~</c> and <c>;</c> are letters like others.</summary>
internal static class ShellWords
{
    /// <exception cref="ArgumentException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Of(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
                continue;
            }

            word ??= new();
            if (quote == '\0' && c is '\'' or '"')
                quote = c;
            else if (c == quote)
                quote = '\0';
            // Between double quotes a backslash keeps itself, but for a few.
            else if (c == '\\' && quote != '\'' && i + 1 < line.Length && (quote == '\0' || line[i + 1] is '"' or '\\' or '$' or '`' or '\n'))
                word.Append(line[++i]);
            else
                word.Append(c);
        }

        if (quote != '\0')
            throw new ArgumentException($"a {quote} is not closed in: {line}");
        if (word is not null)
            words.Add(word.ToString());
        return words;
    }
}
