using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary><c>curl</c> as the probe <c>http</c>: where every option of it has a counterpart.</summary>
internal static partial class HttpProbes
{
    private const int MostRedirects = 10;

    public static NativeProbe? Of(Pipeline pipeline, Call call, Expectation? expected, string text)
    {
        if (Request(call) is not { } request)
            return null;
        var timed = pipeline.Head.Words[0] == "time" || pipeline.Head.Text.TrimStart().StartsWith("time ", StringComparison.Ordinal) || call.ValueOf("-w")?.Contains("time_total", StringComparison.Ordinal) == true;
        var behind = pipeline.Commands.Skip(1).ToList();
        if (behind.Any(c => c.WritesTo.Count > 0) || pipeline.Head.WritesTo.Count > 0)
            return null;
        switch (behind)
        {
            case []:
                return Plain(request, expected, text, timed);
            case [{ Program: "jq" } jq] when Path(jq) is { } path:
                return OfPath(request, path, expected);
            case [{ Program: "jq" or "json_pp" } jq] when jq.Arguments.All(a => a is "." or "-r" or "-C") || jq.Program == "json_pp":
                return expected is null ? new(request.Check) : Plain(request, expected, text, timed);
            case [{ Program: "python" or "python3" } json] when json.Words is [_, "-m", "json.tool"]:
                return Plain(request, expected, text, timed);
            case [{ Program: "head", WritesTo.Count: 0 } head] when expected is null && (head.Arguments is ["-1" or "-n1"] or ["-n", "1"] || head.Arguments is [['-', ..]]) && !call.Has("-I"):
                return new(request.Check);
            default:
                return null;
        }
    }

    private static NativeProbe? Plain(HttpRequest request, Expectation? expected, string text, bool timed) => expected switch
    {
        null when InText().Match(text) is { Success: true } status => new($"{request.Check} status == {status.Groups["code"].Value}"),
        null when Expectations.WantsRefusal(text) => null,
        // Whoever asks for a connection takes any answer.
        null when Reaching().IsMatch(text) => new($"{request.Check} up"),
        null => new(request.Check),
        Expectation.Status { Code: var code } => new($"{request.Check} status == {code}"),
        Expectation.Number { Comparison: "==", Amount: { Length: 3 } code } when code[0] is >= '1' and <= '5' => new($"{request.Check} status == {code}"),
        Expectation.Duration { Comparison: "<" or "<=" } limit when timed || limit.Amount.EndsWith("ms", StringComparison.Ordinal) => new($"{request.Check} time {limit.Comparison} {limit.Amount}"),
        Expectation.Text { Literal: var literal } when JsonForm().Match(literal) is { Success: true } json => new($"{request.Check} $.{json.Groups["key"].Value} == \"{json.Groups["value"].Value}\""),
        Expectation.Text { Literal: var literal } when !literal.Contains('\\', StringComparison.Ordinal) => new($"{request.Check} body contains \"{literal}\""),
        Expectation.Nothing => new($"{request.Check} count($[*]) == 0"),
        Expectation.Healthy or Expectation.Prose => new(request.Check, Judges: false),
        _ => null,
    };

    private static NativeProbe? OfPath(HttpRequest request, string path, Expectation? expected) => expected switch
    {
        null => new($"{request.Check} {path} exists"),
        Expectation.Text { Literal: var literal } when !literal.Contains('\\', StringComparison.Ordinal) => new($"{request.Check} {path} == \"{literal}\""),
        Expectation.Number number => new($"{request.Check} {path} {number.Comparison} {number.Amount}"),
        _ => null,
    };

    /// <summary><c>.a.b</c> of jq, which is <c>$.a.b</c>.</summary>
    private static string? Path(ShellCommand jq) =>
        jq.Arguments.Where(a => a is not ("-r" or "-e" or "-C")).ToList() is [var filter] && JqPath().IsMatch(filter) ? "$" + filter : null;

