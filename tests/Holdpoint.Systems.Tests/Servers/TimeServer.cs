using System.Globalization;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>chrony, which tells this machine's own time over NTP and never sets it.</summary>
public sealed class TimeServer : StoreServer
{
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    protected override async Task StartAsync()
    {
        await File.WriteAllTextAsync(At("chrony.conf"), $"local stratum 8\nallow 127.0.0.1\nbindaddress 127.0.0.1\nport {Port}\ncmdport 0\nbindcmdaddress /\npidfile {At("chrony.pid")}\n");
        Run("chronyd", "-d", "-x", "-u", Environment.UserName, "-f", At("chrony.conf"));
        await UntilAsync(() => EndsWellAsync(new("python3", ["-c", Ask, Port.ToString(CultureInfo.InvariantCulture)])));
    }

    private const string Ask = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(1)
        s.connect(("127.0.0.1", int(sys.argv[1])))
        s.send(b"\x23" + b"\0" * 47)
        assert s.recv(512)[1] < 16
        """;
}
