using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>An authority of the tests and what it signs, as PEM files for servers.</summary>
public sealed class Certificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private readonly string _folder;

    /// <param name="folder">Gets <c>ca.pem</c>.</param>
    public Certificates(string folder)
    {
        _folder = folder;
        var request = new CertificateRequest("CN=Tests", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DaysFromNow(-100), DaysFromNow(1000));
        File.WriteAllText(Path.Combine(folder, "ca.pem"), _authority.ExportCertificatePem());
    }

    /// <summary>Writes <c>NAME.pem</c> and <c>NAME.key</c>.</summary>
    /// <param name="host">The host that it is for.</param>
    /// <param name="days">When it expires, from now.</param>
    /// <param name="signed">By the authority; else by itself.</param>
    public void Write(string name, string host, int days = 30, bool signed = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = signed
            ? request.Create(_authority, DaysFromNow(-90), DaysFromNow(days), RandomNumberGenerator.GetBytes(8))
            : request.CreateSelfSigned(DaysFromNow(-90), DaysFromNow(days));
        File.WriteAllText(Path.Combine(_folder, name + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    private static DateTimeOffset DaysFromNow(int days) => TimeProvider.System.GetUtcNow().AddDays(days);
}
