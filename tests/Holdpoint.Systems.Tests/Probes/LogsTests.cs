using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Logs of containers, of files over a shell, and of a journal.</summary>
public sealed class LogsTests(DockerEngine engine) : ProbeScratch
{
    private const string Talks = """CMD ["sh", "-c", "echo INFO ready; echo ERROR no answer >&2; trap 'exit 0' TERM; sleep 100000 & wait"]""";

    private ProbeContext Context => new() { Commands = engine.Commands, Time = TimeProvider.System, Directory = Root };

    [Fact]
    public async Task What_a_container_writes_to_either_stream_is_its_log()
    {
        await engine.StartedAsync();
        var (image, name) = (DockerEngine.NewName("holdpoint-test/talks"), DockerEngine.NewName("talks"));
        await engine.BuildAsync(image, new Dictionary<string, string>(), Talks);
        await engine.DockerAsync("run", "-d", "--network", "none", "--name", name, image);
        await WrittenAsync(name, lines: 2);

        Assert.Equal("failed: errors is 1, expected errors == 0", await VerdictAsync($"logs docker:{name} over 1h timeout 1m"));
        Assert.StartsWith("passed", await VerdictAsync($"logs docker:{name} lines == 2 and errors == 1 and matching\"ready\" == 1 over 1h timeout 1m"), StringComparison.Ordinal);
        Assert.Equal($"unknown: there is no container {name}x", await VerdictAsync($"logs docker:{name}x timeout 1m"));
    }

    [Fact]
    public async Task A_container_that_has_ended_without_a_word_is_not_quiet()
    {
        await engine.StartedAsync();
        var name = DockerEngine.NewName("mute");
        await engine.DockerAsync("run", "-d", "--network", "none", "--name", name, DockerEngine.Image, "false");
        await engine.DockerAsync("wait", name);
        Assert.Equal($"unknown: {name} does not run (exited with 1) and logged nothing in the last 5m: start it, or look further back with over", await VerdictAsync($"logs docker:{name} timeout 1m"));
    }

