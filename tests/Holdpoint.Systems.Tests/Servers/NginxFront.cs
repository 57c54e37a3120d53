namespace Holdpoint.Systems.Tests.Servers;

/// <summary>nginx in front of servers that need not run yet; the idle ones are down.</summary>
public sealed class NginxFront(IReadOnlyList<(string Unit, string Address, bool IsIdle)> servers) : StoreServer
{
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>What stands under <c>traffic:</c> of a target, in one line.</summary>
    public string Traffic =>
        $"{{ nginx: {{ file: {At("shop-upstream.conf")}, upstream: shop, pid: {At("nginx.pid")}, test: {Nginx} -t, reload: {Nginx} -s reload, servers: {{ {string.Join(", ", servers.Select(s => $"{s.Unit}: \"{s.Address}\""))} }} }} }}";

    private string Nginx => $"nginx -p {Folder} -c {At("nginx.conf")} -e stderr";

    protected override async Task StartAsync()
    {
        await File.WriteAllTextAsync(At("shop-upstream.conf"), $"upstream shop {{\n{string.Concat(servers.Select(s => $"  server {s.Address}{(s.IsIdle ? " down" : "")};\n"))}  keepalive 16;\n}}\n");
        await File.WriteAllTextAsync(At("nginx.conf"), $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 2;
            pid {{At("nginx.pid")}};
            events { worker_connections 512; }
            http {
              access_log off;
              client_body_temp_path {{At("body")}};
              proxy_temp_path {{At("proxy")}};
              fastcgi_temp_path {{At("fastcgi")}};
              uwsgi_temp_path {{At("uwsgi")}};
              scgi_temp_path {{At("scgi")}};
              # A connection that a client keeps would be closed at a reload, be a request on its way or not.
              keepalive_timeout 0;
              include {{At("*-upstream.conf")}};
              server {
                listen 127.0.0.1:{{Port}};
                location = /front { return 200 "ready"; }
                location / { proxy_pass http://shop; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_next_upstream off; }
              }
            }

            """);
        Run("nginx", "-p", Folder, "-c", At("nginx.conf"), "-e", "stderr");
        await UntilAsync(async () => await TryGetAsync(Url + "/front") == "ready");
    }
}
