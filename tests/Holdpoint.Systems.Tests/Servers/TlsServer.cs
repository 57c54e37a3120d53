using System.Globalization;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>nginx with a certificate that holds, one that has expired, one that signed itself and one of another name, told apart by the name that is asked for.</summary>
public sealed class TlsServer : StoreServer
{
    private static readonly string[] Names = ["good", "expired", "self", "wrong"];

    /// <summary>Whom to trust.</summary>
    public string Authority => At("ca.pem");

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    protected override async Task StartAsync()
    {
        using (var certificates = new Certificates(Folder))
        {
            certificates.Write("good", "good.test");
            certificates.Write("expired", "expired.test", days: -1);
            certificates.Write("self", "self.test", signed: false);
            certificates.Write("wrong", "other.test");
        }

        await File.WriteAllTextAsync(At("nginx.conf"), $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{At("nginx.pid")}};
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path {{At("body")}};
              proxy_temp_path {{At("proxy")}};
              fastcgi_temp_path {{At("fastcgi")}};
              uwsgi_temp_path {{At("uwsgi")}};
              scgi_temp_path {{At("scgi")}};
            {{string.Concat(Names.Select(n => $"  server {{ listen {Address} ssl; server_name {n}.test; ssl_certificate {At(n + ".pem")}; ssl_certificate_key {At(n + ".key")}; return 200 {n}; }}\n"))}}
            }

            """);
        Run("nginx", "-p", Folder, "-c", At("nginx.conf"), "-e", "stderr");
        await UntilAsync(() => EndsWellAsync(new("openssl", ["s_client", "-connect", Address, "-servername", "good.test", "-CAfile", Authority, "-verify_return_error"])));
    }
}
