using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

public sealed class DetachedActionTests : Scratch
{
    private string Folder => At("action");

    [Theory]
    [InlineData("echo out; echo err >&2", 0, "out\nerr\n")]
    [InlineData("echo out; exit 3", 3, "out\n")]
    [InlineData("exit 124", 124, "")]
    [InlineData("kill -KILL $$", 137, "")]
    [InlineData("yes | head -1; exit ${PIPESTATUS[0]}", 141, "y\n")]
    [InlineData("cat; echo \"$ADDED|$#|$1|${BASH_ENV-}\"; pwd", 0, "input\nyes|2|a b|\nROOT\n")]
    public async Task An_action_ends_with_its_exit_code_and_output(string script, int code, string output)
    {
        var command = new Command("bash", ["-c", script, "script", "a b", "ä"])
        {
            Input = "input\n", WorkingDirectory = Root, Environment = new Dictionary<string, string?> { ["ADDED"] = "yes" },
        };
        var action = await StartAsync(command, TimeSpan.FromMinutes(5));

        var ended = Assert.IsType<ActionOutcome.Ended>(await action.WaitAsync(Cancel));

        Assert.Equal((code, output.Replace("ROOT", Root, StringComparison.Ordinal)), (ended.ExitCode, ended.Output.Text));
        Assert.False(action.IsAlive);
        Assert.Equal(ended, await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel));
    }

    [Fact]
    public async Task What_runs_shows_its_last_lines_and_can_be_left_alone()
    {
        var action = await StartAsync(Bash($"seq 1 5; echo to error >&2; while ! [[ -e {At("go")} ]]; do sleep 0.02; done; echo went on"), TimeSpan.FromMinutes(5));
        await UntilAsync(() => action.Tail(1) == "to error");
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => action.WaitAsync(impatient.Token));

        Assert.True(action.IsAlive);
        Assert.Equal("5\nto error", action.Tail(2));
        await File.WriteAllTextAsync(At("go"), "", Cancel);
        Assert.EndsWith("went on\n", Assert.IsType<ActionOutcome.Ended>(await action.WaitAsync(Cancel)).Output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Late_actions_are_ended_with_all_they_started()
    {
        string[] scripts =
        [
            "sleep LONG",
            "sleep LONG; true",
            "trap '' TERM; sleep LONG; sleep LONG; sleep LONG",
            "(trap '' TERM; sleep LONG; sleep LONG) & sleep LONG",
            "setsid -f sleep LONG; sleep LONG; true",
        ];
        // All at once: a limit within which also a busy machine begins each of them is a long one.
        var limit = TimeSpan.FromSeconds(15);
        var late = await Task.WhenAll(scripts.Select(async (script, n) =>
        {
            var action = await StartAsync(Bash("echo begun; " + script.Replace("LONG", Long, StringComparison.Ordinal)), limit, At($"action-{n}"));
            return Assert.IsType<ActionOutcome.TimedOut>(await action.WaitAsync(Cancel));
        }));

        Assert.All(late, l => Assert.Equal((limit, "begun\n"), (l.Limit, l.Output.Text)));
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task A_daemon_that_an_action_leaves_behind_does_not_keep_it_waiting()
    {
        var action = await StartAsync(Bash($"sleep {Long} & echo left"), TimeSpan.FromMinutes(5));

        Assert.Equal("left\n", Assert.IsType<ActionOutcome.Ended>(await action.WaitAsync(Cancel)).Output.Text);

        await UntilAsync(() => Sleepers() == 1);
        await action.KillAsync();
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task A_killed_wrapper_leaves_the_action_alive_and_then_in_doubt()
    {
        var action = await StartAsync(Bash($"echo begun; while ! [[ -e {At("go")} ]]; do sleep 0.02; done; echo went on"), TimeSpan.FromMinutes(5));
        await UntilAsync(() => action.Tail(1) == "begun");
        await RunAsync(Bash($"kill -KILL $(cut -d ' ' -f 1 {Folder}/started)"));

        Assert.True(action.IsAlive);
        await File.WriteAllTextAsync(At("go"), "", Cancel);

        var vanished = Assert.IsType<ActionOutcome.Vanished>(await action.WaitAsync(Cancel));
        Assert.Contains("left no result", vanished.Because, StringComparison.Ordinal);
        Assert.Equal("begun\nwent on\n", vanished.Output.Text);
    }

    [Fact]
    public async Task A_killed_action_has_vanished_with_all_it_started()
    {
        var action = await StartAsync(Bash($"setsid sleep {Long} & env -i sleep {Long} & trap '' TERM; sleep {Long}; sleep {Long}"), TimeSpan.FromMinutes(5));
        await UntilAsync(() => Sleepers() == 3);

        await DetachedAction.Attach(Folder, TimeProvider.System).KillAsync();

        Assert.Equal(0, Sleepers());
        Assert.Equal("it was ended on request", Assert.IsType<ActionOutcome.Vanished>(await action.WaitAsync(Cancel)).Because);
    }

    [Fact]
    public async Task An_action_that_is_asked_to_end_tells_how_it_did()
    {
        var action = await StartAsync(Bash("trap 'echo rolled back; exit 9' TERM; echo begun; while true; do sleep 0.05; done"), TimeSpan.FromMinutes(5));
        await UntilAsync(() => action.Tail(1) == "begun");

        await action.KillAsync(TimeSpan.FromMinutes(2));

        var ended = Assert.IsType<ActionOutcome.Ended>(await action.WaitAsync(Cancel));
        Assert.Equal("begun\nrolled back\n", ended.Output.Text.Replace("Terminated\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_takes_one_action_once()
    {
        await (await StartAsync(Bash($"echo run >> {At("counter")}"), TimeSpan.FromMinutes(5))).WaitAsync(Cancel);

        var again = await StartAsync(Bash($"echo run >> {At("counter")}"), TimeSpan.FromMinutes(5));

        Assert.Equal($"{Folder} already holds an action", Assert.IsType<ActionOutcome.NotStarted>(await again.WaitAsync(Cancel)).Because);
        Assert.Equal("run\n", await File.ReadAllTextAsync(At("counter"), Cancel));
        Assert.IsType<ActionOutcome.Ended>(await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel));
    }

    [Fact]
    public async Task One_whose_folder_goes_away_under_it_is_in_doubt_and_never_taken_for_not_begun()
    {
        var action = await StartAsync(Bash($"until [ -e {At("go")} ]; do sleep 0.02; done"), TimeSpan.FromMinutes(5));
        Directory.Delete(Folder, recursive: true);
        await File.WriteAllTextAsync(At("go"), "", Cancel);

        Assert.Contains("are gone", Assert.IsType<ActionOutcome.Vanished>(await action.WaitAsync(Cancel)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrapper_that_comes_after_its_action_was_given_up_does_not_begin()
    {
        await (await StartAsync(Bash("true"), TimeSpan.FromMinutes(5))).WaitAsync(Cancel);
        // As if the driver had died before its wrapper came to the lock.
        File.Delete(Path.Combine(Folder, "started"));
        File.Delete(Path.Combine(Folder, "result"));

        var outcome = Assert.IsType<ActionOutcome.NotStarted>(await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel));
        Assert.Equal("its driver ended before the action began", outcome.Because);

        var late = await RunAsync(Bash($"exec bash -p {Folder}/action.sh {Folder} 10 1000 job $(type -P flock timeout sync mv sleep) touch {At("ran")}"));
        Assert.Equal(1, late.ExitCode);
        Assert.Contains("was given up before", late.Error.Text, StringComparison.Ordinal);
        Assert.False(File.Exists(At("ran")));
    }

    [Fact]
    public async Task A_restarted_machine_leaves_the_action_in_doubt()
    {
        await (await StartAsync(Bash("echo half"), TimeSpan.FromMinutes(5))).WaitAsync(Cancel);
        File.Delete(Path.Combine(Folder, "result"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "started"), "1 1 another-boot 100\n", Cancel);

        var vanished = Assert.IsType<ActionOutcome.Vanished>(await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel));

        Assert.Equal("the machine was restarted while it ran", vanished.Because);
        Assert.Equal("half\n", vanished.Output.Text);
    }

    [Fact]
    public async Task What_cannot_start_says_why()
    {
        Assert.Equal("no-such-program-here: not found on PATH", Assert.IsType<ActionOutcome.NotStarted>(
            await (await StartAsync(new Command("no-such-program-here", []), TimeSpan.FromMinutes(5))).WaitAsync(Cancel)).Because);
        Assert.StartsWith("the action's files can't be written", Assert.IsType<ActionOutcome.NotStarted>(
            await (await DetachedAction.StartAsync("/proc/none", Bash("true"), TimeSpan.FromMinutes(5), TimeProvider.System, Cancel)).WaitAsync(Cancel)).Because, StringComparison.Ordinal);
        Assert.Equal($"there is no action in {Folder}", Assert.IsType<ActionOutcome.NotStarted>(
            await DetachedAction.Attach(Folder, TimeProvider.System).WaitAsync(Cancel)).Because);
    }

    [Fact]
    public async Task No_zombie_stays_in_the_starting_process()
    {
        var action = await StartAsync(Bash("sleep 0.1"), TimeSpan.FromMinutes(5));

        await action.WaitAsync(Cancel);

        var pid = (await File.ReadAllTextAsync(Path.Combine(Folder, "started"), Cancel)).Split(' ')[0];
        await UntilAsync(() => !Directory.Exists($"/proc/{pid}"));
    }

    private Task<DetachedAction> StartAsync(Command command, TimeSpan limit, string? folder = null) =>
        DetachedAction.StartAsync(folder ?? Folder, command, limit, TimeProvider.System, Cancel);
}
