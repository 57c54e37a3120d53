using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>What the probes of a web address have in common: the address, one header, any certificate or a trusted one.</summary>
internal static class WebQuestion
{
    public static Argument Url { get; } = new("URL", "http://… or https://…") { Wrong = WhyNot };

    public static Argument Header { get; } = new("header", "One header of the request: \"Authorization: Bearer ${secret:TOKEN}\".");

    public static Argument Insecure { get; } = new("insecure", "true takes any certificate.") { OneOf = ["true", "false"] };

    /// <exception cref="Unanswered">The address or the header can't be used.</exception>
    public static HttpQuestion Of(ProbeCall call, string method, Dialer dialer) => new(method, Address(call.Arguments[0]), Headers(call), call.Option("body"), Insecure: call.Option("insecure") == "true") { Dialer = dialer };

    /// <summary>Why a text is no address that HTTP reaches; null: it is one.</summary>
    public static string? WhyNot(string text) => HttpProbe.TryAddress(text, out _, out var problem) ? null : problem;

    /// <exception cref="Unanswered">Not http://… or https://….</exception>
    public static Uri Address(string text) => HttpProbe.TryAddress(text, out var address, out var problem) ? address! : throw new Unanswered(problem);

    /// <exception cref="Unanswered">No <c>Name: value</c>.</exception>
    public static List<(string Name, string Value)> Headers(ProbeCall call)
    {
        if (call.Option("header") is not { } header)
            return [];
        var colon = header.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? [(header[..colon].Trim(), header[(colon + 1)..].Trim())] : throw new Unanswered("header= takes \"Name: value\"");
    }

    /// <exception cref="TargetRefused">No connection: the target or the name service says no.</exception>
    /// <exception cref="Unanswered">Garbage, half an answer, an untrusted certificate.</exception>
    /// <exception cref="OperationCanceledException">The attempt's time is over, or the run.</exception>
    public static async Task<HttpAnswer> AskAsync(HttpQuestion question, ProbeCall call, CancellationToken cancel) =>
        await HttpExchange.SendAsync(question, call.Context.Time, cancel) switch
        {
            HttpOutcome.Answered(var answer) => answer,
            HttpOutcome.Refused(var because) => throw new TargetRefused(because),
            HttpOutcome.Failed(var because) => throw new Unanswered(because),
            HttpOutcome.Cut(var where) => throw new OperationCanceledException(where, cancel),
            var other => throw new InvalidOperationException($"no such outcome: {other.GetType().Name}"),
        };
}
