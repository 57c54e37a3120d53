using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Holdpoint.Probes;

/// <summary>One TLS handshake and what the server showed in it.</summary>
/// <param name="Faults">Why the certificate is not trusted, each in words; empty where it is.</param>
/// <param name="Protocol">The version of TLS: <c>1.3</c>.</param>
/// <param name="Chain">A line for each certificate, from the server's own to the root.</param>
internal sealed record TlsExamination(IReadOnlyList<string> Faults, DateTimeOffset NotAfter, string Issuer, string Subject, string Protocol, string Chain)
{
    /// <param name="name">The name that is asked for and that the certificate has to carry.</param>
    /// <param name="roots">Trusted instead of the machine's own roots; null: the machine's.</param>
    /// <exception cref="SocketException">No connection.</exception>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    /// <exception cref="IOException">The server ended it.</exception>
    public static async Task<TlsExamination> OfAsync(HostAndPort target, string name, X509Certificate2Collection? roots, TimeProvider time, CancellationToken cancel)
    {
        using var socket = await target.ConnectAsync(cancel);
        await using var stream = new NetworkStream(socket);
        return await OfAsync(stream, name, roots, time, cancel);
    }

    /// <summary>Over a connection that is there already: after STARTTLS.</summary>
    public static async Task<TlsExamination> OfAsync(Stream connection, string name, X509Certificate2Collection? roots, TimeProvider time, CancellationToken cancel)
    {
        TlsExamination? found = null;
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        await using var tls = new SslStream(connection, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = policy,
                // Nothing is sent over this connection: an untrusted certificate is what is to be measured.
#pragma warning disable CA5359
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    found = certificate is X509Certificate2 c ? Look(c, chain, errors, name, time.GetUtcNow()) : null;
                    return true;
                },
#pragma warning restore CA5359
            },
            cancel);
        return found is null
            ? throw new AuthenticationException("the server showed no certificate")
            : found with { Protocol = VersionOf(tls.SslProtocol) };
    }

    private static TlsExamination Look(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, string name, DateTimeOffset now)
    {
        var faults = new List<string>();
        var notBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        var notAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        if (now >= notAfter)
            faults.Add($"its certificate expired on {Day(notAfter)}");
        if (now < notBefore)
            faults.Add($"its certificate is not valid before {Day(notBefore)}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            faults.Add($"its certificate is for {Names(certificate)}, not for {name}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            faults.AddRange(ChainFaults(certificate, chain));
        if (errors != SslPolicyErrors.None && faults.Count == 0)
            faults.Add($"its certificate is not trusted ({errors})");

        var lines = new StringBuilder();
        foreach (var link in chain?.ChainElements.Select(e => e.Certificate) ?? [certificate])
            lines.AppendLine(CultureInfo.InvariantCulture, $"{link.Subject}\n  issued by {link.Issuer}\n  valid {Day(link.NotBefore.ToUniversalTime())} to {Day(link.NotAfter.ToUniversalTime())}, SHA-256 {Convert.ToHexStringLower(link.GetCertHash(HashAlgorithmName.SHA256))}");
        return new(faults, notAfter, certificate.Issuer, certificate.Subject, "", lines.ToString());
    }

    private static IEnumerable<string> ChainFaults(X509Certificate2 certificate, X509Chain? chain)
    {
        var flags = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        var selfSigned = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        if (flags.HasFlag(X509ChainStatusFlags.UntrustedRoot) || flags.HasFlag(X509ChainStatusFlags.PartialChain))
            yield return selfSigned
                ? "its certificate is self-signed and this machine does not trust it"
                : flags.HasFlag(X509ChainStatusFlags.PartialChain)
                    ? $"the chain of its certificate breaks off: no certificate of {chain!.ChainElements[^1].Certificate.Issuer} was sent or is known here"
                    : $"its certificate comes from {chain!.ChainElements[^1].Certificate.Subject}, which this machine does not trust";
        // The server's own dates are told with their day above; here it is about the certificates over it.
        if (chain is not null && flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
            foreach (var link in chain.ChainElements.Skip(1).Where(e => e.ChainElementStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid)))
                yield return $"the certificate of its issuer {link.Certificate.Subject} is only valid {Day(link.Certificate.NotBefore.ToUniversalTime())} to {Day(link.Certificate.NotAfter.ToUniversalTime())}";
        const X509ChainStatusFlags Told = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotTimeValid;
        foreach (var status in chain?.ChainStatus.Where(s => (s.Status & ~Told) != 0) ?? [])
            yield return $"its certificate is not accepted: {status.StatusInformation.Trim().TrimEnd('.')}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToList();
        return names.Count == 0 ? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)
            : names.Count > 4 ? $"{string.Join(", ", names.Take(4))} and {names.Count - 4} more"
            : string.Join(", ", names);
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string VersionOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "1.3",
        SslProtocols.Tls12 => "1.2",
        var older => older.ToString() switch { "Tls11" => "1.1", "Tls" => "1.0", var other => other },
    };
}
