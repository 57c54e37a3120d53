using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>Disk, memory, load and processes, from files as the kernel writes them.</summary>
public sealed class MachineProbeTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Disk_space_is_what_a_user_may_still_write()
    {
        var facts = await _machine.MeasureAsync(new DiskProbe(_ => (30, 40, 100)), ["."]);

        Assert.Equal(Value.Bytes(30), facts["free"]);
        Assert.Equal(60d / 90, facts.Number("used"), 6);
        Assert.Equal(Value.Bytes(100), facts["size"]);
    }

    [Fact]
    public async Task The_real_disk_answers()
    {
        var facts = await _machine.MeasureAsync(new DiskProbe(), ["/"]);

        Assert.InRange(facts.Number("used"), 0, 1);
        Assert.True(facts.Number("size") >= facts.Number("free"));
    }

    [Fact]
    public async Task A_full_disk_has_nothing_free()
    {
        var facts = await _machine.MeasureAsync(new DiskProbe(_ => (0, 5, 100)), ["."]);

        Assert.Equal("100%", facts["used"].ToString());
        Assert.Equal(Value.Bytes(0), facts["free"]);
    }

    [Fact]
    public async Task A_path_that_does_not_exist_is_on_no_disk()
    {
        Assert.Contains("/no/such/path does not exist", await _machine.RefusalAsync(new DiskProbe(), ["/no/such/path"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_fails_is_unknown()
    {
        Assert.Contains("I/O error", await _machine.RefusalAsync(new DiskProbe(_ => throw new IOException("I/O error")), ["/"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_that_is_available_counts_as_free()
    {
        _machine.Write("meminfo", "MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    4000 kB\n");

        var facts = await _machine.MeasureAsync(new MemoryProbe(_machine.Directory), []);

        Assert.Equal(Value.Bytes(4000 * 1024), facts["free"]);
        Assert.Equal(Value.Ratio(0.75), facts["used"]);
        Assert.Equal(Value.Bytes(16000 * 1024), facts["size"]);
    }

    [Fact]
    public async Task Memory_without_its_figures_is_unknown()
    {
        Assert.Contains("as Linux has it", await _machine.RefusalAsync(new MemoryProbe(_machine.Directory), []), StringComparison.Ordinal);
        _machine.Write("meminfo", "MemTotal: 16000 kB\n");
        Assert.Contains("MemAvailable", await _machine.RefusalAsync(new MemoryProbe(_machine.Directory), []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_is_three_averages_and_the_use_of_the_processors_while_it_is_looked_at()
    {
        _machine.Write("loadavg", "0.50 1.25 2.00 3/95 7387\n");
        _machine.Write("stat", "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 1 1 1\n");
        _machine.Time.OnWait = () => _machine.Write("stat", "cpu  110 0 105 703 102 0 0 0 60 0\n");

        var facts = await _machine.MeasureAsync(new LoadProbe(_machine.Directory), [], wants: ["cpu_used"]);

        Assert.Equal(0.5, facts.Number("one"));
        Assert.Equal(1.25, facts.Number("five"));
        Assert.Equal(2, facts.Number("fifteen"));
        Assert.Equal(0.75, facts.Number("cpu_used"), 6);
    }

    [Fact]
    public async Task Processors_that_no_tick_was_counted_for_are_unknown_and_not_idle()
    {
        _machine.Write("loadavg", "0 0 0 3/95 7387\n");
        _machine.Write("stat", "cpu  100 0 100 700 100 0 0 0 50 0\n");

        Assert.Contains("no processor time", (await _machine.MeasureAsync(new LoadProbe(_machine.Directory), [], wants: ["cpu_used"])).Unknown("cpu_used"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_that_can_not_be_read_is_unknown()
    {
        Assert.Contains("as Linux has it", await _machine.RefusalAsync(new LoadProbe(_machine.Directory), []), StringComparison.Ordinal);
        _machine.Write("loadavg", "garbage");
        Assert.Contains("three load averages", await _machine.RefusalAsync(new LoadProbe(_machine.Directory), []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_are_found_by_the_name_they_gave_themselves_or_by_their_program()
    {
        _machine.Write("uptime", "1000.00 900.00\n");
        Process(11, "nginx", "nginx: master process /usr/sbin/nginx", started: 10_000, rss: 1000);
        Process(12, "nginx", "nginx: worker process", started: 90_000, rss: 2000, ticks: 40);
        Process(13, "a-very-long-nam", "/opt/bin/a-very-long-name-indeed", started: 50_000);
        Process(14, "nginx", "", started: 1, state: 'Z');
        _machine.Write("self/stat", "not a process by its number");
        _machine.Time.OnWait = () => Process(12, "nginx", "nginx: worker process", started: 90_000, rss: 2000, ticks: 50);

        var facts = await _machine.MeasureAsync(new ProcessProbe(_machine.Directory), ["nginx"], wants: ["cpu_used"]);

        Assert.Equal(Value.Count(2), facts["count"]);
        Assert.Equal(Value.Bytes(3000 * 1024), facts["memory"]);
        Assert.Equal(Value.Duration(TimeSpan.FromSeconds(900)), facts["age"]);
        Assert.Equal(0.5, facts.Number("cpu_used"), 6);
        Assert.Equal(Value.Count(1), (await _machine.MeasureAsync(new ProcessProbe(_machine.Directory), ["a-very-long-name-indeed"]))["count"]);
    }

    [Fact]
    public async Task No_process_is_an_answer()
    {
        var facts = await _machine.MeasureAsync(new ProcessProbe(_machine.Directory), ["nginx"]);

        Assert.Equal(Value.Count(0), facts["count"]);
        Assert.Equal("no process is called nginx", facts.Unknown("age"));
    }

    [Fact]
    public async Task A_name_with_blanks_and_brackets_does_not_break_the_reading()
    {
        _machine.Write("uptime", "1000.00 900.00\n");
        Process(15, "odd (name) S 1", "odd", started: 0);

        Assert.Equal(1, (await _machine.MeasureAsync(new ProcessProbe(_machine.Directory), ["odd (name) S 1"])).Number("count"));
    }

    [Fact]
    public async Task Without_a_list_of_processes_the_answer_is_unknown()
    {
        Assert.Contains("as Linux has it", await _machine.RefusalAsync(new ProcessProbe(_machine.Path("nowhere")), ["nginx"]), StringComparison.Ordinal);
    }

    private void Process(int id, string name, string commandLine, double started, int rss = 100, int ticks = 0, char state = 'S')
    {
        _machine.Write($"{id}/stat", $"{id} ({name}) {state} 1 1 1 0 -1 4194304 100 0 0 0 {ticks} 0 0 0 20 0 1 0 {started} 1000 100 18446744073709551615\n");
        _machine.Write($"{id}/cmdline", commandLine + "\0");
        _machine.Write($"{id}/status", $"Name:\t{name}\nVmRSS:\t   {rss} kB\n");
    }
}