    [Fact]
    public async Task Every_container_of_a_compose_project_is_read()
    {
        await engine.StartedAsync();
        var project = DockerEngine.NewName("shop");
        await File.WriteAllTextAsync(At("docker-compose.yml"), $$"""
            version: "2.4"
            services:
              api:
                image: {{DockerEngine.Image}}
                network_mode: none
                command: ["sh", "-c", "echo ERROR api >&2; trap 'exit 0' TERM; sleep 100000 & wait"]
              web:
                image: {{DockerEngine.Image}}
                network_mode: none
                command: ["sh", "-c", "echo INFO web; trap 'exit 0' TERM; sleep 100000 & wait"]
            """, Cancel);
        await engine.ComposeAsync(Root, "-p", project, "up", "-d");
        await WrittenAsync($"{project}_api_1");
        await WrittenAsync($"{project}_web_1");

        Assert.StartsWith("passed", await VerdictAsync($"logs compose project={project} lines == 2 and errors == 1 over 1h timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await VerdictAsync($"logs compose project={project} service=web over 1h timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("failed: errors is 1", await VerdictAsync($"logs compose project={project} service=api over 1h timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith($"unknown: the project {project} has no container of a service wep", await VerdictAsync($"logs compose project={project} service=wep over 1h timeout 1m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_engine_is_unknown()
    {
        var nowhere = new ProbeContext { Commands = new Elsewhere(Runner, new() { ["DOCKER_HOST"] = $"unix://{At("none")}" }), Time = TimeProvider.System, Directory = Root };
        Assert.StartsWith("unknown: no Docker engine answers", await ObservedMark.VerdictAsync("logs docker:web timeout 1m", nowhere), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_a_host_are_read_by_its_shell()
    {
        var now = TimeProvider.System.GetUtcNow();
        string Line(double minutes, string text) => $"{now.AddMinutes(-minutes):yyyy-MM-ddTHH:mm:ssZ} {text}\n";
        await File.WriteAllTextAsync(At("app.log"), Line(30, "ERROR long ago") + Line(2, "ERROR no answer") + Line(1, "INFO fine"), Cancel);
        await File.WriteAllTextAsync(At("app.log.1"), Line(3, "ERROR just rotated"), Cancel);
        await RunAsync(Bash($"gzip -k {At("app.log.1")} && mv {At("app.log.1")}.gz {At("app.log.2")}.gz"));
        await File.WriteAllTextAsync(At("two words.log"), Line(1, "FATAL here"), Cancel);
        await File.WriteAllTextAsync(At("no.times"), "ERROR\n", Cancel);
        // The host is this machine, and is asked as another would be: by commands alone.
        var host = new ProbeContext { Commands = Runner, Time = TimeProvider.System, Directory = "/", Host = "web1" };
        Task<string> Verdict(string mark) => ObservedMark.VerdictAsync(mark, host);

        Assert.StartsWith("passed", await Verdict($"logs {At("app.log")} lines == 4 and errors == 3 timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await Verdict($"logs {At("app.log")} errors == 4 over 1h timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await Verdict($"logs \"{At("two words.{log,txt}")}\" errors == 1 timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("unknown: no line of ", await Verdict($"logs {At("no.*")} timeout 1m"), StringComparison.Ordinal);
        Assert.Equal($"unknown: {At("none.log")}: no file matches on the host", await Verdict($"logs {At("none.log")} timeout 1m"));
        // A name is never a command.
        Assert.StartsWith("unknown: ", await Verdict($"logs \"{At("$(touch hacked)")};touch {At("hacked")}\" timeout 1m"), StringComparison.Ordinal);
        Assert.False(File.Exists(At("hacked")));
    }

    [Fact]
    public async Task A_journal_is_read_by_its_program()
    {
        await ProgramAsync("journalctl", """
            case "$*" in
              "--unit shop.service --since=-300s --output=json --all --no-pager")
                echo '{"__CURSOR":"s=1","PRIORITY":"6","MESSAGE":"started"}'
                echo '{"__CURSOR":"s=2","PRIORITY":"3","MESSAGE":"disk failed"}' ;;
              "--unit idle.service "*) ;;
              "--unit quiet.service "*) ;;
              *) echo "unexpected: $*" >&2; exit 1 ;;
            esac
            """);
        await ProgramAsync("systemctl", """
            case "$*" in
              *quiet.service) printf 'LoadState=loaded\nActiveState=active\n' ;;
              *) printf 'LoadState=loaded\nActiveState=inactive\n' ;;
            esac
            """);
        var context = new ProbeContext { Commands = new Elsewhere(Runner, new() { ["PATH"] = $"{Root}:{Environment.GetEnvironmentVariable("PATH")}" }), Time = TimeProvider.System, Directory = Root };

        Assert.Equal("failed: errors is 1, expected errors == 0", await ObservedMark.VerdictAsync("logs unit:shop.service timeout 1m", context));
        Assert.StartsWith("passed", await ObservedMark.VerdictAsync("logs unit:quiet.service timeout 1m", context), StringComparison.Ordinal);
        Assert.StartsWith("unknown: idle.service is inactive and logged nothing", await ObservedMark.VerdictAsync("logs unit:idle.service timeout 1m", context), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_of_pods_are_read_by_kubectl()
    {
        await using var cluster = new KubernetesApi();
        foreach (var pod in (string[])["api-1", "api-2"])
            cluster.Put($$$"""{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "{{{pod}}}", "labels": {"app": "api"}}, "spec": {"containers": [{"name": "api", "image": "shop/api"}]}, "status": {"phase": "Running"}}""");
        cluster.Logs["api-1"] = "INFO ready\n";
        cluster.Logs["api-2"] = "INFO ready\nERROR no answer\n";
        var context = new ProbeContext { Commands = cluster.Commands, Time = TimeProvider.System, Directory = Root };
        Task<string> Verdict(string mark) => ObservedMark.VerdictAsync(mark, context);

        Assert.StartsWith("passed", await Verdict("logs pod:api-1 lines == 1 timeout 2m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await Verdict("logs pod:app=api lines == 3 and errors == 1 over 10m timeout 2m"), StringComparison.Ordinal);
        Assert.Contains(cluster.Requests, r => r.StartsWith("GET /api/v1/namespaces/shop/pods/api-2/log?", StringComparison.Ordinal) && r.Contains("sinceSeconds=600", StringComparison.Ordinal));
        Assert.Equal("unknown: no pod has the label app=web: are label and namespace= right?", await Verdict("logs pod:app=web timeout 2m"));
        Assert.Contains("pods \"web-1\" not found", await Verdict("logs pod:web-1 timeout 2m"), StringComparison.Ordinal);
    }

    private Task<string> VerdictAsync(string mark) => ObservedMark.VerdictAsync(mark, Context);

    /// <summary>A container is started before it has written anything.</summary>
    private async Task WrittenAsync(string container, int lines = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        while ((await LogOfAsync(container)).Count(c => c == '\n') < lines)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    private async Task<string> LogOfAsync(string container) =>
        await engine.Commands.RunAsync(new("sh", ["-c", $"docker logs {container} 2>&1"]), TimeSpan.FromMinutes(1), Cancel) is CommandResult.Exited { ExitCode: 0 } ended ? ended.Output.Text : "";

    private async Task ProgramAsync(string name, string script)
    {
        await File.WriteAllTextAsync(At(name), "#!/bin/sh\n" + script + "\n", Cancel);
        await RunAsync(new("chmod", ["u+x", At(name)]));
    }

    private sealed class Elsewhere(ICommandRunner inner, Dictionary<string, string?> environment) : ICommandRunner
    {
        public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel) =>
            inner.RunAsync(command with { Environment = command.Environment.Concat(environment).ToDictionary() }, timeout, cancel);
    }
}
