using Holdpoint.Expressions;

namespace Holdpoint.Probes.Registries;

/// <summary>Whether a registry of images answers: <c>GET /v2/</c> with 200, or with 401 and how to log in.</summary>
public sealed class RegistryProbe : AskingProbe
{
    public override Signature Signature { get; } = new("registry", "A registry of container images answers.")
    {
        Arguments = [new("HOST", "HOST or HOST:PORT, or a name under servers: registry: (url, insecure). On this machine by HTTP, elsewhere by HTTPS.") { Wrong = RegistryAddress.WhyNot }],
        Options =
        [
            new("insecure", "true takes any certificate") { OneOf = ["true", "false"] },
        ],
        Facts =
        [
            new("up", Dimension.Boolean, "It answers as a registry does, logged in or not; false where it refuses the connection or answers 5xx."),
            new("time", Dimension.Duration, "From the request to the answer's end."),
        ],
        DefaultCondition = "up",
        Example = "registry registry.example.org time < 2s",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var address = RegistryAddress.Of(call, call.Arguments[0]);
        try
        {
            var answer = await RegistryClient.ExchangeAsync(new HttpQuestion("GET", new Uri(address.Url + "/v2/"), [], null, Redirects: 0, address.Insecure), call, cancel);
            if (answer.Status >= 500)
                return Down($"{address.Url}/v2/ answers {answer.Status}");
            if (!IsRegistrys(answer))
                throw new Unanswered($"{address.Url}/v2/ answers {answer.Status}, but not as a registry: is this its address?");
            return Reading.Of(("up", Value.Of(true)), ("time", Value.Duration(answer.Time))) with { Evidence = [Evidence.OfText("answer.txt", answer.Transcript)] };
        }
        catch (TargetRefused e)
        {
            return Down(e.Message);
        }
    }

    private static bool IsRegistrys(HttpAnswer answer) => answer.Status switch
    {
        200 => answer.Header("Docker-Distribution-Api-Version") is not null || answer.Text.Trim() is "{}" or "",
        401 => answer.Header("WWW-Authenticate") is { } how && (how.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) || answer.Header("Docker-Distribution-Api-Version") is not null),
        _ => false,
    };
}
