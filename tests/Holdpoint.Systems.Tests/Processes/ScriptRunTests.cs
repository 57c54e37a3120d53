using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

public sealed class ScriptRunTests : Scratch
{
    [Theory]
    [InlineData("bash", "false\necho on", 1, "")]
    [InlineData("bash", "false | true; echo on", 1, "")]
    [InlineData("bash", "echo \"$# $0\"\r\n", 0, "0 script\n")]
    [InlineData("sh", "echo a; exit 4", 4, "a\n")]
    [InlineData("python", "import sys\nprint('a')\nsys.exit(5)", 5, "a\n")]
    [InlineData("perl", "print 'a'; exit 6", 6, "a")]
    public async Task A_fence_runs_and_stops_at_its_first_error(string language, string content, int code, string output)
    {
        var ended = await RunAsync(Assert.IsType<Script.Runs>(Script.FromFence(language, content)).Command);

        Assert.Equal((code, output), (ended.ExitCode, ended.Output.Text));
    }

    [Fact]
    public async Task An_unset_variable_is_an_error_that_names_its_line()
    {
        var ended = await RunAsync(Assert.IsType<Script.Runs>(Script.FromFence("bash", "true\necho $nothing")).Command);

        Assert.Equal("script: line 2: nothing: unbound variable\n", ended.Error.Text.Replace("line 1", "line 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_script_runs_whole()
    {
        var script = "set -- a 'b c'\n" + string.Concat(Enumerable.Range(0, 40_000).Select(n => $": ä{n}\n")) + "printf '%s,' \"$@\" \"$0\"; exit 7\n\n";

        var ended = await RunAsync(Assert.IsType<Script.Runs>(Script.FromFence("bash", script)).Command);

        Assert.Equal((7, "a,b c,script,"), (ended.ExitCode, ended.Output.Text));
    }

    [Fact]
    public async Task A_line_is_read_by_bash()
    {
        var ended = await RunAsync(Assert.IsType<Script.Runs>(Script.FromLine("echo {1..3} | tr ' ' '\\n' | wc -l")).Command);

        Assert.Equal("3", ended.Output.Text.Trim());
    }
}
