using System.Globalization;
using System.Text;

namespace Holdpoint.Rollouts;

/// <summary>A <c>server</c> of an upstream.</summary>
/// <param name="Others">Parameters that are kept as they are: <c>max_fails=2</c>.</param>
/// <param name="Span">Where it stands in the file, up to its semicolon.</param>
/// <param name="Line">Beginning at 1.</param>
internal sealed record NginxUpstreamServer(string Address, int Weight, bool IsDown, IReadOnlyList<string> Others, Range Span, int Line)
{
    /// <summary>Gets requests only where all others are down.</summary>
    public bool IsBackup => Others.Contains("backup");

    public override string ToString() => string.Join(' ', [$"server {Address} weight={Weight.ToString(CultureInfo.InvariantCulture)}", .. IsDown ? (string[])["down"] : [], .. Others]);
}

/// <summary>
/// A file that holds one upstream and beside it only comments: <c>upstream api { server 127.0.0.1:8081 weight=95; server 127.0.0.1:8082 down; keepalive 16; }</c>.
/// What isn't a server stays as it is, to the last blank.
/// Source: nginx, Module ngx_http_upstream_module, "server".
/// </summary>
internal sealed record NginxUpstream(string Text, IReadOnlyList<NginxUpstreamServer> Servers)
{
    /// <exception cref="FormatException">The file is no such one: which line, and why.</exception>
    public static NginxUpstream Parse(string text, string name)
    {
        var words = Words(text);
        var servers = new List<NginxUpstreamServer>();
        var at = 0;
        Expect("upstream");
        Expect(name);
        Expect("{");
        while (at < words.Count && words[at].Text != "}")
        {
            var from = at;
            while (at < words.Count && words[at].Text is not (";" or "{" or "}"))
                at++;
            if (at == words.Count || words[at].Text != ";" || at == from)
                throw new FormatException($"line {Line(at)}: {(at < words.Count ? $"'{words[at].Text}'" : "the end of the file")} where a directive ends with ';'");
            if (words[from].Text == "server")
                servers.Add(Server(words[(from + 1)..at], words[from]));
            else if (words[from].Text == "include")
                throw new FormatException($"line {words[from].Line}: an include may hold servers that are not seen here");
            at++;
        }

        Expect("}");
        if (at < words.Count)
            throw new FormatException($"line {Line(at)}: '{words[at].Text}' behind the upstream, which has to be alone in its file");
        if (servers.GroupBy(s => s.Address).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new FormatException($"line {twice.Last().Line}: {twice.Key} stands there a second time");
        return new(text, servers);

        void Expect(string word)
        {
            if (at == words.Count || words[at].Text != word)
                throw new FormatException($"line {Line(at)}: {(at < words.Count ? $"'{words[at].Text}'" : "the end of the file")} where '{word}' is expected");
            at++;
        }

        int Line(int index) => index < words.Count ? words[index].Line : text.Count(c => c == '\n') + 1;
    }

    /// <summary>Servers with these weights; 0 is down and keeps the weight that it had.</summary>
    /// <param name="weights">By address; the rest stays as it is.</param>
    public NginxUpstream With(IReadOnlyDictionary<string, int> weights, string name)
    {
        var text = new StringBuilder(Text);
        foreach (var server in Servers.Reverse())
            if (weights.TryGetValue(server.Address, out var weight) && (weight == 0 ? !server.IsDown : server.IsDown || server.Weight != weight))
            {
                var (offset, length) = server.Span.GetOffsetAndLength(Text.Length);
                text.Remove(offset, length).Insert(offset, server with { Weight = weight == 0 ? server.Weight : weight, IsDown = weight == 0 });
            }

        return Parse(text.ToString(), name);
    }

    private static NginxUpstreamServer Server(IReadOnlyList<Word> words, Word directive)
    {
        if (words.Count == 0)
            throw new FormatException($"line {directive.Line}: a server without an address");
        var weight = 1;
        var others = new List<string>();
        foreach (var (parameter, line, _) in words.Skip(1))
            if (!parameter.StartsWith("weight=", StringComparison.Ordinal))
                others.Add(parameter);
            else if (!int.TryParse(parameter[7..], NumberStyles.None, CultureInfo.InvariantCulture, out weight) || weight < 1)
                throw new FormatException($"line {line}: '{parameter}' is no weight: a whole number from 1");
        return new(words[0].Text, weight, others.Remove("down"), others, directive.Span.Start..words[^1].Span.End, directive.Line);
    }

    /// <summary>As nginx reads its files: blanks part words, quotes keep them together, <c>#</c> begins a comment where a word may begin.</summary>
    private static List<Word> Words(string text)
    {
        var words = new List<Word>();
        var line = 1;
        for (var i = 0; i < text.Length;)
        {
            var from = i;
            if (char.IsWhiteSpace(text[i]))
                line += text[i++] == '\n' ? 1 : 0;
            else if (text[i] == '#')
                i = text.IndexOf('\n', i) is >= 0 and var end ? end : text.Length;
            else
            {
                if (text[i] is '"' or '\'')
                    i = text.IndexOf(text[i], i + 1) is > 0 and var close ? close + 1 : throw new FormatException($"line {line}: a quote that is not closed");
                else if (text[i] is ';' or '{' or '}')
                    i++;
                else
                    while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not (';' or '{' or '}'))
                        i++;
                words.Add(new(text[from..i], line, from..i));
                line += text.AsSpan(from..i).Count('\n');
            }
        }

        return words;
    }

    private sealed record Word(string Text, int Line, Range Span);
}
