using System.Globalization;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>dnsmasq, which knows one shop and asks nobody else.</summary>
public sealed class NameServer : StoreServer
{
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    protected override async Task StartAsync()
    {
        Run("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", $"--pid-file={At("dnsmasq.pid")}", $"--user={Environment.UserName}", "--no-resolv", "--no-hosts", "--local=/test/", "--listen-address=127.0.0.1", "--bind-interfaces",
            string.Create(CultureInfo.InvariantCulture, $"--port={Port}"),
            "--host-record=shop.test,203.0.113.7,2001:db8::7,300", "--mx-host=shop.test,mail.shop.test,10", "--txt-record=shop.test,v=spf1 -all", "--cname=www.shop.test,shop.test,60");
        // It answers what it does not know, too; only a port where nobody listens is silent.
        await UntilAsync(() => EndsWellAsync(new("python3", ["-c", Ask, Port.ToString(CultureInfo.InvariantCulture)])));
    }

    private const string Ask = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(1)
        s.connect(("127.0.0.1", int(sys.argv[1])))
        s.send(b"\0\1\1\0\0\1\0\0\0\0\0\0\4shop\4test\0\0\1\0\1")
        assert len(s.recv(512)) > 27
        """;
}
