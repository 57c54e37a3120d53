using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Probes;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

/// <summary>Containers, logs and units of another machine: the programs are asked over a real sshd, and the engine is a real one.</summary>
public sealed class RuntimeOverSshTests(SshServers servers, DockerEngine engine) : Scratch, IClassFixture<SshServers>, IAsyncLifetime
{
    private readonly SshHosts _hosts = new(TimeProvider.System);
    private readonly string _project = DockerEngine.NewName("shop");
    private bool _isUp;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_isUp)
            await engine.ComposeAsync(Root, "-p", _project, "down", "--timeout", "0");
        _hosts.Dispose();
        Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task Containers_logs_and_units_are_looked_at_there()
    {
        await UpAsync();
        await PassesAsync($"compose project={_project} host=web1 within 3m every 200ms");
        await PassesAsync($"compose host=web1 project={_project} file=docker-compose.yml total == 2 and restarts == 0");
        Assert.Contains("total is 2", (await AskAsync($"compose project={_project} host=web1 total == 3")).Because<Verdict.Failed>(), StringComparison.Ordinal);
        Assert.Contains($"the project {_project} has no service wep: did you mean `web`?", (await AskAsync($"compose project={_project} service=wep host=web1")).Because<Verdict.Unknown>(), StringComparison.Ordinal);

        await PassesAsync($"docker {_project}_web_1 host=web1 up and restarts == 0 and age < 1h");
        Assert.Contains("restarts is 0", (await AskAsync($"docker {_project}_web_2 host=web1 restarts >= 1")).Because<Verdict.Failed>(), StringComparison.Ordinal);
        Assert.Contains($"there is no container {_project}_web_9", (await AskAsync($"docker {_project}_web_9 host=web1")).Because<Verdict.Failed>(), StringComparison.Ordinal);
        await PassesAsync($"logs docker:{_project}_web_1 host=web1");

        var now = TimeProvider.System.GetUtcNow();
        await File.WriteAllTextAsync(At("api.log"), $"{now:O} INFO ready\n{now:O} ERROR no answer\n", Cancel);
        await PassesAsync($"logs {At("api.log")} host=web1 lines == 2 and errors == 1 and matching\"no answer\" == 1 over 1h");
        Assert.Contains("errors is 1", (await AskAsync($"logs {At("api.log")} host=web1 over 1h")).Because<Verdict.Failed>(), StringComparison.Ordinal);

        await File.WriteAllTextAsync(At("systemctl"), """
            #!/bin/sh
            for unit; do :; done
            test -n "$SSH_CONNECTION" || exit 9
            case "$1 $unit" in
              "show nginx") printf 'Id=nginx.service\nLoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=3\nMemoryCurrent=52428800\nActiveEnterTimestamp=Sun 2026-03-01 11:30:00 UTC\n' ;;
              *) echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1 ;;
            esac
            """, Cancel);
        await RunAsync(new Command("chmod", ["755", At("systemctl")]));
        await PassesAsync("systemd nginx host=web1 up and memory < 100MB");
        Assert.Contains("restarts is 3", (await AskAsync("systemd nginx host=web1 restarts == 0")).Because<Verdict.Failed>(), StringComparison.Ordinal);
        Assert.Contains("systemd does not run on", (await AskAsync("systemd other host=web1")).Because<Verdict.Unknown>(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 300_000)]
    [InlineData("compose project=shop host=refusing")]
    [InlineData("docker shop host=refusing")]
    [InlineData("logs /var/log/messages host=refusing over 1h")]
    [InlineData("systemd nginx host=refusing")]
    public async Task A_host_that_is_not_there_is_no_engine_that_is_down(string mark)
    {
        var because = (await AskAsync(mark)).Because<Verdict.Unknown>();

        Assert.EndsWith("refusing refuses the connection: does sshd run there, and is the port right?", because, StringComparison.Ordinal);
    }

    private async Task UpAsync()
    {
        await engine.StartedAsync();
        await File.WriteAllTextAsync(At("docker-compose.yml"), $$"""
            version: "2.4"
            services:
              web: { image: "{{DockerEngine.Image}}", network_mode: none, scale: 2 }
            """, Cancel);
        _isUp = true;
        await engine.ComposeAsync(Root, "-p", _project, "up", "-d");
    }

    private async Task PassesAsync(string mark) => Assert.Equal("passed", (await AskAsync(mark)).Verdict is var verdict && verdict is Verdict.Passed ? "passed" : $"{verdict.Name}: {verdict.Message}");

    private Task<Holdpoint.Probes.CheckResult> AskAsync(string mark) => HostMark.RunAsync(mark, servers, new HostsOfEngine(_hosts, new Dictionary<string, string?>(engine.Environment) { ["PATH"] = $"{Root}:{Environment.GetEnvironmentVariable("PATH")}" }), Root, Root);

    /// <summary>Leads programs there to the engine of the tests, as the environment of another machine would.</summary>
    private sealed class HostsOfEngine(SshHosts inner, IReadOnlyDictionary<string, string?> environment) : IHosts
    {
        public ICommandRunner On(HostAddress address) => new CommandsWithEnvironment(inner.On(address), environment);

        public Command Detached(HostAddress address, Command command, TimeSpan limit) => inner.Detached(address, command, limit);
    }
}
