using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>A server's certificate: whether this machine trusts it, and how long it lasts. An untrusted one is an answer, its reason is the evidence.</summary>
public sealed class TlsProbe : Probe
{
    public override Signature Signature { get; } = new("tls", "A server's certificate is trusted and lasts")
    {
        Arguments = [new("HOST", "HOST or HOST:PORT; port 443 where none is given")],
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
        Example = "tls shop.example.org remaining > 14d",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        if (!HostAndPort.TryParse(call.Arguments[0], 443, out var target, out var problem))
            return new Reading.NoAnswer(problem);
        X509Certificate2Collection? roots = null;
        if (call.Option("ca") is { } file && ReadRoots(Path.Combine(call.Context.Directory, file), out roots) is { } unreadable)
            return new Reading.NoAnswer(unreadable);
        using var limit = new AttemptLimit(call, cancel);
        try
        {
            var tls = await TlsExamination.OfAsync(target, call.Option("name") ?? target.Host, roots, call.Context.Time, limit.Token);
            var facts = Facts.Of(
                ("valid", Value.Of(tls.Faults.Count == 0)),
                ("remaining", Value.Duration(tls.NotAfter - call.Context.Time.GetUtcNow())),
                ("issuer", Value.Of(tls.Issuer)),
                ("protocol", Value.OfVersion(tls.Protocol)));
            var told = tls.Faults.Count == 0 ? $"{target}: trusted" : string.Join('\n', tls.Faults.Select(f => $"{target}: {f}"));
            return new Reading.Measured(facts) { Evidence = [Evidence.OfText("certificate.txt", $"{told}\nTLS {tls.Protocol}\n\n{tls.Chain}")] };
        }
        catch (OperationCanceledException)
        {
            limit.ThrowUnlessOver();
            return new Reading.NoAnswer($"no TLS handshake from {target} within {Units.Duration(call.Timeout)}");
        }
        catch (SocketException e)
        {
            return new Reading.NoAnswer(NetworkFailure.Of(e, target.ToString(), target.Host).Because);
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
            var m when m.Contains("wrong version number", StringComparison.OrdinalIgnoreCase) || m.Contains("frame", StringComparison.OrdinalIgnoreCase) => "its answer is not TLS",
            var m when m.Contains("EOF", StringComparison.Ordinal) || m.Contains("0 bytes", StringComparison.Ordinal) || m.Contains("end of the stream", StringComparison.OrdinalIgnoreCase) => "it closed the connection",
            var m => m.Split('\n')[0].TrimEnd('.', '\r'),
        };

    /// <summary>Null: they are read; else why not.</summary>
    internal static string? ReadRoots(string path, out X509Certificate2Collection? roots)
    {
        roots = [];
        try
        {
            roots.ImportFromPemFile(path);
            return roots.Count > 0 ? null : $"ca={path} holds no certificate: give a PEM file";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return $"ca={path} can't be read as PEM: {e.Message.TrimEnd('.')}";
        }
    }
}
