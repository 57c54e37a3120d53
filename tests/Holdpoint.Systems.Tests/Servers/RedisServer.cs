using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A redis-server with a password, on a port, a port with TLS and a Unix socket.</summary>
public sealed class RedisServer(params string[] options) : StoreServer
{
    public const string Password = "p#ss/w\"rd";

    public string Url => $"redis://:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/0";

    public string Socket => At("redis.sock");

    public int TlsPort { get; private set; }

    public string Certificate => At("certificate.pem");

    public string DataFolder => At("data");

    public async Task<string> TellAsync(params string[] words) =>
        (await AskAsync(new Command("redis-cli", ["-s", Socket, "--no-auth-warning", .. words]) { Environment = new Dictionary<string, string?> { ["REDISCLI_AUTH"] = Password } })).Trim();

    public Task UntilAsync(string infoLine) => UntilAsync(async () => (await TellAsync("INFO")).Contains(infoLine, StringComparison.Ordinal));

    protected override async Task StartAsync()
    {
        TlsPort = FreePort();
        WriteCertificate();
        Directory.CreateDirectory(DataFolder);
        Run("redis-server", ["--bind", "127.0.0.1", "--port", $"{Port}", "--tls-port", $"{TlsPort}", "--tls-cert-file", Certificate, "--tls-key-file", At("key.pem"), "--tls-ca-cert-file", Certificate, "--tls-auth-clients", "no",
            "--unixsocket", Socket, "--requirepass", Password, "--dir", DataFolder, .. options]);
        await UntilAsync(async () => File.Exists(Socket) && await EndsWellAsync(new Command("redis-cli", ["-s", Socket, "ping"])));
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(At("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
