using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>A server's certificate: whether this machine trusts it, and how long it lasts. An untrusted one is an answer, its reason is the evidence.</summary>
public sealed class TlsProbe : Probe
{
    public override Signature Signature { get; } = new("tls", "A server's certificate is trusted and lasts")
    {
        Arguments = [new("HOST", "HOST or HOST:PORT; port 443 where none is given") { Wrong = text => HostAndPort.WhyNot(text, 443) }],
        Options =
        [
            new("name", "the name that the certificate has to carry, where it is another than HOST"),
            new("ca", "a PEM file whose certificates are trusted instead of the machine's"),
        ],
        Facts =
        [
            new("valid", Dimension.Boolean, "chain, name and dates hold by this machine's trust; revocation is not asked for"),
            new("remaining", Dimension.Duration, "until the certificate expires; negative afterwards"),
            new("issuer", Dimension.Text, "the issuer's distinguished name: CN=R11, O=Let's Encrypt, C=US"),
            new("protocol", Dimension.Version, "the version of TLS that was agreed on: 1.3"),
        ],
        DefaultCondition = "valid",
        OnHosts = true,
        Needs = Dialer.Needs,
        AlsoCalled = ["ssl", "certificate", "cert", "https"],
        Example = "tls shop.example.org remaining > 14d",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        if (!HostAndPort.TryParse(call.Arguments[0], 443, out var target, out var problem))
            return new Reading.NoAnswer(problem);
        using var limit = new AttemptLimit(call, cancel);
        using var dialer = Dialer.Of(call);
        try
        {
            var roots = await RootsAsync(call, limit.Token);
            await using var connection = await dialer.DialAsync(target, limit.Token);
            var tls = await TlsExamination.OfAsync(connection, call.Option("name") ?? target.Host, roots, call.Context.Time, limit.Token);
            var facts = Facts.Of(
                ("valid", Value.Of(tls.Faults.Count == 0)),
                ("remaining", Value.Duration(tls.NotAfter - call.Context.Time.GetUtcNow())),
                ("issuer", Value.Of(tls.Issuer)),
                ("protocol", Value.OfVersion(tls.Protocol)));
            var told = tls.Faults.Count == 0 ? $"{target}: trusted" : string.Join('\n', tls.Faults.Select(f => $"{target}: {f}"));
            return new Reading.Measured(facts) { Evidence = [Evidence.OfText("certificate.txt", $"{told}{dialer.From}\nTLS {tls.Protocol}\n\n{tls.Chain}")] };
        }
        catch (OperationCanceledException)
        {
            limit.ThrowUnlessOver();
            return new Reading.NoAnswer($"no TLS handshake from {target} within {Units.Duration(call.Timeout)}");
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return new Reading.NoAnswer($"{target} does not complete a TLS handshake: {Reason(e)}");
        }
    }

    internal static string Reason(Exception e) => NetworkFailure.In(e) is not null
        ? "it closed the connection"
        : (e.InnerException ?? e).Message switch
        {
            // OpenSSL's words for bytes that are no TLS record.
            var m when m.Contains("wrong version number", StringComparison.OrdinalIgnoreCase) || m.Contains("frame", StringComparison.OrdinalIgnoreCase) => "its answer is not TLS; is this the port?",
            var m when m.Contains("EOF", StringComparison.Ordinal) || m.Contains("0 bytes", StringComparison.Ordinal) || m.Contains("end of the stream", StringComparison.OrdinalIgnoreCase) => "it closed the connection",
            var m => m.Split('\n')[0].TrimEnd('.', '\r'),
        };

    /// <summary>The certificates of <c>ca=</c>, a file of the machine that is asked from; null where it is not given.</summary>
    /// <exception cref="Unanswered">They can't be read.</exception>
    internal static async Task<X509Certificate2Collection?> RootsAsync(ProbeCall call, CancellationToken cancel)
    {
        if (call.Option("ca") is not { } file)
            return null;
        var machine = Machine.Of(call);
        var path = machine.Absolute(file);
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(await machine.ReadAsync(path, cancel));
            return roots.Count > 0 ? roots : throw new Unanswered($"ca={path} holds no certificate: give a PEM file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new Unanswered($"ca={path} can't be read as PEM: {e.Message.TrimEnd('.')}");
        }
    }
}
