using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

public sealed class CommandRunnerTests : Scratch
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit 124", 124)]
    [InlineData("kill -TERM $$", 128 + 15)]
    [InlineData("kill -KILL $$", 128 + 9)]
    [InlineData("yes | head -1; exit ${PIPESTATUS[0]}", 128 + 13)]
    public async Task The_exit_code_is_the_one_a_shell_tells(string script, int code) =>
        Assert.Equal(code, (await RunAsync(Bash(script))).ExitCode);

    [Fact]
    public async Task Both_streams_are_captured_apart()
    {
        var ended = await RunAsync(Bash("echo out; echo err >&2; printf 'no end'"));

        Assert.Equal(new CapturedOutput("out\nno end", 10, 2), ended.Output);
        Assert.Equal(new CapturedOutput("err\n", 4, 1), ended.Error);
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        var ended = await RunAsync(new Command("printf", ["%s|", "a b", "", "$HOME", "'\"\n", "ä", "--"]));

        Assert.Equal("a b||$HOME|'\"\n|ä|--|", ended.Output.Text);
    }

    [Fact]
    public async Task Input_is_written_and_closed()
    {
        var text = string.Concat(Enumerable.Repeat("zeile ü\n", 100_000));

        var ended = await RunAsync(new Command("wc", ["-l"]) { Input = text });

        Assert.Equal("100000", ended.Output.Text.Trim());
        Assert.Equal("", (await RunAsync(new Command("cat", []))).Output.Text);
    }

    [Fact]
    public async Task Input_that_nobody_reads_is_no_error() =>
        Assert.Equal(0, (await RunAsync(new Command("true", []) { Input = new string('x', 1_000_000) })).ExitCode);

    [Fact]
    public async Task Variables_are_added_and_removed()
    {
        var command = Bash("echo \"$ADDED ${HOME-none}\"") with { Environment = new Dictionary<string, string?> { ["ADDED"] = "yes", ["HOME"] = null } };

        Assert.Equal("yes none\n", (await RunAsync(command)).Output.Text);
    }

    [Fact]
    public async Task It_works_in_its_directory() =>
        Assert.Equal(Root + "\n", (await RunAsync(new Command("pwd", []) { WorkingDirectory = Root })).Output.Text);

    [Fact]
    public async Task Fifty_megabytes_are_counted_exactly()
    {
        long lines = 0;
        var ended = await RunAsync(Bash("echo first; yes 0123456789012345678901234567890123456789012345678 | head -1000000; echo last")
            with { OutputLimit = 10_000 });

        Assert.Equal(50_000_000 + 6 + 5, ended.Output.Characters);
        Assert.Equal(1_000_002, ended.Output.Lines);
        Assert.False(ended.Output.IsWhole);
        Assert.StartsWith("first\n", ended.Output.Text, StringComparison.Ordinal);
        Assert.EndsWith("\nlast\n", ended.Output.Text, StringComparison.Ordinal);
        Assert.Contains("characters left out", ended.Output.Text, StringComparison.Ordinal);
        Assert.InRange(ended.Output.Text.Length, 9_900, 10_100);

        await RunAsync(Bash("seq 1 300000") with { OutputLimit = 10, OnOutputLine = l => Assert.Equal(++lines, long.Parse(l)) });
        Assert.Equal(300_000, lines);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_replaced() =>
        Assert.Equal("a\uFFFDb ü\n", (await RunAsync(Bash(@"printf 'a\xffb \xc3'; sleep 0.1; printf '\xbc\n'"))).Output.Text);

    [Theory]
    [InlineData(1, "sleep LONG")]
    [InlineData(1, "sleep LONG; true")]
    [InlineData(2, "sleep LONG & sleep LONG & wait")]
    [InlineData(1, "trap '' TERM; sleep LONG; sleep LONG; sleep LONG")]
    [InlineData(1, "(trap '' TERM; sleep LONG; sleep LONG) & wait")]
    [InlineData(2, "setsid sleep LONG & sleep LONG")]
    [InlineData(2, "setsid -f bash -c \"trap '' TERM HUP; sleep LONG; sleep LONG\" >/dev/null 2>&1 </dev/null; sleep LONG")]
    [InlineData(2, "env -i sleep LONG & sleep LONG; true")]
    public async Task A_command_that_is_late_leaves_no_process(int sleepers, string script)
    {
        var limit = TimeSpan.FromHours(1);
        var clock = new HeldLimit(limit);
        var running = new CommandRunner(clock).RunAsync(Bash("echo begun; " + script.Replace("LONG", Long, StringComparison.Ordinal)), limit, Cancel);
        await UntilAsync(() => Sleepers() == sleepers);

        await clock.LeapAsync();

        var late = Assert.IsType<CommandResult.TimedOut>(await running);
        Assert.Equal("begun\n", late.Output.Text);
        Assert.Equal(limit, late.Limit);
        Assert.True(late.Elapsed >= limit);
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task A_limit_is_over_after_its_time()
    {
        var late = Assert.IsType<CommandResult.TimedOut>(await Runner.RunAsync(new Command("sleep", [Long]), TimeSpan.FromSeconds(1), Cancel));

        Assert.Equal(TimeSpan.FromSeconds(1), late.Limit);
        Assert.True(late.Elapsed >= TimeSpan.FromSeconds(0.9));
        Assert.Equal(0, Sleepers());
    }

    [Theory]
    [InlineData("sleep LONG; true")]
    [InlineData("trap '' TERM; sleep LONG; sleep LONG; sleep LONG")]
    [InlineData("setsid sleep LONG & sleep LONG")]
    public async Task A_cancelled_command_leaves_no_process(string script)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = Runner.RunAsync(Bash(script.Replace("LONG", Long, StringComparison.Ordinal)), TimeSpan.FromMinutes(5), cancel.Token);
        await UntilAsync(() => Sleepers() > 0);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task A_program_that_cleans_up_at_SIGTERM_may()
    {
        var limit = TimeSpan.FromHours(1);
        var clock = new HeldLimit(limit, pace: 0.05);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = new CommandRunner(clock).RunAsync(
            Bash($"trap 'echo cleaned; exit' TERM; sleep {Long} & echo begun; wait") with { OnOutputLine = _ => begun.TrySetResult() }, limit, Cancel);
        await Task.WhenAny(begun.Task, running);
        await UntilAsync(() => Sleepers() == 1);

        await clock.LeapAsync();

        Assert.Equal("begun\ncleaned\n", Assert.IsType<CommandResult.TimedOut>(await running).Output.Text);
    }

    [Theory]
    [InlineData("sleep LONG & echo done")]
    [InlineData("sleep LONG >/dev/null 2>&1 & echo done")]
    [InlineData("(trap '' TERM; sleep LONG; sleep LONG) & echo done")]
    public async Task A_background_child_neither_hangs_the_runner_nor_stays(string script)
    {
        var ended = await RunAsync(Bash(script.Replace("LONG", Long, StringComparison.Ordinal)));

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal("done\n", ended.Output.Text);
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task Output_of_a_program_whose_stray_holds_the_pipe_is_whole()
    {
        var ended = await RunAsync(Bash($"setsid sleep 3 & seq 1 200000"));

        Assert.Equal(200_000, ended.Output.Lines);
    }

    [Fact]
    public async Task A_throwing_reader_of_lines_ends_the_program_and_reaches_the_caller()
    {
        var command = Bash($"yes & sleep {Long}") with { OnOutputLine = _ => throw new FormatException("not a line") };

        await Assert.ThrowsAsync<FormatException>(() => Runner.RunAsync(command, TimeSpan.FromMinutes(5), Cancel));
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task What_cannot_be_started_says_why()
    {
        await File.WriteAllTextAsync(At("plain"), "#!/bin/sh\n", Cancel);
        await File.WriteAllTextAsync(At("broken"), "#!/nowhere/interpreter\n", Cancel);
        await RunAsync(new Command("chmod", ["+x", At("broken")]));

        Assert.Equal("no-such-program-here: not found on PATH", await RefusalAsync(new Command("no-such-program-here", [])));
        Assert.Equal("./nothing: not found", await RefusalAsync(new Command("./nothing", [])));
        Assert.Equal("./plain: not executable (chmod +x ./plain)", await RefusalAsync(new Command("./plain", []) { WorkingDirectory = Root }));
        Assert.Equal($"plain: {At("plain")} is not executable (chmod +x {At("plain")})",
            await RefusalAsync(new Command("plain", []) { Environment = new Dictionary<string, string?> { ["PATH"] = Root } }));
        Assert.Equal("/: this is a directory, not a program", await RefusalAsync(new Command("/", [])));
        Assert.Equal($"{At("gone")}: the directory to work in does not exist", await RefusalAsync(new Command("true", []) { WorkingDirectory = At("gone") }));
        Assert.Equal("true: its arguments and environment are too long for the system", await RefusalAsync(new Command("true", [new string('x', 200_000)])));
        Assert.Contains("NUL", await RefusalAsync(new Command("true", ["a\0b"])), StringComparison.Ordinal);
        var broken = await RefusalAsync(new Command("./broken", []) { WorkingDirectory = Root });
        Assert.StartsWith($"./broken: {At("broken")} could not be started: No such file or directory", broken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_whose_first_line_names_no_interpreter_is_run_by_sh()
    {
        await File.WriteAllTextAsync(At("bare"), "echo \"bare $1\"; exit 4\n", Cancel);
        await RunAsync(new Command("chmod", ["+x", At("bare")]));

        var ended = await RunAsync(new Command("./bare", ["argument"]) { WorkingDirectory = Root });

        Assert.Equal((4, "bare argument\n"), (ended.ExitCode, ended.Output.Text));
    }

    [Fact]
    public async Task It_leads_a_session_of_its_own_and_inherits_no_open_file()
    {
        await using var held = File.Open(At("held"), FileMode.Create);

        var ended = await RunAsync(Bash("read -r -a stat </proc/$$/stat; [ ${stat[4]} = $$ ] && [ ${stat[5]} = $$ ] && readlink /proc/$$/fd/*"));

        Assert.NotEmpty(ended.Output.Text);
        Assert.DoesNotContain(At("held"), ended.Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_commands_run_side_by_side()
    {
        // Each waits until all of them have begun.
        var all = $"until [ $(ls {Root} | wc -l) = 100 ]; do sleep 0.2; done";
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => RunAsync(Bash($"touch {At($"{n}")}; {all}; seq 1 {1000 + n}; exit {n}"))));

        Assert.Equal(Enumerable.Range(0, 100), results.Select(r => r.ExitCode));
        Assert.Equal(Enumerable.Range(0, 100).Select(n => 1000L + n), results.Select(r => r.Output.Lines));
    }

    [Fact]
    public void A_program_is_found_on_PATH()
    {
        Assert.EndsWith("/bash", CommandRunner.FindOnPath("bash"), StringComparison.Ordinal);
        Assert.Null(CommandRunner.FindOnPath("no-such-program-here"));
    }

    private async Task<string> RefusalAsync(Command command) =>
        Assert.IsType<CommandResult.NotStarted>(await Runner.RunAsync(command, TimeSpan.FromMinutes(5), Cancel)).Because;
}
