using System.Text.RegularExpressions;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// Images of a small web service (nginx, listening on 8080) that answers its version; <c>/health</c> is its health check. Tags: <c>v1</c>, <c>v2</c>,
/// <c>v3</c>; <c>ill</c> never becomes healthy, <c>broken</c> fails every fifth request and looks healthy, <c>slow</c> answers 2 requests a second, and the others late,
/// <c>dead</c> ends at once with 3.
/// </summary>
public static partial class DemoImage
{
    public static async Task BuildAsync(DockerEngine engine, string name)
    {
        var nginx = CommandRunner.FindOnPath("nginx") ?? "/usr/sbin/nginx";
        var linked = await new CommandRunner(TimeProvider.System).RunAsync(new Command("ldd", [nginx]), TimeSpan.FromSeconds(30), default) is CommandResult.Exited { ExitCode: 0 } e
            ? e.Output.Text : throw new InvalidOperationException("the tests need nginx-light and ldd");
        List<string> programs = [nginx, .. Library().Matches(linked).Select(m => m.Value).Distinct()];
        foreach (var tag in (string[])["v1", "v2", "v3", "ill", "broken", "slow"])
            await engine.BuildAsync($"{name}:{tag}", new Dictionary<string, string> { ["etc/nginx.conf"] = Configuration(tag), ["etc/version"] = $"{tag}\n", ["etc/passwd"] = "root:x:0:0::/:/bin/sh\n", ["etc/group"] = "root:x:0:\n" }, programs,
                // TERM would cut what is under way; docker import knows no STOPSIGNAL.
                $"""CMD ["sh", "-c", "trap 'kill -QUIT $n' TERM; {nginx} -p /tmp -c /etc/nginx.conf & n=$!; wait $n; wait $n"]""",
                "HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD wget -q -O /dev/null http://127.0.0.1:8080/health");
        await engine.BuildAsync($"{name}:dead", new Dictionary<string, string>(), """CMD ["sh", "-c", "exit 3"]""");
    }

    private static string Configuration(string tag) => $$"""
        daemon off;
        user root;
        pid /tmp/nginx.pid;
        error_log stderr warn;
        events { worker_connections 512; }
        http {
          access_log off;
          client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
          keepalive_requests 1000000;
          limit_req_zone all zone=slow:64k rate=2r/s;
          split_clients $request_id $fails { {{(tag == "broken" ? "20% 1;" : "")}} * 0; }
          server {
            listen 8080;
            location = /health { return {{(tag == "ill" ? "503" : "200")}} "{{tag}}\n"; }
            location / {
              if ($fails) { return 500 "{{tag}} fails\n"; }
              {{(tag == "slow" ? "limit_req zone=slow burst=1000; root /etc; try_files /version =404;" : $"return 200 \"{tag}\\n\";")}}
            }
          }
        }
        """;

    [GeneratedRegex(@"/\S+\.so\S*", RegexOptions.CultureInvariant)]
    private static partial Regex Library();
}
