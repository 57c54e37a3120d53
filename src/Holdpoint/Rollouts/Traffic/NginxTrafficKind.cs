using Holdpoint.Configuration;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary><c>nginx: { file: /etc/nginx/conf.d/api-upstream.conf, upstream: api, servers: { api_blue: 127.0.0.1:8081 } }</c></summary>
public sealed class NginxTrafficKind : TrafficKind
{
    private const string UsualTest = "nginx -t";

    private const string UsualReload = "nginx -s reload";

    /// <summary>Where Debian and nginx's own packages have it.</summary>
    private const string UsualPid = "/run/nginx.pid";

    public override string Name => "nginx";

    internal override Shape.Mapping Shape { get; } = new("nginx: units are servers of an upstream in a file of its own, which is written anew and reloaded.",
    [
        new("file", new Shape.Scalar("The file, which holds this upstream alone and is included by nginx.", ScalarKind.Text) { Examples = ["/etc/nginx/conf.d/api-upstream.conf"] }) { Required = true },
        new("upstream", new Shape.Scalar("The upstream's name.", ScalarKind.Text)) { Required = true },
        new("servers", new Shape.Names("Addresses of the units, as the upstream has them.", "a unit", TrafficServers.UnitName, new Shape.Scalar("The server, as 127.0.0.1:8081.", ScalarKind.Text))) { Required = true },
        new("test", new Shape.Scalar("The command that tests nginx's files.", ScalarKind.Script)) { Default = UsualTest },
        new("reload", new Shape.Scalar("The command that has nginx read its files.", ScalarKind.Script)) { Default = UsualReload },
        new("pid", new Shape.Scalar("The file with the number of nginx's master process, whose workers show when requests have ended; without it, and without a reload of your own, /run/nginx.pid where it exists.", ScalarKind.Text)),
    ]);

    public override Traffic Create(TargetSettings settings, IReadOnlyList<string> units, RolloutContext context)
    {
        var servers = TrafficServers.Of(Name, units, settings.Map("servers"), unit => throw new ArgumentException($"nginx: servers lacks {unit}; add {unit}: HOST:PORT"));
        var file = settings["file"] ?? throw new ArgumentException("nginx lacks its file");
        var upstream = settings["upstream"] ?? throw new ArgumentException("nginx lacks its upstream");
        // Of another machine or container the processes here say nothing.
        var pid = !Directory.Exists("/proc/self") ? null
            : settings["pid"] is { } given ? Path.Combine(context.Directory, given)
            : settings["reload"] is null && File.Exists(UsualPid) ? UsualPid : null;
        return new NginxTraffic(new(Path.Combine(context.Directory, file), upstream), upstream, servers, Of(settings["test"] ?? UsualTest), Of(settings["reload"] ?? UsualReload), pid, context);

        Command Of(string line) => Script.FromLine(line) is Script.Runs script
            ? script.Command with { WorkingDirectory = context.Directory, Environment = context.Variables }
            : throw new ArgumentException($"nginx: '{line}' is no command");
    }
}
