using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Hosts;

/// <summary>What another machine's programs print, read; and that half an answer is none.</summary>
public sealed class RemoteMachineTests
{
    private readonly ScriptedCommands _commands = new();

    [Fact]
    public async Task Space_is_read_from_df_whatever_blanks_its_names_hold()
    {
        _commands.Exits(0, "Filesystem 1024-blocks Used Available Capacity Mounted on\n//nas/my share 1000 250 500 34% /mnt/my share\n");
        var facts = await MeasureAsync(new DiskProbe(), ["/mnt/my share"]);

        Assert.Equal((Value.Bytes(512_000), Value.Bytes(1_024_000)), (facts["free"], facts["size"]));
        Assert.Equal(Value.Ratio(1.0 / 3), facts["used"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Filesystem 1024-blocks Used Available Capacity Mounted on\n")]
    [InlineData("/dev/sda1 many some few 1% /\n")]
    public async Task What_is_no_answer_of_df_is_none(string output) => Assert.Contains("df on db1 does not answer as POSIX has it", await RefusalAsync(new DiskProbe(), ["/"], FakeHosts.Exits(0, output)), StringComparison.Ordinal);

    [Theory]
    [InlineData("df: /: Input/output error", "the space at / can't be read: df: /: Input/output error (on db1)")]
    public async Task What_a_program_refuses_is_told_in_its_words(string error, string because) => Assert.Equal(because, await RefusalAsync(new DiskProbe(), ["/"], FakeHosts.Exits(1, error: error)));

    [Fact]
    public async Task A_host_that_is_late_or_gone_is_unknown()
    {
        Assert.Equal("db1 did not answer within 10s", await RefusalAsync(new LoadProbe(), [], new CommandResult.TimedOut(TimeSpan.FromSeconds(10), CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.Zero)));
        Assert.Equal("no answer from db1", await RefusalAsync(new FileProbe(), ["*.log"], new CommandResult.NotStarted("no answer from db1")));
        Assert.Equal("no answer from db1", await RefusalAsync(new TcpProbe(), ["a:1"], new CommandResult.NotStarted("no answer from db1")));
    }

    [Fact]
    public async Task Files_are_matched_as_they_are_here_and_aged_by_the_clock_there()
    {
        _commands.Exits(0, "2000\n0 /var/log\n1000 5 ./a.log\n1900 7 ./b.log\n1950 9 ./.hidden.log\n1990 1 ./c.txt\n1 /root/x\n").Exits(0, "no\n");
        var facts = await MeasureAsync(new FileProbe(), ["{/var/log,x}/*.log"]);

        Assert.Equal((Value.Count(2), Value.Bytes(12), Value.Duration(TimeSpan.FromSeconds(100))), (facts["files"], facts["size"], facts["newest.age"]));
    }

    [Theory]
    [InlineData("", "does not tell its time")]
    [InlineData("2000\n0 /var/log\nbusy\n", "can't be read whole on db1")]
    public async Task Half_a_listing_is_none(string output, string because) => Assert.Contains(because, await RefusalAsync(new FileProbe(), ["/var/log/*"], FakeHosts.Exits(0, output)), StringComparison.Ordinal);

    [Fact]
    public async Task Processes_are_counted_by_both_of_their_names()
    {
        _commands.Exits(0, "1000.00 900.00\n7/stat:7 (nginx) S 1 1 1 0 -1 1 1 1 1 1 10 20 0 0 20 0 1 0 50000 1 1\n8/stat:8 (python3) S 1 1 1 0 -1 1 1 1 1 1 10 20 0 0 20 0 1 0 60000 1 1\n9/stat:9 (nginx) Z 1 1 1 0 -1 1 1 1 1 1 10 20 0 0 20 0 1 0 50000 1 1\n7/cmdline:nginx: master\n8/cmdline:/opt/nginx\0-g\n7/status:VmRSS:\t    10 kB\n8/status:VmRSS:\t     5 kB\n");
        var facts = await MeasureAsync(new ProcessProbe(), ["nginx"]);

        Assert.Equal((Value.Count(2), Value.Bytes(15 * 1024), Value.Duration(TimeSpan.FromSeconds(500))), (facts["count"], facts["memory"], facts["age"]));
    }

    [Fact]
    public async Task A_machine_without_proc_has_no_processes_to_count() =>
        Assert.Contains("as Linux has it", await RefusalAsync(new ProcessProbe(), ["nginx"], FakeHosts.Exits(0)), StringComparison.Ordinal);

    [Theory]
    [InlineData("3 packets transmitted, 3 received, 0% packet loss, time 2003ms\nrtt min/avg/max/mdev = 0.021/0.030/0.041/0.008 ms\n", true, 0, 30)]
    [InlineData("3 packets transmitted, 2 packets received, 33% packet loss\nround-trip min/avg/max = 0.050/0.060/0.070 ms\n", true, 1.0 / 3, 60)]
    public async Task Both_kinds_of_ping_are_read(string output, bool up, double loss, double microseconds)
    {
        _commands.Exits(loss > 0 ? 1 : 0, output);
        var facts = await MeasureAsync(new PingProbe(), ["10.0.0.7"]);

        Assert.Equal((Value.Of(up), Value.Ratio(loss), Value.Duration(TimeSpan.FromMicroseconds(microseconds))), (facts["up"], facts["loss"], facts["time"]));
    }

    [Fact]
    public async Task A_ping_that_cannot_be_sent_proves_nothing() =>
        Assert.Equal("10.0.0.7 could not be pinged from db1: ping: socket: Operation not permitted", await RefusalAsync(new PingProbe(), ["10.0.0.7"], FakeHosts.Exits(2, error: "ping: socket: Operation not permitted\n")));

    [Theory]
    [InlineData("bash: line 1: connect: Connection refused", true)]
    [InlineData("bash: line 1: db: Name or service not known", true)]
    [InlineData("bash: line 1: connect: Network is unreachable", false)]
    [InlineData("bash: line 1: db: Temporary failure in name resolution", false)]
    public async Task A_connection_from_there_that_is_refused_is_an_answer(string error, bool isAnswer)
    {
        _commands.Exits(1, error: error);
        var reading = await AskAsync(new TcpProbe(), ["db:5432"]);

        Assert.Equal(isAnswer, reading is Reading.Measured { Facts: var facts } && facts["up"] == Value.Of(false));
    }

    [Theory]
    [InlineData("/var/log/*.log", "/var/log", "*.log")]
    [InlineData("~/backups/**/*.gz", "~/backups", "** *.gz")]
    [InlineData("/*.log", "/", "*.log")]
    [InlineData("/etc/hosts", "/etc", "hosts")]
    public void A_pattern_is_searched_below_its_first_wildcard(string pattern, string folder, string rest)
    {
        var found = HostPattern.Of(pattern);
        Assert.Equal((folder, rest), (found.Folder, string.Join(' ', found.Segments)));
    }

    [Theory]
    [InlineData("*.log", "./a.log", true)]
    [InlineData("*.log", "./.a.log", false)]
    [InlineData("*.log", "./x/a.log", false)]
    [InlineData("**/*.log", "./a.log", true)]
    [InlineData("**/*.log", "./x/y/a.log", true)]
    [InlineData("**/*.log", "./.x/a.log", false)]
    [InlineData("**", "./x/y", true)]
    [InlineData("[ab]?/c", "./ax/c", true)]
    [InlineData("[ab]?/c", "./cx/c", false)]
    public void What_is_found_is_matched_as_files_are_here(string pattern, string path, bool fits) => Assert.Equal(fits, HostPattern.Of("/base/" + pattern).Fits(path));

    private async Task<Facts> MeasureAsync(Probe probe, IReadOnlyList<string> arguments) => Assert.IsType<Reading.Measured>(await AskAsync(probe, arguments)).Facts;

    private async Task<string> RefusalAsync(Probe probe, IReadOnlyList<string> arguments, CommandResult answer)
    {
        _commands.Answers(answer);
        return Assert.IsType<Reading.NoAnswer>(await AskAsync(probe, arguments)).Because;
    }

    private Task<Reading> AskAsync(Probe probe, IReadOnlyList<string> arguments) => probe.MeasureAsync(
        new ProbeCall(arguments, new Dictionary<string, string>(), []) { Context = new() { Commands = _commands, Time = new SteppingTime(), Directory = Place.Home, Host = "db1" } },
        TestContext.Current.CancellationToken);
}
