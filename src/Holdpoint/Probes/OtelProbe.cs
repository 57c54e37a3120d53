using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Whether an OpenTelemetry collector takes data: it is sent an export without a span, by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
public sealed class OtelProbe : AskingProbe
{
    private const string Path = "/v1/traces";

    public override Signature Signature { get; } = new("otel", "An OpenTelemetry collector takes data.")
    {
        Arguments = [new("SERVER", "A name under servers: otel: url (default http://localhost:4318, the OTLP receiver's HTTP), token, user, password, header_NAME, insecure.")],
        Facts =
        [
            new("up", Dimension.Boolean, "It took an empty export of traces, sent as JSON; false where it refuses the connection, or data for now (429, 502, 503, 504). Whether it passes data on is not seen: ask the store behind it."),
        ],
        DefaultCondition = "up",
        Example = "otel main within 30s",
        StandIn = "a server that answers as OTLP/HTTP has it",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var collector = WebApi.Of(call, "otel", call.Arguments[0], "http://localhost:4318");
        try
        {
            var answer = await collector.AskAsync("POST", Path, """{"resourceSpans":[]}""", cancel);
            // What may be tried again, by the protocol: the collector is overloaded, or what it needs is away.
            if (answer.Status is 429 or 502 or 503 or 504)
                return Down($"the collector takes no data for now ({answer.Status})");
            if (answer.Status == 404)
                throw new Unanswered($"{answer.Address} answers 404: is this the OTLP receiver's HTTP address (port 4318)?");
            if (answer.Status == 415)
                throw new Unanswered($"{answer.Address} does not take JSON (415): is this an OTLP receiver?");
            if (collector.Document(Path, answer) is not { ValueKind: JsonValueKind.Object } document || document.EnumerateObject().Any(p => p.Name != "partialSuccess"))
                throw new Unanswered($"{answer.Address} answers, but not as OTLP has it: is this the collector's address?");
            return Reading.Of(("up", Value.Of(true))) with { Evidence = [Evidence.OfText("answer.txt", answer.Transcript)] };
        }
        catch (TargetRefused e)
        {
            return Down(e.Message);
        }
    }
}
