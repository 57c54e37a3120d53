using System.Runtime.CompilerServices;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Processes;

namespace Holdpoint.Systems.Tests.Cli;

/// <summary>The script that people start.</summary>
public sealed class RootScriptTests : Scratch, IAsyncLifetime
{
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));
    private static readonly string Holdpoint = Path.Combine(Repository, "holdpoint");

    private async Task<CommandResult.Exited> CallAsync(Command command) =>
        Assert.IsType<CommandResult.Exited>(await Runner.RunAsync(command, TimeSpan.FromMinutes(10), Cancel));

    /// <summary>In a fresh clone the first call builds, and says so; what these tests look at is every call after it.</summary>
    public async ValueTask InitializeAsync() => await CallAsync(new(Holdpoint, ["--version"]));

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Two_that_start_at_once_both_run()
    {
        var both = await Task.WhenAll(CallAsync(new(Holdpoint, ["--version"])), CallAsync(new(Holdpoint, ["--version"])));

        Assert.All(both, one => Assert.Equal(0, one.ExitCode));
        Assert.Equal(both[0].Output.Text, both[1].Output.Text);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", both[0].Output.Text);
    }

    [Fact]
    public async Task It_runs_from_another_folder_and_through_a_link()
    {
        File.CreateSymbolicLink(At("hp"), Holdpoint);
        await File.WriteAllTextAsync(At("DEPLOY.md"), "# A\n\n- [ ] a `? file DEPLOY.md`\n", Cancel);

        var ended = await CallAsync(new(At("hp"), ["check"]) { WorkingDirectory = Root });

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("✓ a", ended.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_reach_it_as_they_are()
    {
        var ended = await CallAsync(new(Holdpoint, ["no such  command*"]));

        Assert.Equal((2, "holdpoint: error: there is no command no such  command* (see holdpoint --help)"), (ended.ExitCode, ended.Error.Text.Split('\n')[^2]));
    }

    [Fact]
    public async Task A_pipe_that_closes_early_hurts_nobody()
    {
        var ended = await CallAsync(Bash($"set -o pipefail; '{Holdpoint}' probes | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"));

        Assert.Equal(("0\n", ""), (ended.Output.Text, ended.Error.Text));
    }

    [Theory]
    [InlineData("bash", "bash -n")]
    [InlineData("zsh", "zsh -n")]
    [InlineData("fish", "fish -n")]
    public async Task A_shell_reads_its_completion(string shell, string check)
    {
        Assert.SkipUnless(CommandRunner.FindOnPath(shell) is not null, $"{shell} is not on this machine");

        var ended = await CallAsync(Bash($"'{Holdpoint}' completion {shell} > '{At("script")}' && {check} '{At("script")}'"));

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error.Text));
    }

    [Fact]
    public async Task Bash_completes_commands_and_options()
    {
        var ended = await CallAsync(Bash($$"""
            source <('{{Holdpoint}}' completion bash)
            COMP_WORDS=(holdpoint che); COMP_CWORD=1; _holdpoint; echo "${COMPREPLY[*]}"
            COMP_WORDS=(holdpoint lint --str); COMP_CWORD=2; _holdpoint; echo "${COMPREPLY[*]}"
            """));

        Assert.Equal("check\n--strict\n", ended.Output.Text);
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
