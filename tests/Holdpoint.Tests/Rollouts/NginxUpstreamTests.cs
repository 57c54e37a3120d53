using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

public class NginxUpstreamTests
{
    [Fact]
    public void Servers_are_read_with_weight_and_down()
    {
        var upstream = NginxUpstream.Parse("upstream api { server 127.0.0.1:8081 weight=95; server 127.0.0.1:8082 down max_fails=2; }", "api");

        Assert.Equal([("127.0.0.1:8081", 95, false), ("127.0.0.1:8082", 1, true)], upstream.Servers.Select(s => (s.Address, s.Weight, s.IsDown)));
        Assert.Equal(["max_fails=2"], upstream.Servers[1].Others);
    }

    [Fact]
    public void Only_servers_that_change_are_written_anew()
    {
        const string text = "# ours { server x; }\n\nupstream 'api' {\n\tzone api 64k; # shared\n  server 10.0.0.1:80;server 10.0.0.2:80 weight=5\n    fail_timeout=3s; server 10.0.0.3:80; hash \"$uri;x\" consistent;\n}\n";

        var after = NginxUpstream.Parse(text, "'api'").With(new Dictionary<string, int> { ["10.0.0.1:80"] = 19, ["10.0.0.2:80"] = 0 }, "'api'");

        Assert.Equal(text.Replace("server 10.0.0.1:80;", "server 10.0.0.1:80 weight=19;", StringComparison.Ordinal)
            .Replace("server 10.0.0.2:80 weight=5\n    fail_timeout=3s;", "server 10.0.0.2:80 weight=5 down fail_timeout=3s;", StringComparison.Ordinal), after.Text);
    }

    [Fact]
    public void Down_keeps_the_weight_for_the_time_after()
    {
        var before = NginxUpstream.Parse("upstream api { server a:1 weight=7; server b:1; }", "api");

        var down = before.With(new Dictionary<string, int> { ["a:1"] = 0 }, "api");

        Assert.Equal("upstream api { server a:1 weight=7 down; server b:1; }", down.Text);
        Assert.Equal(before.Text, down.With(new Dictionary<string, int> { ["a:1"] = 7 }, "api").Text);
        Assert.Equal(down.Text, down.With(new Dictionary<string, int> { ["a:1"] = 0 }, "api").Text);
    }

    [Theory]
    [InlineData("", "line 1: the end of the file where 'upstream' is expected")]
    [InlineData("upstream web {\n}", "line 1: 'web' where 'api' is expected")]
    [InlineData("# x\nserver { listen 80; }", "line 2: 'server' where 'upstream' is expected")]
    [InlineData("upstream api {\n  server a:1\n}", "line 3: '}' where a directive ends with ';'")]
    [InlineData("upstream api {\n  server a:1;\n", "line 3: the end of the file where '}' is expected")]
    [InlineData("upstream api {\n  server a:1;\n}\nupstream other { server b:1; }", "line 4: 'upstream' behind the upstream, which has to be alone in its file")]
    [InlineData("upstream api {\n  server a:1;\n  server a:1 down;\n}", "line 3: a:1 stands there a second time")]
    [InlineData("upstream api {\n  server a:1 weight=0;\n}", "line 2: 'weight=0' is no weight: a whole number from 1")]
    [InlineData("upstream api {\n  server;\n}", "line 2: a server without an address")]
    [InlineData("upstream api {\n  include servers/*;\n}", "line 2: an include may hold servers that are not seen here")]
    [InlineData("upstream api {\n  if ($x) { server a:1; }\n}", "line 2: '{' where a directive ends with ';'")]
    [InlineData("upstream api {\n  hash 'x;\n}", "line 2: a quote that is not closed")]
    public void What_is_in_no_known_form_is_told_by_its_line(string text, string because) =>
        Assert.Equal(because, Assert.Throws<FormatException>(() => NginxUpstream.Parse(text, "api")).Message);
}
