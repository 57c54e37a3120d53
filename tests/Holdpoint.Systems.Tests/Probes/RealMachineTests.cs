using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Processes;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Scripts, programs as probes, and this machine's own figures.</summary>
public sealed class RealMachineTests : ProbeScratch
{
    [Fact]
    public async Task A_script_runs_with_its_variables_and_its_lines_are_counted()
    {
        var facts = await MeasureAsync(new RunProbe(), [], wants: ["matching\"error\""], body: Fenced("echo \"error $HOLDPOINT_VERSION\"\npwd\necho error >&2\n"), variables: new() { ["HOLDPOINT_VERSION"] = "1.2.3" });

        Assert.Equal(0, Number(facts, "exit"));
        Assert.Equal(Value.Of($"error 1.2.3\n{Root}"), facts["output"]);
        Assert.Equal(Value.Of("error"), facts["stderr"]);
        Assert.Equal(1, Number(facts, "matching\"error\""));
    }

    [Fact]
    public async Task Lines_are_counted_also_where_output_is_too_long_to_be_kept()
    {
        var facts = await MeasureAsync(new ShProbe(), ["for i in {1..200000}; do echo \"error $i\"; done"], wants: ["matching\"^error [0-9]+$\""]);

        Assert.Equal(200_000, Number(facts, "matching\"^error [0-9]+$\""));
        Assert.Equal(200_000, Number(facts, "lines"));
        Assert.Contains("longer than what is kept", Because(facts["output"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_command_that_fails_ends_a_script()
    {
        Assert.Equal(1, Number(await MeasureAsync(new RunProbe(), [], body: Fenced("false\ntrue\n")), "exit"));
    }

    [Fact]
    public async Task A_script_that_hangs_is_ended_and_its_output_is_kept()
    {
        var limit = TimeSpan.FromHours(1);
        var clock = new HeldLimit(limit);
        var asking = AskAsync(new ShProbe(), [$"echo begun; sleep {Long}"], timeout: limit, runner: new CommandRunner(clock));
        await UntilAsync(() => Sleepers() == 1);

        await clock.LeapAsync();

        var reading = await asking;
        Assert.Equal("did not end within 1h; its process group was ended", Assert.IsType<Reading.NoAnswer>(reading).Because);
        Assert.Contains("begun", Text(reading, "output.txt"), StringComparison.Ordinal);
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task A_program_is_a_probe()
    {
        await File.WriteAllTextAsync(At("holdpoint-probe-queue"), """
            #!/bin/sh
            if [ "$1" = --describe ]; then
              echo '{"summary": "A queue.", "arguments": [{"name": "QUEUE", "summary": "Its name."}], "options": [{"name": "server", "summary": "Where."}],'
              echo '"facts": [{"name": "ready", "dimension": "count", "summary": "Waiting."}, {"name": "server", "dimension": "text", "summary": "Asked."}], "example": "queue orders ready < 10"}'
            else
              printf '{"facts": {"ready": %d, "server": "%s"}}' "${#1}" "$2"
            fi
            """, Cancel);
        await RunAsync(new Command("chmod", ["u+x", At("holdpoint-probe-queue")]));

        var found = Assert.IsType<ExternalLookup.Found>(await ExternalProbes.Find(Runner, [Root]).TryDescribeAsync("queue", Cancel));
        var facts = await MeasureAsync(found.Probe, ["orders"], new() { ["server"] = "main" });

        Assert.Equal(Value.Count(6), facts["ready"]);
        Assert.Equal(Value.Of("server=main"), facts["server"]);
    }

    [Fact]
    public async Task This_machine_has_memory_load_and_this_process()
    {
        var memory = await MeasureAsync(new MemoryProbe(), []);
        Assert.InRange(Number(memory, "used"), 0, 1);
        Assert.True(Number(memory, "free") <= Number(memory, "size"));

        Assert.InRange(Number(await MeasureAsync(new LoadProbe(), [], wants: ["cpu_used"]), "cpu_used"), 0, 1);

        var self = Path.GetFileName(Environment.ProcessPath)!;
        var process = await MeasureAsync(new ProcessProbe(), [self], wants: ["cpu_used"]);
        Assert.True(Number(process, "count") >= 1);
        Assert.True(Number(process, "memory") > 1_000_000);
        Assert.True(Number(process, "age") >= 0);
        Assert.IsType<Value.Number>(process["cpu_used"]);
    }

    private static Fence Fenced(string content) => new("bash", content, new Position(1, 1));
}
