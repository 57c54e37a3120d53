using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Systems.Tests.Probes;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

/// <summary>Reports that lie on another machine, read over a real sshd.</summary>
public sealed class ReportsOnHostTests(SshServers servers) : Scratch, IClassFixture<SshServers>
{
    private readonly SshHosts _hosts = new(TimeProvider.System);

    [Theory(Timeout = 120_000)]
    [InlineData("junit ROOT/tests/*.xml host=web1 total == 3 and failed == 0 and age > 1h and age < 3h")]
    [InlineData("sarif ROOT/lint.sarif host=web1 age < 1h")]
    [InlineData("audit ROOT/audit.json host=web1")]
    [InlineData("coverage ROOT/lcov.info host=web1 covered == 50%")]
    [InlineData("secrets ROOT/tests host=web1")]
    [InlineData("secrets ROOT/lcov.info host=web1")]
    public async Task It_passes_there(string mark) => Assert.IsType<Verdict.Passed>((await AskAsync(mark)).Verdict);

    [Theory(Timeout = 120_000)]
    [InlineData("junit ROOT/**/*.xml host=web1", "failed is 1")]
    [InlineData("coverage ROOT/lcov.info host=web1 covered >= 80%", "covered is 50%")]
    [InlineData("secrets ROOT/leaky host=web1", "findings is 1, expected findings == 0")]
    public async Task It_fails_there_with_the_value(string mark, string message) => Assert.Contains(message, (await AskAsync(mark)).Because<Verdict.Failed>(), StringComparison.Ordinal);

    [Theory(Timeout = 120_000)]
    [InlineData("junit ROOT/nothing/*.xml host=web1", "ROOT/nothing/*.xml: no report matches in ~ on web1; was it written?")]
    [InlineData("junit ROOT/tests host=web1", "ROOT/tests is a folder on web1: write ROOT/tests/* for the files in it")]
    [InlineData("junit ROOT/half.xml.part host=web1", "ROOT/half.xml.part is no whole XML, or not only XML: ")]
    [InlineData("audit ROOT/empty.json host=web1", "ROOT/empty.json is empty: whatever writes it has not ended, or not well")]
    [InlineData("secrets ROOT/none host=web1", "ROOT/none: there is no such file or folder in ~ on web1")]
    [InlineData("secrets ROOT/blank host=web1", "ROOT/blank holds no text to look at")]
    [InlineData("secrets ROOT/leaky host=refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    [InlineData("audit ROOT/audit.json host=refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    public async Task What_cannot_be_known_there_is_unknown(string mark, string because) =>
        Assert.StartsWith(because.Replace("ROOT", Root, StringComparison.Ordinal), (await AskAsync(mark)).Because<Verdict.Unknown>(), StringComparison.Ordinal);

    [Fact(Timeout = 120_000)]
    public async Task A_repository_there_is_searched_for_what_git_knows()
    {
        Lay();
        File.WriteAllText(At("leaky/.gitignore"), "keys.txt\n");
        Assert.IsType<Verdict.Failed>((await AskAsync("secrets ROOT/leaky host=web1")).Verdict);
        await RunAsync(Bash("git init -q") with { WorkingDirectory = At("leaky") });

        var result = await AskAsync("secrets ROOT/leaky host=web1");
        Assert.IsType<Verdict.Passed>(result.Verdict);
        Assert.Contains("0 findings in 2 files; 1 left out", result.Text("findings.txt"), StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hosts.Dispose();
        base.Dispose(disposing);
    }

    private Task<Holdpoint.Probes.CheckResult> AskAsync(string mark)
    {
        Lay();
        return HostMark.RunAsync($"{mark.Replace("ROOT", Root, StringComparison.Ordinal)} timeout 60s", servers, _hosts, Root);
    }

    private void Lay()
    {
        Directory.CreateDirectory(At("tests"));
        Directory.CreateDirectory(At("more"));
        // Not in UTF-8, and declared so: the bytes have to come over as they are.
        File.WriteAllBytes(At("tests/a.xml"), System.Text.Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><testsuite name=\"é\" tests=\"2\"><testcase name=\"é\"/><testcase name=\"b\"/></testsuite>"));
        File.WriteAllText(At("tests/b.xml"), "<testsuite name=\"s\" tests=\"1\"><testcase name=\"c\"/></testsuite>");
        File.SetLastWriteTimeUtc(At("tests/a.xml"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        File.WriteAllText(At("more/c.xml"), "<testsuite name=\"s\" tests=\"1\" failures=\"1\"><testcase name=\"d\"><failure message=\"no\"/></testcase></testsuite>");
        File.WriteAllText(At("half.xml.part"), "<testsuite name=\"s\"><testcase");
        File.WriteAllText(At("lint.sarif"), """{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"lint"}},"results":[]}]}""");
        File.WriteAllText(At("audit.json"), """{"auditReportVersion":2,"vulnerabilities":{},"metadata":{"vulnerabilities":{"info":0,"low":0,"moderate":0,"high":0,"critical":0,"total":0}}}""");
        File.WriteAllText(At("empty.json"), "");
        File.WriteAllText(At("lcov.info"), "SF:a.c\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n");
        Directory.CreateDirectory(At("leaky/in side"));
        Directory.CreateDirectory(At("blank"));
        // Put together here, so that nobody takes this file for leaky.
        File.WriteAllText(At("leaky/keys.txt"), "fine\naws = \"AKIA" + "Q3EGTI7ZXWKJ4N2B\"\n");
        File.WriteAllText(At("leaky/in side/it's.txt"), "nothing\n");
        File.WriteAllBytes(At("leaky/in side/picture"), [1, 0, 2, 3]);
    }
}
