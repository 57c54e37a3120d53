using System.Net;
using System.Net.Sockets;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Runs;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>A shop as its users see it: services of a compose project behind a real HAProxy, on version v1, and a checklist that deploys the next one.</summary>
public sealed class ShopBench : IAsyncDisposable
{
    private const string Checklist = """
        # Shop

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy shop` #id=out #critical

        ## Verify

        **Stage:** verify

        - [ ] It answers `? http ${front} within 10s` #id=answers

        ## Going back

        **Stage:** rollback

        - [ ] Previous version back `! rollback shop` #id=back
        - [ ] It answers `? http ${front} within 10s` #id=works
        """;

    private readonly DockerEngine _engine;
    private readonly HaproxyServer _proxy;

    private ShopBench(DockerEngine engine, HaproxyServer proxy, RunBench run, string project) => (_engine, _proxy, Run, Project) = (engine, proxy, run, project);

    public RunBench Run { get; }

    public string Project { get; }

    public HaproxyServer Proxy => _proxy;

    public DockerEngine Engine => _engine;

    public Uri Front => new(_proxy.Url);

    /// <param name="image">Made by <see cref="DemoImage"/>.</param>
    /// <param name="services">Each gets a port on the loopback and a server of the proxy; those whose names end with green have no traffic at first, and do not run.</param>
    /// <param name="rollout">Lines of the target: strategy and its settings.</param>
    /// <param name="dockerHost">By which runs reach the engine; null: as the engine says.</param>
    public static async Task<ShopBench> StartAsync(DockerEngine engine, string image, IReadOnlyList<string> services, string rollout, string? dockerHost = null)
    {
        await engine.StartedAsync();
        var ports = FreePorts(services.Count);
        var proxy = new HaproxyServer { HealthPath = "/health", Fall = 100 };
        foreach (var (service, port) in services.Zip(ports))
            proxy.AddServer(service, $"127.0.0.1:{port}", service.EndsWith("green", StringComparison.Ordinal) ? 0 : 100);
        await proxy.InitializeAsync();
        var project = DockerEngine.NewName("shop");
        var run = new RunBench(Checklist, $$"""
            holdpoint: 1
            vars:
              docker_host: {{dockerHost ?? engine.Environment["DOCKER_HOST"]}}
              docker_config: {{engine.Environment["DOCKER_CONFIG"]}}
              front: {{proxy.Url}}
            environments: { production: {} }
            targets:
              shop:
                compose: { project: {{project}}, file: compose.yml, services: [{{string.Join(", ", services)}}], pull: never }
                traffic: { haproxy: { socket: {{proxy.SocketPath}}, backend: {{HaproxyServer.Backend}} } }
                drain: 10s
            {{string.Join('\n', (rollout.Contains("within:", StringComparison.Ordinal) ? rollout : rollout + "\nwithin: 60s").Split('\n').Select(l => "    " + l))}}

            """);
        await File.WriteAllTextAsync(run.Path("compose.yml"), $"""
            version: "2.4"
            services:
            {string.Join('\n', services.Zip(ports).Select(s => $"  {s.First}:\n    image: {image}:${{VERSION}}\n    stop_grace_period: 5s\n    ports: [\"127.0.0.1:{s.Second}:8080\"]"))}
            """);
        var bench = new ShopBench(engine, proxy, run, project);
        await bench.ComposeAsync("v1", ["up", "-d", .. services.Where(s => !s.EndsWith("green", StringComparison.Ordinal))]);
        foreach (var service in services.Where(s => !s.EndsWith("green", StringComparison.Ordinal)))
            await proxy.UntilWellAsync(service);
        return bench;
    }

    /// <summary>The version of each service's container that runs.</summary>
    public async Task<IReadOnlyDictionary<string, string>> VersionsAsync() =>
        (await _engine.DockerAsync("ps", "--filter", $"label=com.docker.compose.project={Project}", "--format", "{{.Label \"com.docker.compose.service\"}} {{.Image}}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Split(' ')).ToDictionary(l => l[0], l => l[1][(l[1].LastIndexOf(':') + 1)..]);

    public async Task<OpenRun> DeployAsync(string version) => await Run.StartAsync(version);

    public Task<string> ComposeAsync(string version, params string[] arguments) =>
        _engine.DockerComposeAsync(Run.Folder, version, ["--project-name", Project, "--file", "compose.yml", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await ComposeAsync("v1", "down", "--timeout", "1");
        }
        finally
        {
            Run.Dispose();
            await _proxy.DisposeAsync();
        }
    }

    private static List<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        listeners.ForEach(l => l.Stop());
        return ports;
    }
}
