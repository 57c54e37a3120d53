using Holdpoint.Expressions;

namespace Holdpoint.Tests.Probes;

public sealed class TcpProbeTests
{
    [Fact]
    public async Task A_port_that_listens_is_up()
    {
        await using var server = Loopback.Silent();
        var facts = (await NetworkQuestion.AskAsync("tcp", $"127.0.0.1:{server.Port}")).Facts();
        Assert.Equal("true", facts.Show("up"));
        Assert.IsType<Value.Number>(facts["time"]);
    }

    [Fact]
    public async Task A_refused_connection_is_an_answer()
    {
        var port = Loopback.ClosedPort();
        var facts = (await NetworkQuestion.AskAsync("tcp", $"127.0.0.1:{port}")).Facts();
        Assert.Equal("false", facts.Show("up"));
        Assert.Equal($"unknown: 127.0.0.1:{port} refuses the connection", facts.Show("time"));
    }

    [Theory]
    [InlineData("db.example.org", "has no port")]
    [InlineData("db.example.org:0", "a port is a number from 1 to 65535")]
    [InlineData("db.example.org:http", "a port is a number")]
    [InlineData("::1", "in brackets")]
    [InlineData(":80", "names no host")]
    public async Task What_names_no_port_is_told_with_the_remedy(string target, string because) =>
        Assert.Contains(because, (await NetworkQuestion.AskAsync("tcp", target)).Because());

    [Theory]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("::1", "::1", 443)]
    [InlineData("shop.example.org", "shop.example.org", 443)]
    [InlineData("https://shop.example.org/a", "shop.example.org", 443)]
    [InlineData("https://shop.example.org:8443", "shop.example.org", 8443)]
    public void Hosts_and_ports_are_read_in_each_usual_form(string text, string host, int port)
    {
        Assert.True(Holdpoint.Probes.HostAndPort.TryParse(text, 443, out var parsed, out _));
        Assert.Equal((host, port), (parsed.Host, parsed.Port));
    }
}
