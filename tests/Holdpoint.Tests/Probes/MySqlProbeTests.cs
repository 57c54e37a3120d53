using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

public sealed class MySqlProbeTests
{
    private const string Answer = "10.11.14-MariaDB-0+deb12u2\nThreads_connected\t7\n";

    [Fact]
    public async Task An_answer_gives_version_and_connections()
    {
        await Marks(0, Answer).PassedAsync("mysql main");
        await Marks(0, Answer).PassedAsync("mysql main version >= 10.11.14 and connections == 7 and time < 2s");
        Assert.Contains("connections is 7", await Marks(0, Answer).FailedAsync("mysql main connections < 5"));
        Assert.Contains("tells no Threads_connected", await Marks(0, "8.0.36-0ubuntu0.22.04.1\n").UnknownAsync("mysql main connections < 5"));
    }

    [Fact]
    public async Task The_password_is_in_the_options_that_are_piped_and_in_no_argument()
    {
        var commands = new ScriptedCommands().Exits(0, Answer);
        await new StoreMarks("mysql", ("url", "mysql://ana@db.example.org:3307/shop"), ("password", "a#b\"c\\d e")) { Commands = commands }.PassedAsync("mysql main");
        var command = Assert.Single(commands.Asked);
        Assert.Equal(
            """
            [client]
            user="ana"
            password="a#b\"c\\d e"
            protocol=tcp
            port=3307
            host="db.example.org"
            connect-timeout=86400
            [mysql]
            database="shop"

            """, command.Input);
        Assert.DoesNotContain(command.Arguments, a => a.Contains("a#b", StringComparison.Ordinal));
        Assert.DoesNotContain(command.Environment, e => e.Value?.Contains("a#b", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_socket_and_TLS_are_options_too()
    {
        var commands = new ScriptedCommands().Exits(0, Answer).Exits(0, Answer);
        await new StoreMarks("mysql", ("socket", "/run/mysqld/mysqld.sock"), ("user", "ana")) { Commands = commands }.PassedAsync("mysql main");
        await new StoreMarks("mysql", ("url", "mariadb://db"), ("tls", "true"), ("ca", "/etc/ca.pem")) { Commands = commands }.PassedAsync("mysql main");
        Assert.Contains("protocol=socket\nsocket=\"/run/mysqld/mysqld.sock\"\n", commands.Asked[0].Input);
        Assert.Contains("port=3306\nhost=\"db\"\nconnect-timeout=86400\nssl-ca=\"/etc/ca.pem\"\nloose-ssl-mode=VERIFY_IDENTITY\nloose-ssl-verify-server-cert\n", commands.Asked[1].Input);
    }

    [Theory]
    [InlineData("ERROR 2003 (HY000): Can't connect to MySQL server on 'db:3306' (111)", "db:3306 refuses the connection")]
    [InlineData("ERROR 2002 (HY000): Can't connect to server on 'db' (115)", "db:3306 refuses the connection")]
    [InlineData("ERROR 2005 (HY000): Unknown server host 'db' (-2)", "there is no host called db")]
    [InlineData("mysql: Deprecated program name.\nERROR 1040 (08004): Too many connections", "db:3306 takes no more connections (max_connections)")]
    public async Task A_server_that_refuses_is_down(string error, string because) =>
        Assert.Equal(because + "\n", await new StoreMarks("mysql", ("url", "mysql://ana:pw@db")) { Commands = new ScriptedCommands().Exits(1, "", error + "\n").Exits(1, "", error + "\n") }.DownAsync("mysql main time < 1s"));

    [Theory]
    [InlineData(1, "ERROR 1045 (28000): Access denied for user 'ana'@'10.0.0.7' (using password: YES)", "does not take the user and password")]
    [InlineData(1, "ERROR 1049 (42000): Unknown database 'shop'", "error 1049: Unknown database 'shop'")]
    [InlineData(1, "ERROR 2013 (HY000): Lost connection to server at 'handshake: reading initial communication packet', system error: 11", "broke off before its answer, or is no MySQL")]
    [InlineData(1, "ERROR 2026 (HY000): TLS/SSL error: self-signed certificate", "TLS handshake: TLS/SSL error: self-signed")]
    [InlineData(1, "ERROR 2002 (HY000): Can't connect to local server through socket '/run/x.sock' (13)", "error 2002")]
    [InlineData(1, "mysql: unknown variable 'x=y'", "ended with 1: mysql: unknown variable")]
    [InlineData(127, "", "install mysql-client or mariadb-client")]
    [InlineData(0, "", "without an answer")]
    public async Task What_can_t_be_judged_is_unknown(int exit, string error, string because) =>
        Assert.Contains(because, await Marks(exit, "", error + "\n").UnknownAsync("mysql main"));

    [Fact]
    public async Task A_late_client_is_no_answer()
    {
        var commands = new ScriptedCommands().Answers(new CommandResult.TimedOut(TimeSpan.FromSeconds(10), CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.FromSeconds(10)));
        Assert.Equal("no answer from db:3306 within 10s", await new StoreMarks("mysql", ("url", "mysql://db")) { Commands = commands }.UnknownAsync("mysql main"));
    }

    [Theory]
    [InlineData("mysql://ana:hunter2 #@db")]
    [InlineData("postgres://ana:hunter2@db")]
    [InlineData("mysql://ana:hunter2@")]
    public async Task A_url_that_can_t_be_read_is_not_repeated(string url)
    {
        var because = await new StoreMarks("mysql", ("url", url)).UnknownAsync("mysql main");
        Assert.Contains("mysql://user:password@host:3306/database", because);
        Assert.DoesNotContain("hunter2", because);
    }

    private static StoreMarks Marks(int exit, string output, string error = "") => new("mysql", ("url", "mysql://ana:pw@db")) { Commands = new ScriptedCommands().Exits(exit, output, error) };
}
