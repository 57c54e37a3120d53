using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdpoint.Probes;

/// <summary>Certificates of a server's own: whom it is trusted by in place of this machine's authorities, and by which the client proves itself. PEM files.</summary>
/// <param name="Root">The authority's file; null: those of this machine.</param>
/// <param name="Client">The client's file, its chain in it; null: none is asked for.</param>
/// <param name="Key">The client's key; null: it stands in <paramref name="Client"/>.</param>
internal sealed record WebCertificates(string? Root, string? Client, string? Key)
{
    // By the files' times as well: a certificate that is renewed during a watch of a day is read anew.
    private static readonly ConcurrentDictionary<(WebCertificates, bool, DateTime), HttpMessageInvoker> Invokers = new();

    /// <summary>Null where the settings name none.</summary>
    /// <param name="folder">Where relative paths start.</param>
    public static WebCertificates? Of(IReadOnlyDictionary<string, string> settings, string folder)
    {
        string? At(string key) => settings.GetValueOrDefault(key) is { Length: > 0 } path ? Path.GetFullPath(path, Path.GetFullPath(folder)) : null;
        var certificates = new WebCertificates(At("root_certificate"), At("client_certificate"), At("client_key"));
        return certificates == new WebCertificates(null, null, null) ? null : certificates;
    }

    /// <summary>Connections that all who name the same files share.</summary>
    /// <param name="problem">Which file can't be read, and why.</param>
    public HttpMessageInvoker? Invoker(bool insecure, out string problem)
    {
        problem = "";
        try
        {
            return Invokers.GetOrAdd((this, insecure, Files.Max(File.GetLastWriteTimeUtc)), _ => HttpExchange.Client(insecure, TlsOptions(insecure)));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            problem = $"a certificate of the configuration can't be read ({string.Join(", ", Files)}): {e.Message.Split('\n')[0]}; PEM files are meant";
            return null;
        }
    }

    private IEnumerable<string> Files => new[] { Root, Client, Key }.OfType<string>();

    private SslClientAuthenticationOptions TlsOptions(bool insecure)
    {
        var options = new SslClientAuthenticationOptions();
        if (Root is not null && !insecure)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(Root);
            if (options.CertificateChainPolicy.CustomTrustStore.Count == 0)
                throw new CryptographicException($"{Root} holds no certificate");
        }

        if (Client is not null)
        {
            var own = X509Certificate2.CreateFromPemFile(Client, Key ?? Client);
            options.ClientCertificates = [own];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        }

        return options;
    }
}
