using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A mariadbd with a user <c>probe</c> that may do nothing but connect.</summary>
public sealed class MariaDbServer : StoreServer
{
    public const string Password = "p#ss \"w\\rd'";

    public string Url => $"mysql://probe:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/";

    public string Socket => At("data/maria.sock");

    public Task TellAsync(string sql) => AskAsync(Client(sql));

    protected override async Task StartAsync()
    {
        string[] asUser = Environment.UserName == "root" ? ["--user=mysql"] : [];
        await AskAsync(new Command("mariadb-install-db", ["--no-defaults", $"--datadir={At("data")}", "--auth-root-authentication-method=normal", "--skip-test-db", .. asUser]));
        Run("mariadbd", ["--no-defaults", $"--datadir={At("data")}", $"--socket={Socket}", $"--pid-file={At("data/maria.pid")}", $"--port={Port}", "--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-buffer-pool-size=16M", .. asUser]);
        await UntilAsync(() => EndsWellAsync(Client("SELECT 1")));
        await TellAsync($"CREATE USER probe@'%' IDENTIFIED BY '{Password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'");
    }

    private Command Client(string sql) => new("mysql", ["--no-defaults", "-uroot", $"--socket={Socket}", "-e", sql]);
}
