using System.Globalization;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>ssh with what Holdpoint wants of it; everything else is the user's configuration: users, keys, jumps, known hosts.</summary>
internal static class SshCommand
{
    /// <summary>The connection of its own that others share by a socket.</summary>
    public static Command Carrying(HostAddress address, string socket, TimeSpan connect) => Of(address, connect, "-o", "ControlMaster=yes", "-o", $"ControlPath={socket}", "-o", "ControlPersist=no");

    /// <summary>Another session on a connection that is there; without it, none.</summary>
    public static Command Sharing(HostAddress address, string socket) => Of(address, SshHost.ConnectLimit, Over(socket));

    /// <summary>A connection that the host makes for us, on the one that is there: its bytes are those of ssh's standard streams.</summary>
    public static Command Forwarding(HostAddress address, string socket, HostAndPort target) =>
        With(address, SshHost.ConnectLimit, [.. Over(socket), "-W", target.ToString(), "--", address.Destination]);

    /// <summary>A connection of its own that nobody shares: for what outlives this process.</summary>
    public static Command Alone(HostAddress address, TimeSpan connect) => Of(address, connect, "-o", "ControlMaster=no", "-o", "ControlPath=none");

    private static string[] Over(string socket) => ["-o", "ControlMaster=no", "-o", $"ControlPath={socket}", "-o", "ProxyCommand=false"];

    private static Command Of(HostAddress address, TimeSpan connect, params string[] options) => With(address, connect, [.. options, "--", address.Destination, RemoteShell.Boot]);

    private static Command With(HostAddress address, TimeSpan connect, IReadOnlyList<string> rest) => new("ssh",
    [
        .. address.Config is { } config ? (string[])["-F", config] : [],
        // No terminal, so nobody could be asked.
        "-T",
        "-o", "BatchMode=yes", "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no", "-o", "RemoteCommand=none", "-o", "LogLevel=ERROR",
        "-o", $"ConnectTimeout={Math.Max(1, (int)Math.Ceiling(connect.TotalSeconds)).ToString(CultureInfo.InvariantCulture)}", "-o", "ConnectionAttempts=1",
        // A host that falls silent is noticed within 15 s.
        "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3",
        .. rest,
    ])
    {
        // A shell's own language would put its messages into another.
        Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
    };
}