    private static HttpRequest? Request(Call call)
    {
        string? url = null;
        var (method, options) = ("", "");
        for (var i = 0; i < call.Words.Count; i++)
        {
            var word = call.Words[i];
            var value = i + 1 < call.Words.Count ? call.Words[i + 1] : "";
            switch (word)
            {
                case "-X" or "--request":
                    if (value is not ("GET" or "HEAD" or "OPTIONS"))
                        return null;
                    (method, i) = (value == "GET" ? "" : $" method={value}", i + 1);
                    break;
                case "-m" or "--max-time":
                    if (!value.All(char.IsAsciiDigit))
                        return null;
                    (options, i) = ($"{options}\u0001 timeout {value}s", i + 1);
                    break;
                case "-o" or "--output" when value == "/dev/null":
                case "-w" or "--write-out":
                case "--connect-timeout" or "--retry" or "-A" or "--user-agent":
                    i++;
                    break;
                case "-H" or "--header":
                    if (options.Contains("header=", StringComparison.Ordinal) || Header(value) is not { } header)
                        return null;
                    (options, i) = (header + options, i + 1);
                    break;
                case "--fail" or "--silent" or "--show-error" or "--compressed" or "--http2" or "--fail-with-body" or "--include" or "--verbose":
                    break;
                case "--location":
                    options = $" redirects={MostRedirects}{options}";
                    break;
                case "--insecure":
                    options = $" insecure=true{options}";
                    break;
                case "--head":
                    method = " method=HEAD";
                    break;
                case ['-', .. var letters] when letters.Length > 0 && letters.All(l => "sSfiIvLko".Contains(l, StringComparison.Ordinal)):
                    if (letters.Contains('I', StringComparison.Ordinal))
                        method = " method=HEAD";
                    if (letters.Contains('L', StringComparison.Ordinal))
                        options = $" redirects={MostRedirects}{options}";
                    if (letters.Contains('k', StringComparison.Ordinal))
                        options = $" insecure=true{options}";
                    if (letters.Contains('o', StringComparison.Ordinal) && value != "/dev/null")
                        return null;
                    i += letters.Contains('o', StringComparison.Ordinal) ? 1 : 0;
                    break;
                case ['-', ..]:
                    return null;
                default:
                    if (url is not null)
                        return null;
                    url = word;
                    break;
            }
        }

        return url is not null && Url(url) is { } whole ? new($"http {whole}{method}{options.Replace("\u0001", "", StringComparison.Ordinal)}") : null;
    }

    /// <summary>With variables in the place of placeholders and of the shell's own.</summary>
    private static string? Url(string url)
    {
        if (url.Contains("$(", StringComparison.Ordinal) || url.Any(c => c is ' ' or '"' or '\'' or '`' or '[' or ']' or '*'))
            return null;
        var written = url;
        foreach (var placeholder in Placeholders.In(url))
        {
            if (placeholder.Written is ['{', ..])
                return null;
            written = written.Replace(placeholder.Written, $"${{{placeholder.Variable}}}", StringComparison.Ordinal);
        }

        written = ShellVariable().Replace(written, m => $"${{{Placeholders.NameOf(m.Groups["name"].Value)}}}");
        if (written.Contains("://", StringComparison.Ordinal))
            return written.StartsWith("http", StringComparison.Ordinal) ? Mended(written) : null;
        return written.StartsWith("${", StringComparison.Ordinal) ? Mended(written) : HostFirst().IsMatch(written) ? Mended("http://" + written) : null;
    }

    /// <summary>A comma at a word's end would be taken for the end of the argument.</summary>
    private static string? Mended(string url) => url.EndsWith(',') || url.Contains('<', StringComparison.Ordinal) || url.Contains('{', StringComparison.Ordinal) && !OnlyVariables().IsMatch(url) ? null : url;

    private static string? Header(string header)
    {
        if (header.Contains('"', StringComparison.Ordinal) || header.Contains('\\', StringComparison.Ordinal) || header.Contains('`', StringComparison.Ordinal) || header.Contains('<', StringComparison.Ordinal) || header.Contains("YOUR", StringComparison.Ordinal))
            return null;
        return $" header=\"{ShellVariable().Replace(header, m => Placeholders.IsSecret(m.Groups["name"].Value) ? $"${{secret:{m.Groups["name"].Value}}}" : $"${{{Placeholders.NameOf(m.Groups["name"].Value)}}}")}\"";
    }

    private sealed record HttpRequest(string Written)
    {
        /// <summary>Timings come last in a mark, behind a condition; a limit of one attempt is left to the default then.</summary>
        public string Check => Timing().Replace(Written, "");
    }

    [GeneratedRegex(@"connectivit|konnektivität|conectivida", RegexOptions.IgnoreCase)]
    private static partial Regex Reaching();

    [GeneratedRegex(" timeout [0-9]+s")]
    private static partial Regex Timing();

    [GeneratedRegex(@"^(?:\.[A-Za-z_]\w*)+$")]
    private static partial Regex JqPath();

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_]\w*)\}?")]
    private static partial Regex ShellVariable();

    [GeneratedRegex(@"^[A-Za-z0-9.-]+(?::[0-9]+)?(?:/|$|\?)")]
    private static partial Regex HostFirst();

    [GeneratedRegex(@"^[^{}]*(?:\$\{[a-z_][a-z0-9_]*\}[^{}]*)*$")]
    private static partial Regex OnlyVariables();

    [GeneratedRegex(@"^\{?\s*""?(?<key>[A-Za-z_]\w*)""?\s*:\s*""?(?<value>[A-Za-z0-9_. -]+?)""?\s*\}?$")]
    private static partial Regex JsonForm();

    [GeneratedRegex(@"(?:→|returns?|responds?(?: with)?|gibt|devuelve|retourne|retorna|HTTP)\s*(?:HTTP\s*)?(?<code>[1-5][0-9]{2})\b", RegexOptions.IgnoreCase)]
    private static partial Regex InText();
}
