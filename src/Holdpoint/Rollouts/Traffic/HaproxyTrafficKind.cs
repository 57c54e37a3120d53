using Holdpoint.Configuration;

namespace Holdpoint.Rollouts;

/// <summary><c>haproxy: { socket: /run/haproxy/admin.sock, backend: api, servers: { api_blue: srv1 } }</c></summary>
public sealed class HaproxyTrafficKind : TrafficKind
{
    private const string UsualSocket = "/run/haproxy/admin.sock";

    public override string Name => "haproxy";

    internal override Shape.Mapping Shape { get; } = new("HAProxy: units are servers of one of its backends, moved through its stats socket.",
    [
        new("socket", new Shape.Scalar("Its stats socket with level admin: a path, or HOST:PORT.", ScalarKind.Text) { Examples = [UsualSocket] }) { Default = UsualSocket },
        new("backend", new Shape.Scalar("The backend whose servers the units are.", ScalarKind.Text)) { Required = true },
        new("servers", new Shape.Names("Servers of units by another name than their own.", "a unit", TrafficServers.UnitName, new Shape.Scalar("The server in that backend.", ScalarKind.Text))),
    ]);

    public override Traffic Create(TargetSettings settings, IReadOnlyList<string> units, RolloutContext context)
    {
        var named = settings.Map("servers");
        var servers = TrafficServers.Of(Name, units, named, unit => unit);
        var backend = settings["backend"] ?? throw new ArgumentException("haproxy lacks its backend");
        foreach (var name in servers.Values.Prepend(backend))
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
                throw new ArgumentException($"haproxy: '{name}' is no name of a backend or a server: letters, digits, '-', '_', '.' and ':'");
        var address = settings["socket"] ?? UsualSocket;
        var socket = new HaproxySocket(address.Contains('/', StringComparison.Ordinal) ? Path.Combine(context.Directory, address) : address, context.Time);
        return new HaproxyTraffic(socket.TellAsync, backend, servers, context.Time);
    }
}
