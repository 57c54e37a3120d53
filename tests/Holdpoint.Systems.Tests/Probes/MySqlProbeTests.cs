using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

public sealed class MySqlProbeTests(MariaDbServer server) : IClassFixture<MariaDbServer>
{
    [Fact]
    public async Task A_server_that_answers_passes_by_port_and_socket()
    {
        var marks = new StoreMarks("mysql", ("url", server.Url));
        await marks.PassesAsync("mysql main");
        await marks.PassesAsync("mysql main version >= 10 and connections in 1..20 and time < 2m");
        Assert.Contains("version is ", await marks.FailedAsync("mysql main version >= 100"));
        Assert.Contains("MariaDB", await marks.EvidenceAsync("mysql main"));
        await new StoreMarks("mysql", ("socket", server.Socket), ("user", "probe"), ("password", MariaDbServer.Password)).PassesAsync("mysql main");
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_database_are_no_answer()
    {
        var because = await new StoreMarks("mysql", ("url", server.Url), ("password", "hunter2")).UnknownAsync("mysql main");
        Assert.Contains("does not take the user and password", because);
        Assert.DoesNotContain("hunter2", because);
        Assert.Contains("error 1049", await new StoreMarks("mysql", ("url", $"mysql://127.0.0.1:{server.Port}/nowhere"), ("socket", server.Socket), ("user", "root")).UnknownAsync("mysql main"));
    }

    [Fact]
    public async Task A_port_and_a_socket_on_which_nothing_listens_are_down()
    {
        Assert.Equal("127.0.0.1:1 refuses the connection\n", await new StoreMarks("mysql", ("url", "mysql://probe@127.0.0.1:1")).DownAsync("mysql main time < 1s"));
        Assert.Equal("/nowhere/maria.sock refuses the connection\n", await new StoreMarks("mysql", ("socket", "/nowhere/maria.sock")).DownAsync("mysql main"));
    }
}
