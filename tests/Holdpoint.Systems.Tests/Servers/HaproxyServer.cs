using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// A real HAProxy in front of servers that are given by name and address, spread by weight in one backend, <see cref="Backend"/>; its admin socket changes weights and states while it runs.
/// <c>/login</c> takes five requests an hour from one client, then answers 429; over TLS it adds the headers that protect a page.
/// </summary>
public sealed class HaproxyServer : StoreServer
{
    public const string Backend = "web";

    /// <summary>Where it shows its own metrics to Prometheus.</summary>
    public const string MetricsPath = "/haproxy/metrics";

    private readonly List<string> _servers = [];

    public int FrontPort => Port;

    public string Url => $"http://127.0.0.1:{FrontPort}";

    public int TlsPort { get; private set; }

    public string TlsUrl => $"https://localhost:{TlsPort}";

    /// <summary>Self-signed, for localhost.</summary>
    public string Certificate => At("certificate.pem");

    /// <summary>The Runtime API, with level admin.</summary>
    public string SocketPath => At("admin.sock");

    /// <summary>A path that a healthy server answers with 2xx or 3xx; without one a server counts as up until it is said to be down.</summary>
    public string? HealthPath { get; init; }

    /// <summary>After how many failed health checks a server is down. Each may take 100 ms, which a busy machine does not always keep.</summary>
    public int Fall { get; init; } = 2;

    /// <summary>Before the start.</summary>
    /// <param name="address">HOST:PORT</param>
    /// <param name="weight">0 to 256, its share of the sum of all; 0 gets nothing.</param>
    public HaproxyServer AddServer(string name, string address, int weight = 100)
    {
        _servers.Add($"server {name} {address} weight {weight}{(HealthPath is null ? "" : $" check inter 100ms fall {Fall} rise 1")}");
        return this;
    }

    /// <summary>What the Runtime API answers to one command, as <c>set server web/blue weight 10</c>.</summary>
    public async Task<string> TellAsync(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        await socket.SendAsync(Encoding.UTF8.GetBytes(command + "\n"));
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync()).Trim();
    }

    /// <summary>A server's line of <c>show stat</c>, by the names of its columns.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatAsync(string server)
    {
        var lines = (await TellAsync("show stat")).Split('\n').Select(l => l.TrimStart('#', ' ').Split(',')).ToList();
        return lines[0].Zip(lines.Single(l => l[0] == Backend && l[1] == server)).Where(c => c.First.Length > 0).ToDictionary(c => c.First, c => c.Second);
    }

    public Task UntilAsync(string server, string status) => UntilAsync(async () => (await StatAsync(server))["status"] == status);

    /// <summary>A health check of its own has found it well; before the first one it counts as up unseen.</summary>
    public Task UntilWellAsync(string server) => UntilAsync(async () => (await StatAsync(server))["check_status"] == "L7OK");

    protected override async Task StartAsync()
    {
        TlsPort = FreePort();
        WriteCertificate();
        await File.WriteAllTextAsync(At("haproxy.cfg"), Configuration());
        Run("haproxy", "-db", "-f", At("haproxy.cfg"));
        await UntilAsync(async () => File.Exists(SocketPath) && await ListensAsync());
    }

    /// <summary>It takes its socket and its ports together, so one that answers here has them all.</summary>
    private async Task<bool> ListensAsync()
    {
        try
        {
            return (await TellAsync("show info")).Contains("Version:", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
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
        File.WriteAllText(At("both.pem"), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
    }

    private string Configuration() => $$"""
        global
          stats socket {{SocketPath}} mode 600 level admin
          nbthread 1
          maxconn 200
        defaults
          mode http
          timeout connect 60s
          timeout client 60s
          timeout server 60s
        frontend front
          bind 127.0.0.1:{{FrontPort}}
          bind 127.0.0.1:{{TlsPort}} ssl crt {{At("both.pem")}}
          stick-table type ip size 1k expire 1h store http_req_rate(1h)
          http-request use-service prometheus-exporter if { path {{MetricsPath}} }
          http-request track-sc0 src if { path /login }
          http-request deny deny_status 429 if { path /login } { sc_http_req_rate(0) gt 5 }
          http-response set-header Strict-Transport-Security max-age=31536000 if { ssl_fc }
          http-response set-header Content-Security-Policy "default-src 'self'; frame-ancestors 'none'" if { ssl_fc }
          http-response set-header X-Content-Type-Options nosniff if { ssl_fc }
          http-response set-header Referrer-Policy no-referrer if { ssl_fc }
          default_backend {{Backend}}
        backend {{Backend}}
          balance roundrobin
          http-response set-header X-Served-By %s
          {{(HealthPath is null ? "" : $"option httpchk GET {HealthPath}")}}
          {{string.Join("\n  ", _servers)}}

        """;
}
