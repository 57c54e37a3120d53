using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>One HTTP request. Redirects are answers unless <c>redirects=</c> follows them; a proxy is taken from the environment (<c>HTTP_PROXY</c>, <c>NO_PROXY</c>).</summary>
public sealed class HttpProbe : Probe
{
    public override Signature Signature { get; } = new("http", "A web address answers")
    {
        Arguments = [WebQuestion.Url],
        Options =
        [
            new("method", "GET by default"),
            new("redirects", "how many redirects are followed; 0 by default", Dimension.Count),
            new("body", "what is sent; a body that looks like JSON is sent as such"),
            new("header", "one header: \"Authorization: Bearer ${secret:TOKEN}\""),
            new("insecure", "true takes any certificate") { OneOf = ["true", "false"] },
        ],
        Facts =
        [
            new("up", Dimension.Boolean, "an HTTP answer came; false where the connection was refused or the host does not exist"),
            new("status", Dimension.Count, "the status code"),
            new("time", Dimension.Duration, "from the request to the last byte of the body"),
            new("size", Dimension.Bytes, "of the body, as it was sent"),
            new("body", Dimension.Text, "the body, up to 1 MiB; with host= only such as is written in UTF-8"),
            new("header", Dimension.Text, "the value of a header; several are joined by a comma", TakesText: true),
        ],
        HasDocument = true,
        DefaultCondition = "status in 200..299",
        OnHosts = true,
        Needs = "with host=: curl on that host",
        AlsoCalled = ["url", "curl", "endpoint"],
        Example = "http ${api}/health $.status == \"healthy\" within 60s",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        if (!TryAddress(call.Arguments[0], out var address, out var problem))
            return new Reading.NoAnswer(problem);
        var redirects = 0;
        if (call.Option("redirects") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out redirects) || redirects > 50))
            return new Reading.NoAnswer($"redirects={text} is no number from 0 to 50");
        List<(string, string)> headers = [];
        if (call.Option("header") is { } header)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                return new Reading.NoAnswer("header= takes \"Name: value\"");
            headers.Add((header[..colon].Trim(), header[(colon + 1)..].Trim()));
        }

        var question = new HttpQuestion(call.Option("method") ?? "GET", address!, headers, call.Option("body"), redirects, call.Option("insecure") == "true");
        if (call.Context.Host is not null)
            return await new HttpFromHost(call, cancel).AskAsync(question);
        using var limit = new AttemptLimit(call, cancel);
        switch (await HttpExchange.SendAsync(question, call.Context.Time, limit.Token))
        {
            case HttpOutcome.Answered(var answer):
                return new Reading.Measured(FactsOf(answer, call.TextsOf("header"))) { Evidence = [Evidence.OfText("answer.txt", answer.Transcript)] };
            case HttpOutcome.Refused(var because):
                return new Reading.Measured(RefusedFacts(because, call.TextsOf("header"))) { Evidence = [Evidence.OfText("answer.txt", because + "\n")] };
            case HttpOutcome.Failed(var because):
                return new Reading.NoAnswer(because);
            case HttpOutcome.Cut(var where):
                limit.ThrowUnlessOver();
                return new Reading.NoAnswer($"{where} within {Units.Duration(call.Timeout)}");
            case var other:
                throw new InvalidOperationException($"no such outcome: {other.GetType().Name}");
        }
    }

    internal static bool TryAddress(string text, out Uri? address, out string problem)
    {
        problem = "";
        if (Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme is "http" or "https" && address.Host.Length > 0)
            return true;
        problem = text.Contains("://", StringComparison.Ordinal) ? $"'{text}' is no address that HTTP can reach" : $"'{text}' is no web address: write http://{text} or https://{text}";
        return false;
    }

    internal static Facts FactsOf(HttpAnswer answer, IEnumerable<string> headers)
    {
        var text = answer.Text;
        var values = new Dictionary<string, Value>
        {
            ["up"] = Value.Of(true),
            ["status"] = Value.Count(answer.Status),
            ["time"] = Value.Duration(answer.Time),
            ["size"] = answer.Size is { } size ? Value.Bytes(size) : new Value.Unknown("the body is longer than 256 MiB and was not read to its end"),
            // A part of a body can't prove that something is absent from it.
            ["body"] = answer.IsWhole ? Value.Of(text) : new Value.Unknown($"the body is longer than the {Units.Bytes(answer.Content.Length)} that are kept"),
        };
        foreach (var name in headers)
            values[$"header\"{name}\""] = answer.Header(name) is { } value ? Value.Of(value) : new Value.Absent();
        return new(values, text);
    }

    internal static Facts RefusedFacts(string because, IEnumerable<string> headers)
    {
        var unknown = new Value.Unknown(because);
        var values = new Dictionary<string, Value> { ["up"] = Value.Of(false), ["status"] = unknown, ["time"] = unknown, ["size"] = unknown, ["body"] = unknown };
        foreach (var name in headers)
            values[$"header\"{name}\""] = unknown;
        return new(values);
    }
}
