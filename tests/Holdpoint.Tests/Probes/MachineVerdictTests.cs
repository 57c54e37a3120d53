using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>From the text of a mark to its verdict, with the probes of the machine.</summary>
public sealed class MachineVerdictTests : IDisposable
{
    private static readonly Vocabulary Names = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("run"), InlineData("sh"), InlineData("file"), InlineData("env"), InlineData("envfile"), InlineData("secret"), InlineData("git")]
    [InlineData("changed"), InlineData("changelog"), InlineData("disk"), InlineData("memory"), InlineData("load"), InlineData("clock"), InlineData("process")]
    public void A_probe_s_own_example_reads_without_a_problem(string name) => Read(ProbeCatalogue.Signatures[name].Example);

    [Fact]
    public async Task Enough_free_space_passes_and_too_little_fails_with_its_value()
    {
        var disk = new DiskProbe(_ => (12_400_000_000, 12_400_000_000, 100_000_000_000));

        Assert.IsType<Verdict.Passed>(await JudgeAsync(disk, "disk / free > 10GB"));
        Assert.Contains("12.4 GB", Assert.IsType<Verdict.Failed>(await JudgeAsync(disk, "disk / free > 20GB")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_backup_passes_an_old_one_fails_and_a_missing_one_does_not_pass()
    {
        const string mark = "file backups/*.gz newest.age < 2m";
        Assert.IsType<Verdict.Failed>(await JudgeAsync(new FileProbe(), mark));

        _machine.Write("backups/a.gz", "x", TimeSpan.FromHours(1));
        Assert.Contains("1h", Assert.IsType<Verdict.Failed>(await JudgeAsync(new FileProbe(), mark)).Message, StringComparison.Ordinal);

        _machine.Write("backups/b.gz", "x", TimeSpan.FromSeconds(10));
        Assert.IsType<Verdict.Passed>(await JudgeAsync(new FileProbe(), mark));
    }

    [Fact]
    public async Task Quiet_output_passes_only_where_the_script_ended_well()
    {
        const string mark = "run matching \"error|panic\" == 0";
        _machine.Commands.Exits(0, "all is well\n").Exits(1, "all is well\n").Exits(0, "panic: no\n");

        Assert.IsType<Verdict.Passed>(await JudgeAsync(new RunProbe(), mark));
        Assert.IsType<Verdict.Failed>(await JudgeAsync(new RunProbe(), mark));
        Assert.IsType<Verdict.Failed>(await JudgeAsync(new RunProbe(), mark));
    }

    [Fact]
    public async Task A_variable_s_value_is_in_no_verdict()
    {
        var env = new EnvProbe(n => n switch { "MODE" => "hunter2", "WORKERS" => "8", _ => null });

        Assert.DoesNotContain("hunter2", Assert.IsType<Verdict.Failed>(await JudgeAsync(env, "env MODE value == \"Production\"")).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Assert.IsType<Verdict.Unknown>(await JudgeAsync(env, "env MODE value >= 4")).Message, StringComparison.Ordinal);
        Assert.IsType<Verdict.Passed>(await JudgeAsync(env, "env WORKERS value >= 4"));
        Assert.IsType<Verdict.Passed>(await JudgeAsync(env, "env MODE"));
        Assert.IsType<Verdict.Failed>(await JudgeAsync(env, "env NOTHING"));
    }

    [Fact]
    public async Task No_process_of_a_name_fails_and_its_memory_is_not_small()
    {
        var process = new ProcessProbe(_machine.Directory);

        Assert.IsType<Verdict.Failed>(await JudgeAsync(process, "process nginx"));
        Assert.IsType<Verdict.Failed>(await JudgeAsync(process, "process nginx memory < 1GB"));
        Assert.Contains("no process is called nginx", Assert.IsType<Verdict.Unknown>(await JudgeAsync(process, "process nginx count == 0 and memory < 1GB")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_log_without_the_version_fails()
    {
        _machine.Write("CHANGELOG.md", "## 1.2.3\n\n- A cart.\n");

        Assert.IsType<Verdict.Passed>(await JudgeAsync(new ChangelogProbe(), "changelog 1.2.3"));
        Assert.IsType<Verdict.Failed>(await JudgeAsync(new ChangelogProbe(), "changelog 1.2.4"));
    }

    [Fact]
    public async Task What_is_short_of_its_limit_fails_with_the_value()
    {
        _machine.Write("meminfo", "MemTotal:       16000 kB\nMemAvailable:    4000 kB\n");
        _machine.Write("loadavg", "0.50 3.25 2.00 3/95 7387\n");
        _machine.Write("secrets/pin", "1234", TimeSpan.FromDays(40));
        _machine.Write("CHANGELOG.md", "## 1.2.3\n\n- A cart.\n");
        var secret = new SecretProbe(_machine.Path("secrets"), _ => null);

        Assert.Equal("failed: free is 4.1 MB, expected free > 1GB", await VerdictAsync("memory free > 1GB", new MemoryProbe(_machine.Directory)));
        Assert.Equal("failed: five is 3.25, expected five < 2", await VerdictAsync("load five < 2", new LoadProbe(_machine.Directory)));
        Assert.Equal("failed: length is 4, age is 40d, expected length >= 20 and age < 30d", await VerdictAsync("secret pin length >= 20 and age < 30d", secret));
        Assert.StartsWith("unknown: the secret nothing", await VerdictAsync("secret nothing length >= 20", secret), StringComparison.Ordinal);
        Assert.StartsWith("failed: present is false", await VerdictAsync("changelog 1.2.4", new ChangelogProbe()), StringComparison.Ordinal);
        Assert.Equal("failed: count is 0, expected count >= 1", await VerdictAsync("process nginx", new ProcessProbe(_machine.Directory)));
    }

    private Task<string> VerdictAsync(string mark, Probe probe) =>
        ObservedMark.VerdictAsync(mark, new ProbeContext { Commands = _machine.Commands, Time = new StandingTime(), Directory = _machine.Directory }, probe);

    private async Task<Verdict> JudgeAsync(Probe probe, string mark)
    {
        var check = Read(mark).Check;
        var wanted = check.Condition!.Operands.OfType<Operand.Fact>().ToList();
        var call = new ProbeCall([.. check.Call!.Arguments.Select(a => a.Source)], new Dictionary<string, string>(), wanted)
        {
            Body = check.Call.Body,
            Context = new ProbeContext { Commands = _machine.Commands, Time = _machine.Time, Directory = _machine.Directory },
        };
        var reading = await probe.MeasureAsync(call, TestContext.Current.CancellationToken);
        return Evaluator.Judge(check, new EvaluationContext { Facts = Assert.IsType<Reading.Measured>(reading).Facts });
    }

    private static Instruction.Ask Read(string text)
    {
        var problems = new List<Problem>();
        var mark = new Mark(Sign.Ask, text, 0, new Position(1, 1), text.StartsWith("run", StringComparison.Ordinal) ? new Fence("bash", "true\n", new Position(2, 1)) : null);
        var instruction = MarkParser.Parse(mark, new SourceText("checklist.md", text), Names, problems);
        Assert.Empty(problems);
        return Assert.IsType<Instruction.Ask>(instruction);
    }
}
