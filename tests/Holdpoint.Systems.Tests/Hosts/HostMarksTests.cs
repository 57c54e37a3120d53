using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

/// <summary>Whole marks with <c>host=</c>, against a real sshd: what passes here passes there, and what can't be known is unknown.</summary>
public sealed class HostMarksTests(SshServers servers) : Scratch, IClassFixture<SshServers>
{
    private readonly SshHosts _hosts = new(TimeProvider.System);

    [Theory(Timeout = 120_000)]
    [InlineData("disk ROOT host=web1 free > 1MB and size > 1MB and used <= 100%")]
    [InlineData("memory host=web1 free > 1MB and used < 100%")]
    [InlineData("load host=web1 one >= 0 and cpu_used <= 100%")]
    [InlineData("process SELF host=web1 count >= 1 and memory > 1kB and age >= 0s and cpu_used >= 0%")]
    [InlineData("process no-such-program host=web1 count == 0")]
    [InlineData("clock host=web1 skew < 1m")]
    [InlineData("file ROOT/logs/*.log host=web1 files == 2 and size == 20B and lines == 4 and matching\"^panic\" == 2 and newest.age > 1h and newest.size == 6B")]
    [InlineData("file ROOT/logs/{a,b}.log host=web1 files == 2")]
    [InlineData("file ROOT/** host=web1 files == 7")]
    [InlineData("file ROOT/**/?.log host=web1 files == 3")]
    [InlineData("file ROOT/*/.hidden/*.log host=web1 files == 1")]
    [InlineData("file ROOT/**/.hidden/c.log host=web1 files == 1")]
    [InlineData("file ROOT/link.json host=web1 $.version == 3")]
    [InlineData("file ROOT/nowhere/*.log host=web1 files == 0")]
    [InlineData("env TOKEN host=web1 file=ROOT/.env length == 5 and value == \"s3cr3\"")]
    [InlineData("envfile ROOT/.env host=web1 missing == 0")]
    [InlineData("changelog 1.2.0 host=web1 file=ROOT/CHANGELOG.md")]
    [InlineData("tcp 127.0.0.1:PORT host=web1 time < 30s")]
    [InlineData("ping 127.0.0.1 host=web1 packets=1 loss == 0% and time < 5s timeout 30s")]
    [InlineData("sh host=web1 test -n \"$SSH_CONNECTION\"")]
    [InlineData("sh host=localhost test -z \"${SSH_CONNECTION-}\"")]
    public async Task It_passes_there(string mark)
    {
        Lay();
        Assert.IsType<Verdict.Passed>(await JudgeAsync(mark));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("disk ROOT host=web1 free < 1B", "free is ")]
    [InlineData("file ROOT/*.sql host=web1", "files is 0, expected files >= 1")]
    [InlineData("envfile ROOT/.env like=ROOT/.env.other host=web1", "missing is 1")]
    [InlineData("tcp 127.0.0.1:1 host=web1", "up is false")]
    [InlineData("tcp no-such-host.invalid:80 host=web1", "up is false")]
    [InlineData("sh host=web1 exit 3", "exit is 3, expected exit == 0")]
    public async Task It_fails_there_with_the_value(string mark, string message)
    {
        Lay();
        Assert.Contains(message, Assert.IsType<Verdict.Failed>(await JudgeAsync(mark)).Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("disk /no/such/path host=web1 free > 1B", "/no/such/path does not exist on web1: name a path on the disk that is meant")]
    [InlineData("file ROOT/logs host=web1", "ROOT/logs is a folder on web1: write ROOT/logs/* for the files in it")]
    [InlineData("env PATH host=web1", "the environment of a command over ssh tells nothing of what runs on web1: name a file there with file=")]
    [InlineData("env TOKEN file=/no/such host=web1", "/no/such can't be read as variables: cat: /no/such: No such file or directory (on web1)")]
    [InlineData("clock host=web1 server=pool.ntp.org skew < 1s", "web1 is held against this machine's clock, and can't ask pool.ntp.org: leave server= or host= out")]
    [InlineData("disk / host=refusing free > 1B", "refusing refuses the connection: does sshd run there, and is the port right?")]
    [InlineData("tcp 127.0.0.1:PORT host=refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    [InlineData("process sshd host=refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    [InlineData("memory host=all free > 1B", "all is a group of hosts: give the section `Each: host in all` and write host=${host}")]
    [InlineData("memory host=${nobody} free > 1B", "the variable nobody has no value here")]
    public async Task What_cannot_be_known_there_is_unknown(string mark, string because)
    {
        Lay();
        Assert.Equal(because.Replace("ROOT", Root, StringComparison.Ordinal), Assert.IsType<Verdict.Unknown>(await JudgeAsync(mark)).Because);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_script_runs_in_the_home_there_and_its_git_is_the_one_there()
    {
        Lay();
        Assert.IsType<Verdict.Passed>(await JudgeAsync("sh host=web1 test \"$PWD\" = \"$(cd; pwd)\""));
        await RunAsync(Bash("cd repo && git init -q && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first") with { WorkingDirectory = Root });

        Assert.IsType<Verdict.Passed>(await JudgeAsync("git host=web1 clean and not tag exists", at: At("repo")));
        Assert.Contains("is in no git repository", Assert.IsType<Verdict.Unknown>(await JudgeAsync("git host=web1 clean", at: "/")).Because, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_environment_brings_its_variables_and_its_hosts()
    {
        Assert.IsType<Verdict.Passed>(await JudgeAsync("sh environment=production host=main test \"$NAME-$HOLDPOINT_ENVIRONMENT\" = live-production"));
        Assert.Contains("refusing", Assert.IsType<Verdict.Unknown>(await JudgeAsync("sh host=main true")).Because, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hosts.Dispose();
        base.Dispose(disposing);
    }

    private void Lay()
    {
        foreach (var folder in (string[])["logs/.hidden", "deep/er", "repo"])
            Directory.CreateDirectory(At(folder));
        File.WriteAllText(At("logs/a.log"), "panic 1\nfine\n1");
        File.WriteAllText(At("logs/b.log"), "panic\n");
        File.WriteAllText(At("logs/.hidden/c.log"), "x");
        File.WriteAllText(At("deep/er/d.log"), "x");
        File.WriteAllText(At("deep/v.json"), """{"version": 3}""");
        File.WriteAllText(At("CHANGELOG.md"), "# Log\n\n## 1.2.0\n\n- more\n");
        File.WriteAllText(At(".env"), "TOKEN=s3cr3\n");
        File.WriteAllText(At(".env.example"), "TOKEN=\n");
        File.WriteAllText(At(".env.other"), "MORE=\n");
        File.WriteAllText(At("spaced name.txt"), "x");
        File.CreateSymbolicLink(At("link.json"), At("deep/v.json"));
        File.SetLastWriteTimeUtc(At("logs/a.log"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-3));
        File.SetLastWriteTimeUtc(At("logs/b.log"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
    }

    private async Task<Verdict> JudgeAsync(string mark, string at = Place.Home) => (await HostMark.RunAsync(
        mark.Replace("ROOT", Root, StringComparison.Ordinal).Replace("PORT", $"{servers.Web.Port}", StringComparison.Ordinal).Replace("SELF", Path.GetFileName(Environment.ProcessPath), StringComparison.Ordinal),
        servers, _hosts, Root, at)).Verdict;
}
