using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

public class HaproxyStatsTests
{
    private const string Columns = "# pxname,svname,qcur,scur,stot,econ,eresp,status,weight,bck,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,uweight,check_desc,\n";

    [Fact]
    public void A_server_is_read_with_what_is_under_way_answered_and_failed()
    {
        var server = Parse("api,srv1,2,3,900,4,5,UP,100,0,800,10,20,30,0,100,Layer7 check passed,\n")["srv1"];

        Assert.Equal(new HaproxyServer("srv1", "UP", 100, 100, false, 5, 869, 39, "Layer7 check passed"), server);
        Assert.True(server.TakesRequests);
    }

    [Fact]
    public void Over_TCP_sessions_are_counted_in_place_of_answers()
    {
        var server = Parse("api,srv1,0,1,900,4,5,no check,1,0,,,,,,1,,\n")["srv1"];

        Assert.Equal((900, 9), (server.Answers, server.Failures));
        Assert.True(server.TakesRequests);
    }

    [Theory]
    [InlineData("UP 1/3", 10, true)]
    [InlineData("UP", 0, false)]
    [InlineData("DOWN", 10, false)]
    [InlineData("DOWN 1/2", 10, false)]
    [InlineData("NOLB", 10, false)]
    [InlineData("DRAIN", 10, false)]
    [InlineData("MAINT", 10, false)]
    [InlineData("MAINT (via web/a)", 10, false)]
    [InlineData("no check", 10, true)]
    public void Its_status_tells_whether_it_gets_new_requests(string status, int weight, bool takes) =>
        Assert.Equal(takes, Parse($"api,srv1,0,0,0,0,0,{status},{weight},0,0,0,0,0,0,{weight},,\n")["srv1"].TakesRequests);

    [Fact]
    public void A_quoted_cell_may_hold_commas_quotes_and_line_ends() =>
        Assert.Equal("said \"no\", and\nleft", Parse("api,srv1,0,0,0,0,0,DOWN,1,0,0,0,0,0,0,1,\"said \"\"no\"\", and\nleft\",\n")["srv1"].Check);

    [Fact]
    public void A_backend_that_is_not_there_is_told_with_those_that_are()
    {
        var stats = HaproxyStats.Parse(Columns + "web,a,0,0,0,0,0,UP,1,0,,,,,,1,,\nweb,BACKEND,0,0,0,0,0,UP,1,0,,,,,,1,,\n\n", "x");

        Assert.Equal("HAProxy at x has no backend api; it has web", Assert.Throws<Unreachable>(() => stats.Of("api")).Message);
        Assert.Equal(["a"], stats.Of("web").Keys);
    }

    [Theory]
    [InlineData("api,srv1,0,0,0\n", "prints a broken table: api has 5 values for 18 columns")]
    [InlineData("api,srv1,0,many,0,0,0,UP,1,0,,,,,,1,,\n", "prints 'many' as scur of srv1: that is no number")]
    public void A_broken_table_is_not_read(string line, string because) =>
        Assert.Contains(because, Assert.Throws<Unreachable>(() => Parse(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_table_of_other_columns_is_not_read() =>
        Assert.Contains("without the column scur", Assert.Throws<Unreachable>(() => HaproxyStats.Parse("# pxname,svname,\n\n", "x")).Message, StringComparison.Ordinal);

    private static IReadOnlyDictionary<string, HaproxyServer> Parse(string lines) => HaproxyStats.Parse(Columns + lines + "\n", "x").Of("api");
}
