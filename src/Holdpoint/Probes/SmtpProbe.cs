using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>A mail server greets, and takes mail over TLS. No mail is sent and nobody is logged in.</summary>
public sealed class SmtpProbe : AskingProbe
{
    /// <summary>TLS from the first byte (RFC 8314).</summary>
    private const int Submissions = 465;

    public override Signature Signature { get; } = new("smtp", "A mail server greets, and speaks TLS; no mail is sent")
    {
        Arguments = [new("HOST:PORT", "Port 25 unless one is given; on 465 TLS comes first.") { Wrong = text => HostAndPort.WhyNot(text, 25) }],
        Options =
        [
            new("name", "The name that the certificate has to carry. Default: the host."),
            new("ca", "A PEM file whose certificates are trusted instead of the machine's."),
            new("implicit", "true: TLS comes first on this port too; false: not on 465.") { OneOf = ["true", "false"] },
        ],
        Facts =
        [
            new("up", Dimension.Boolean, "It greets (220) and takes EHLO; false where it refuses either, or the connection."),
            new("tls", Dimension.Boolean, "STARTTLS is offered and comes about, or TLS comes first, with a certificate that is trusted. conversation.txt says why not."),
            new("time", Dimension.Duration, "From the look-up of the name to the answer to EHLO."),
        ],
        DefaultCondition = "up",
        OnHosts = true,
        Needs = Dialer.Needs,
        Example = "smtp mail.example.org:587 up and tls",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        if (!HostAndPort.TryParse(call.Arguments[0], 25, out var target, out var problem))
            throw new Unanswered(problem);
        using var dialer = Dialer.Of(call);
        var visit = new Visit(target, call.Option("name") ?? target.Host, await TlsProbe.RootsAsync(call, cancel), dialer, call.Context.Time);
        var isImplicit = call.Option("implicit") is { } given ? given == "true" : target.Port == Submissions;
        try
        {
            return isImplicit ? await OverTlsAsync(visit, cancel) : await InTheClearAsync(visit, cancel);
        }
        catch (TargetRefused e)
        {
            return Down(e.Message);
        }
        catch (AuthenticationException e)
        {
            throw new Unanswered($"{target} does not complete a TLS handshake: {TlsProbe.Reason(e)}");
        }
        catch (IOException e)
        {
            cancel.ThrowIfCancellationRequested();
            throw new Unanswered($"the connection to {target} broke off in the middle of the conversation: {TlsProbe.Reason(e)}");
        }
    }

    private static async Task<Reading> InTheClearAsync(Visit visit, CancellationToken cancel)
    {
        var began = visit.Time.GetTimestamp();
        await using var stream = await visit.Dialer.DialAsync(visit.Target, cancel);
        var conversation = new SmtpConversation(stream, visit.Target.ToString());
        var offers = await GreetAsync(conversation, stream, visit, cancel);
        var elapsed = visit.Time.GetElapsedTime(began);
        if (!offers.Lines.Any(l => l.Trim().Equals("STARTTLS", StringComparison.OrdinalIgnoreCase)))
        {
            await conversation.SayAsync("QUIT", cancel);
            return Measured(elapsed, "STARTTLS is not offered", conversation);
        }

        var ready = await conversation.SayAsync("STARTTLS", cancel);
        if (ready.Code != 220)
            return Measured(elapsed, $"STARTTLS is offered and then refused: {ready}", conversation);
        if (!conversation.IsDrained)
            throw new Unanswered($"{visit.Target} sends more after STARTTLS before TLS has begun: somebody between may have put it there");
        try
        {
            var tls = await TlsExamination.OfAsync(stream, visit.Name, visit.Roots, visit.Time, cancel);
            return Measured(elapsed, string.Join("; ", tls.Faults), conversation, tls);
        }
        catch (Exception e) when (e is AuthenticationException or IOException && !cancel.IsCancellationRequested)
        {
            return Measured(elapsed, $"STARTTLS is offered, and the handshake does not come about: {TlsProbe.Reason(e)}", conversation);
        }
    }

    private static async Task<Reading> OverTlsAsync(Visit visit, CancellationToken cancel)
    {
        var examined = await ExaminedAsync(visit, cancel);
        var began = visit.Time.GetTimestamp();
        var connection = await visit.Dialer.DialAsync(visit.Target, cancel);
        // The certificate was judged a moment ago; here only a greeting is heard.
#pragma warning disable CA5359
        await using var tls = new SslStream(connection, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = visit.Name }, cancel);
        var conversation = new SmtpConversation(tls, visit.Target.ToString());
        await GreetAsync(conversation, connection, visit, cancel);
        var elapsed = visit.Time.GetElapsedTime(began);
        await conversation.SayAsync("QUIT", cancel);
        return Measured(elapsed, string.Join("; ", examined.Faults), conversation, examined);
    }

    private static async Task<TlsExamination> ExaminedAsync(Visit visit, CancellationToken cancel)
    {
        await using var connection = await visit.Dialer.DialAsync(visit.Target, cancel);
        return await TlsExamination.OfAsync(connection, visit.Name, visit.Roots, visit.Time, cancel);
    }

    /// <summary>What it offers, by its answer to EHLO.</summary>
    /// <exception cref="TargetRefused">It takes no mail from here, or none now.</exception>
    private static async Task<SmtpReply> GreetAsync(SmtpConversation conversation, Stream connection, Visit visit, CancellationToken cancel)
    {
        var greeting = await conversation.HearAsync(cancel);
        if (greeting.Code != 220)
            throw new TargetRefused($"{visit.Target} greets with {greeting}");
        var offers = await conversation.SayAsync($"EHLO {SmtpConversation.AddressLiteral(Dialer.LocalEnd(connection))}", cancel);
        return offers.Code == 250 ? offers : throw new TargetRefused($"{visit.Target} refuses EHLO: {offers}");
    }

    /// <param name="fault">Why mail can't be given to it over TLS; empty where it can.</param>
    private static Reading Measured(TimeSpan elapsed, string fault, SmtpConversation conversation, TlsExamination? tls = null) =>
        Reading.Of(("up", Value.Of(true)), ("tls", Value.Of(fault.Length == 0)), ("time", Value.Duration(elapsed))) with
        {
            Evidence = [Evidence.OfText("conversation.txt", $"{(fault.Length == 0 ? "TLS: trusted" : $"no trusted TLS: {fault}")}\n\n{conversation.Transcript}{(tls is null ? "" : $"\nTLS {tls.Protocol}\n{tls.Chain}")}")],
        };

    private sealed record Visit(HostAndPort Target, string Name, X509Certificate2Collection? Roots, Dialer Dialer, TimeProvider Time);
}
