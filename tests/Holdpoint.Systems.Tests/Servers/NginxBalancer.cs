using System.Globalization;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>nginx before an upstream <c>web</c> whose servers stand in a file of their own, with two workers.</summary>
public sealed class NginxBalancer(string blue, string green) : StoreServer
{
    public string Url => $"http://127.0.0.1:{Port}";

    public string Upstream => At("web-upstream.conf");

    public string PidFile => At("nginx.pid");

    public string ConfigFile => At("nginx.conf");

    public string Place => Folder;

    public string TestCommand => $"nginx -p {Folder} -c {ConfigFile} -e stderr -t";

    public string ReloadCommand => $"nginx -p {Folder} -c {ConfigFile} -e stderr -s reload";

    protected override async Task StartAsync()
    {
        await File.WriteAllTextAsync(Upstream, $$"""
            # Moved by rollouts.
            upstream web {
              zone web 64k;
              server {{blue}};
              server {{green}} max_fails=0 down; # the idle one
              keepalive 8;
            }

            """);
        await File.WriteAllTextAsync(ConfigFile, $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 2;
            pid {{PidFile}};
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path {{At("body")}};
              proxy_temp_path {{At("proxy")}};
              fastcgi_temp_path {{At("fastcgi")}};
              uwsgi_temp_path {{At("uwsgi")}};
              scgi_temp_path {{At("scgi")}};
              include {{At("*-upstream.conf")}};
              server {
                listen 127.0.0.1:{{Port.ToString(CultureInfo.InvariantCulture)}};
                location / { proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_next_upstream off; }
              }
            }

            """);
        Run("nginx", "-p", Folder, "-c", ConfigFile, "-e", "stderr");
        await UntilAsync(async () => await TryGetAsync(Url + "/") == "blue");
    }
}
