using System.Globalization;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>A request that another machine makes, with its curl (curl(1), EXIT CODES). What is asked goes through its input: no header stands on a command line.</summary>
internal sealed class HttpFromHost(ProbeCall call, CancellationToken cancel)
{
    private const int OutputLimit = 16 * 1024 * 1024;

    // Ends the output: no body holds it.
    private readonly string _mark = Guid.NewGuid().ToString("N");

    private string Host => call.Context.Host!;

    public async Task<Reading> AskAsync(HttpQuestion question)
    {
        using var limit = new AttemptLimit(call, cancel);
        try
        {
            var time = TimeSpan.Zero;
            while (true)
            {
                if (question.Problem is { } problem)
                    return new Reading.NoAnswer(problem);
                var command = new Command("curl", ["-q", "--config", "-"]) { Input = Configuration(question), OutputLimit = OutputLimit, Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" } };
                var ended = await call.Context.Commands.RunAsync(command, limit.Remaining, cancel) switch
                {
                    CommandResult.Exited exited => exited,
                    CommandResult.TimedOut => throw new Unanswered($"no answer from {question.Address}, asked from {Host}, within {Units.Duration(call.Timeout)}"),
                    CommandResult.NotStarted refused => throw new Unanswered(refused.Because.StartsWith("curl: not found", StringComparison.Ordinal) ? $"{refused.Because}: install curl there, or ask from here with host=localhost" : refused.Because),
                    var other => throw new InvalidOperationException($"no such end of a command: {other}"),
                };
                if (ended.ExitCode != 0)
                    return await ExplainAsync(ended.ExitCode, ended.Error.Text, question);
                var answer = Read(ended.Output, question);
                time += answer.Time;
                if (question.After(answer.Status, answer.Header("Location")) is not { } next)
                    return Measured(answer with { Time = time }, ended.Output.IsWhole);
                question = next;
            }
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
    }

    private string Configuration(HttpQuestion question)
    {
        var text = new StringBuilder("silent\nshow-error\ninclude\nsuppress-connect-headers\ngloboff\nhttp1.1\n");
        Add("url", question.Address.AbsoluteUri);
        Add("write-out", $"\n{_mark} %{{time_total}} %{{size_download}}");
        if (question.Method.Equals("HEAD", StringComparison.OrdinalIgnoreCase))
            text.Append("head\n");
        else
            Add("request", question.Method.ToUpperInvariant());
        if (question.Insecure)
            text.Append("insecure\n");
        // Else curl asks a server first whether it may send a long body.
        Add("header", "Expect:");
        foreach (var (name, value) in question.AllHeaders)
            Add("header", value.Length == 0 ? $"{name};" : $"{name}: {value}");
        if (question.Body is { } body)
            Add("data-raw", body);
        return text.ToString();

        void Add(string option, string value) => text.Append(option).Append(" = \"")
            .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal))
            .Append("\"\n");
    }

    /// <summary>Status line, headers, an empty line, the body, and what curl measured.</summary>
    private HttpAnswer Read(CapturedOutput output, HttpQuestion question)
    {
        var text = output.Text;
        var end = text.LastIndexOf($"\n{_mark} ", StringComparison.Ordinal);
        var measured = end < 0 ? [] : text[(end + 1)..].Split(' ');
        if (measured is not [_, var seconds, var bytes] || !double.TryParse(seconds, CultureInfo.InvariantCulture, out var time) || !double.TryParse(bytes, CultureInfo.InvariantCulture, out var size))
            throw new Unanswered($"curl on {Host} does not tell what it measured: is it a curl?");
        var at = 0;
        while (true)
        {
            var blank = text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal) is >= 0 and var found && found < end ? found : end;
            var lines = text[at..blank].Split("\r\n");
            var words = lines[0].Split(' ', 3);
            if (!lines[0].StartsWith("HTTP/", StringComparison.Ordinal) || words.Length < 2 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
                throw new Unanswered($"{question.Address}, asked from {Host}, answers, but not in HTTP");
            at = Math.Min(blank + 4, end);
            if (status is >= 100 and < 200 && at < end)
                continue;
            var headers = lines.Skip(1).Select(l => l.Split(':', 2)).Where(h => h.Length == 2).Select(h => (h[0], h[1].Trim())).ToList();
            var version = Version.TryParse(words[0].AsSpan(5), out var told) ? told : new(int.TryParse(words[0].AsSpan(5), out var major) ? major : 1, 0);
            return new(question.Address, version, status, words.Length > 2 ? words[2] : "", headers, Encoding.UTF8.GetBytes(text[at..end]), (long)size, TimeSpan.FromSeconds(time));
        }
    }

    private Reading.Measured Measured(HttpAnswer answer, bool isWhole)
    {
        var facts = HttpProbe.FactsOf(answer, call.TextsOf("header"));
        if (!answer.IsWhole && isWhole)
            facts = new(new Dictionary<string, Value>(facts.Values) { ["body"] = new Value.Unknown($"the body is not written in UTF-8, and only such is read from {Host}") });
        return new(facts) { Evidence = [Evidence.OfText("answer.txt", $"asked from {Host}\n\n{answer.Transcript}")] };
    }

    private async Task<Reading> ExplainAsync(int exit, string said, HttpQuestion question)
    {
        var address = question.Address;
        var target = new HostAndPort(address.IdnHost.Trim('[', ']'), address.Port);
        var line = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? $"curl ended with {exit}";
        var reason = line[(line.IndexOf(") ", StringComparison.Ordinal) is >= 0 and var close ? close + 2 : 0)..];
        switch (exit)
        {
            // curl does not say why it got no connection.
            case 6 or 7 when await TcpFromHost.AskAsync(target, call, cancel) is var tried:
                return tried is Reading.Measured { Facts: var facts } && facts["time"] is Value.Unknown(var because) && facts["up"] is Value.Boolean { Is: false }
                    ? new Reading.Measured(HttpProbe.RefusedFacts(because, call.TextsOf("header"))) { Evidence = [Evidence.OfText("answer.txt", because + "\n")] }
                    : tried as Reading.NoAnswer ?? new Reading.NoAnswer($"{target} could not be asked from {Host}: {reason}");
            case 35 or 51 or 58 or 60 or 77 or 83:
                return new Reading.NoAnswer($"{target} is not trusted from {Host}: {reason}");
            case 18 or 52 or 55 or 56:
                return new Reading.NoAnswer($"the answer of {address}, asked from {Host}, broke off before its end: {reason}");
            case 1 or 8:
                return new Reading.NoAnswer($"{target}, asked from {Host}, answers, but not in HTTP: {reason}");
            default:
                return new Reading.NoAnswer($"{address} could not be asked from {Host}: {reason}");
        }
    }
}
