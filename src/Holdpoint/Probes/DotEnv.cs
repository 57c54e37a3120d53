using System.Text;

namespace Holdpoint.Probes;

/// <summary>
/// Files of variables as dotenv and Docker Compose read them: <c>NAME=value</c>, <c>export NAME=value</c>, single quotes (as it stands),
/// double quotes (with \n, \", over several lines), <c>#</c> comments. Variables in values are not put in. The last of equal names counts.
/// </summary>
internal sealed class DotEnv
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _values.Keys;

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <exception cref="FormatException">With the number of the line that is no variable; its text is not told, it may be a password.</exception>
    public static DotEnv Parse(string text)
    {
        var file = new DotEnv();
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimStart('\uFEFF').Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line[7..].TrimStart();
            var equals = line.IndexOf('=');
            var name = equals > 0 ? line[..equals].TrimEnd() : "";
            if (name.Length == 0 || name.Any(char.IsWhiteSpace))
                throw new FormatException($"line {i + 1} is no NAME=value");
            var value = line[(equals + 1)..].TrimStart();
            file._values[name] = value switch
            {
                ['\'', ..] => Quoted(lines, ref i, value, '\''),
                ['"', ..] => Quoted(lines, ref i, value, '"'),
                _ => Plain(value),
            };
        }

        return file;
    }

    private static string Plain(string value)
    {
        if (value.StartsWith('#'))
            return "";
        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? value : value[..comment]).TrimEnd();
    }

    private static string Quoted(string[] lines, ref int at, string value, char quote)
    {
        var (first, result) = (at, new StringBuilder());
        for (var i = 1; ; i++)
        {
            if (i == value.Length)
            {
                if (++at == lines.Length)
                    throw new FormatException($"line {first + 1} opens a quotation that nothing closes");
                result.Append('\n');
                (value, i) = (lines[at], -1);
            }
            else if (value[i] == quote)
            {
                return result.ToString();
            }
            else if (quote == '"' && value[i] == '\\' && i + 1 < value.Length)
            {
                i++;
                result.Append(value[i] switch { 'n' => "\n", 'r' => "\r", 't' => "\t", '"' or '\\' or '$' => value[i].ToString(), var c => $"\\{c}" });
            }
            else
            {
                result.Append(value[i]);
            }
        }
    }
}
