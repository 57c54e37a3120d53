using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>nginx on the loopback, over HTTP and HTTPS, with a folder of pages; it ends with its test class.</summary>
public sealed class NginxServer : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("holdpoint-nginx-").FullName;
    private readonly string _token = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource _end = new();
    private Task<CommandResult> _running = Task.FromResult<CommandResult>(new CommandResult.NotStarted("not yet"));

    public int Port { get; private set; }

    public int TlsPort { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}";

    public string TlsUrl => $"https://127.0.0.1:{TlsPort}";

    public async ValueTask InitializeAsync()
    {
        WriteCertificate();
        Directory.CreateDirectory(Path.Combine(_folder, "www"));
        Write("token", _token);
        foreach (var page in (string[])["plain", "login", "hooks", "calm", "safe"])
            Write(page, "<!doctype html><html lang=en><title>A page</title><p>Welcome</p></html>");
        Write("slow", new string('x', 1_000_000));

        // Between choosing a port and taking it somebody else may take it.
        var log = "";
        for (var attempt = 0; attempt < 10; attempt++)
        {
            (Port, TlsPort) = FreePorts();
            await File.WriteAllTextAsync(Path.Combine(_folder, "nginx.conf"), Configuration());
            _running = new CommandRunner(TimeProvider.System).RunAsync(new("nginx", ["-p", _folder, "-c", Path.Combine(_folder, "nginx.conf"), "-e", "stderr"]), Timeout.InfiniteTimeSpan, _end.Token);
            if (await AnswersAsync())
                return;
            log = $"{await _running}";
        }

        throw new InvalidOperationException($"nginx does not start: {log}");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            _end.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A page under the server's root.</summary>
    public void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, "www", name), content);

    public void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_folder, "www", name), content);

    /// <summary>A port on which nothing listens.</summary>
    public static int ClosedPort() => FreePorts().Plain;

    /// <summary>False: it has ended, because a port was taken.</summary>
    private async Task<bool> AnswersAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!_running.IsCompleted)
        {
            try
            {
                if (await http.GetStringAsync($"{Url}/token", limit.Token) == _token)
                    return true;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }

        return false;
    }

    private static (int Plain, int Tls) FreePorts()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        other.Start();
        return (((IPEndPoint)one.LocalEndpoint).Port, ((IPEndPoint)other.LocalEndpoint).Port);
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(Path.Combine(_folder, "server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private string Configuration() => $$"""
        daemon off;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        worker_processes 1;
        pid {{_folder}}/nginx.pid;
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path {{_folder}}/body;
          proxy_temp_path {{_folder}}/proxy;
          fastcgi_temp_path {{_folder}}/fastcgi;
          uwsgi_temp_path {{_folder}}/uwsgi;
          scgi_temp_path {{_folder}}/scgi;
          types { text/html html; application/javascript js; }
          default_type text/html;
          # A limit that gives back one request a minute: no test takes that long.
          limit_req_zone $binary_remote_addr zone=login:1m rate=1r/m;
          limit_req_zone $binary_remote_addr zone=hooks:1m rate=1r/m;
          root {{_folder}}/www;
          server {
            listen 127.0.0.1:{{Port}};
            location = /login { limit_req zone=login burst=4 nodelay; limit_req_status 429; }
            location = /hooks { limit_req zone=hooks burst=2 nodelay; }
            location = /slow { limit_rate 10; }
            location = /echo { return 200 "$request_method $http_x_odd $content_type $content_length"; }
            location = /old { return 301 https://127.0.0.1:{{TlsPort}}/safe; }
            location = /orders {
              if ($request_method = OPTIONS) {
                add_header Access-Control-Allow-Origin https://shop.example.org;
                add_header Access-Control-Allow-Methods "GET, PUT";
                add_header Access-Control-Allow-Headers "content-type";
                return 204;
              }
              add_header Access-Control-Allow-Origin https://shop.example.org;
              return 200 "[]";
            }
          }
          server {
            listen 127.0.0.1:{{TlsPort}} ssl;
            ssl_certificate {{_folder}}/server.pem;
            ssl_certificate_key {{_folder}}/server.key;
            location = /safe {
              add_header Strict-Transport-Security "max-age=31536000";
              add_header Content-Security-Policy "default-src 'self'; frame-ancestors 'none'";
              add_header X-Content-Type-Options nosniff;
              add_header Referrer-Policy no-referrer;
              add_header Set-Cookie "session=abc; Secure; HttpOnly; SameSite=Lax";
            }
            location = /plain { add_header Set-Cookie "session=abc; Secure"; }
          }
        }
        """;
}
