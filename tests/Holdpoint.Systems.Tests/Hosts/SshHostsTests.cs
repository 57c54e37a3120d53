using System.Text;
using Holdpoint.Hosts;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

public sealed class SshHostsTests(SshServers servers) : Scratch, IClassFixture<SshServers>
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly SshHosts _hosts = new(TimeProvider.System);

    [Fact(Timeout = 120_000)]
    public async Task A_command_runs_there_with_its_words_its_folder_its_variables_and_its_input()
    {
        const string odd = "it's \"odd\" $HOME `id` \\n\n!\t*é ;&|";
        var ended = await ExitedAsync(new Command("bash", ["-c", "printf '%s|' \"$@\" \"$ODD\" \"$PWD\" \"$(cat)\" \"${GONE-gone}\"; echo err >&2; test -n \"$SSH_CONNECTION\"", "bash", odd, "", "-n", "--"])
        {
            WorkingDirectory = Root,
            Environment = new Dictionary<string, string?> { ["ODD"] = odd, ["GONE"] = null },
            Input = odd,
        });

        Assert.Equal((0, $"{odd}||-n|--|{odd}|{Root}|{odd}|gone|", "err\n"), (ended.ExitCode, ended.Output.Text, ended.Error.Text));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_exit_code_of_255_is_the_commands_own()
    {
        Assert.Equal(255, (await ExitedAsync(Bash("exit 255"))).ExitCode);
        Assert.Equal(137, (await ExitedAsync(Bash("kill -9 $$"))).ExitCode);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_missing_there_is_named()
    {
        Assert.Equal("no-such-program: not found on PATH of web1", await NotStartedAsync("web1", new("no-such-program", [])));
        Assert.Equal("/no/such: web1 has no such folder to work in", await NotStartedAsync("web1", new("true", []) { WorkingDirectory = "/no/such" }));
    }

    [Fact(Timeout = 120_000)]
    public async Task Much_output_arrives_whole_and_counted()
    {
        var lines = 0;
        var ended = await ExitedAsync(Bash("seq 200000; printf end") with { OnOutputLine = _ => lines++, OutputLimit = 1000 });

        Assert.Equal((200_001, 200_001L), (lines, ended.Output.Lines));
        Assert.EndsWith("\n200000\nend", ended.Output.Text, StringComparison.Ordinal);
        Assert.Equal("next\n", (await ExitedAsync(Bash("echo next"))).Output.Text);
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_commands_share_one_connection()
    {
        var before = servers.Web.Logins;
        var ends = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => _hosts.On(servers.At("web1")).RunAsync(Bash($"echo {i}"), Minute, Cancel)));

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i}\n"), ends.Select(e => Assert.IsType<CommandResult.Exited>(e).Output.Text));
        Assert.Equal(1, servers.Web.Logins - before);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_slow_command_keeps_the_others_waiting_for_a_moment_only()
    {
        var host = _hosts.On(servers.At("web1"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var slow = host.RunAsync(new("sleep", [Long]), Minute * 10, stop.Token);
        await UntilAsync(() => Sleepers() > 0);

        Assert.IsType<CommandResult.Exited>(await host.RunAsync(new("true", []), Minute, Cancel));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_value_of_a_variable_stands_on_a_command_line()
    {
        var secret = Guid.NewGuid().ToString("N");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = _hosts.On(servers.At("web1")).RunAsync(new Command("sleep", [Long]) { Environment = new Dictionary<string, string?> { ["PASSWORD"] = secret }, Input = secret }, Minute * 10, stop.Token);
        await UntilAsync(() => Sleepers() > 0);

        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), d => CommandLine(d).Contains(secret, StringComparison.Ordinal));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_that_is_late_is_ended_there_with_all_that_it_started()
    {
        var host = _hosts.On(servers.At("web1"));
        Assert.IsType<CommandResult.Exited>(await host.RunAsync(new("true", []), Minute, Cancel));

        var late = Assert.IsType<CommandResult.TimedOut>(await host.RunAsync(Bash($"trap '' TERM; echo begun; sleep {Long} & setsid sleep {Long} & wait; wait; sleep {Long}"), TimeSpan.FromSeconds(6), Cancel));

        Assert.Equal("begun\n", late.Output.Text);
        await UntilAsync(() => Sleepers() == 0);
        Assert.Equal("still there\n", Assert.IsType<CommandResult.Exited>(await host.RunAsync(Bash("echo still there"), Minute, Cancel)).Output.Text);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_cancelled_command_leaves_nothing_there()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = _hosts.On(servers.At("web1")).RunAsync(Bash($"sleep {Long} & setsid sleep {Long} & wait"), Minute * 10, stop.Token);
        await UntilAsync(() => Sleepers() == 2);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilAsync(() => Sleepers() == 0);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_command_leaves_in_the_background_ends_with_it()
    {
        await ExitedAsync(Bash($"sleep {Long} & echo done"));

        await UntilAsync(() => Sleepers() == 0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Commands_end_with_the_process_that_asked_for_them()
    {
        using var own = new SshHosts(TimeProvider.System);
        var running = own.On(servers.At("web2")).RunAsync(Bash($"sleep {Long} & setsid sleep {Long} & wait"), Minute * 10, Cancel);
        await UntilAsync(() => Sleepers() == 2);

        own.Dispose();

        Assert.Equal("the connection to web2 was lost while the command ran, and how it ended there is not known", Assert.IsType<CommandResult.NotStarted>(await running).Because);
        await UntilAsync(() => Sleepers() == 0);
        await UntilAsync(() => !Directory.EnumerateDirectories("/proc").Any(d => CommandLine(d) is var line && line.StartsWith("ssh\0", StringComparison.Ordinal) && line.Contains("\0web2\0", StringComparison.Ordinal) && line.Contains(servers.Config, StringComparison.Ordinal)));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_machine_that_falls_over_in_the_middle_is_no_end_of_the_command_and_is_found_again()
    {
        var host = _hosts.On(servers.At("frail"));
        var running = host.RunAsync(Bash($"echo begun; sleep {Long}"), Minute * 10, Cancel);
        await UntilAsync(() => Sleepers() == 1);

        servers.Frail.DropConnections();

        Assert.Equal("the connection to frail was lost while the command ran, and how it ended there is not known", Assert.IsType<CommandResult.NotStarted>(await running).Because);
        await UntilAsync(() => Sleepers() == 0);
        Assert.IsType<CommandResult.Exited>(await host.RunAsync(new("true", []), Minute, Cancel));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_host_that_never_answers_is_tried_once_for_twenty_commands()
    {
        servers.Waiting();
        var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => NotStartedAsync("silent", new("true", []))));

        Assert.All(ends, because => Assert.Equal("no answer from silent within 5s: is it up, and does a firewall let ssh through?", because));
        Assert.Equal(1, servers.Waiting());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_short_limit_does_not_wait_for_a_host_that_never_answers()
    {
        var because = Assert.IsType<CommandResult.NotStarted>(await _hosts.On(servers.At("silent")).RunAsync(new("true", []), TimeSpan.FromMilliseconds(50), Cancel)).Because;

        Assert.StartsWith("silent has not answered within 50ms (try it: ssh -F ", because, StringComparison.Ordinal);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    [InlineData("changed", "the host key of changed is not the one that is known: find out why it changed, then remove the old one with ssh-keygen -R and connect once by hand: ssh -F CONFIG changed")]
    [InlineData("unknown", "the host key of unknown is not known here: compare it and accept it once by hand: ssh -F CONFIG unknown")]
    [InlineData("locked", "locked lets us in with none of the keys that ssh offers: add one there (ssh-copy-id), or load it here (ssh-add); try it: ssh -F CONFIG locked")]
    public async Task Why_a_host_does_not_let_us_in_is_told_with_the_remedy(string name, string because) =>
        Assert.Equal(because, (await NotStartedAsync(name, new("true", []))).Replace(servers.Config, "CONFIG", StringComparison.Ordinal));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hosts.Dispose();
        base.Dispose(disposing);
    }

    private async Task<CommandResult.Exited> ExitedAsync(Command command) => Assert.IsType<CommandResult.Exited>(await _hosts.On(servers.At("web1")).RunAsync(command, Minute, Cancel));

    private async Task<string> NotStartedAsync(string host, Command command) => Assert.IsType<CommandResult.NotStarted>(await _hosts.On(servers.At(host)).RunAsync(command, Minute, Cancel)).Because;

    private static string CommandLine(string process)
    {
        try
        {
            return File.Exists(process + "/cmdline") ? Encoding.UTF8.GetString(File.ReadAllBytes(process + "/cmdline")) : "";
        }
        catch (IOException)
        {
            // It has ended since.
            return "";
        }
    }
}
