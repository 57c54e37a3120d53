using System.Net;
using System.Net.Sockets;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Runs;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>A shop as its users see it: services of a compose project behind a real HAProxy or nginx, on version v1, and a checklist that deploys the next one.</summary>
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
    private readonly StoreServer _proxy;

    private ShopBench(DockerEngine engine, StoreServer proxy, string url, RunBench run, string project) => (_engine, _proxy, Front, Run, Project) = (engine, proxy, new(url), run, project);

    public RunBench Run { get; }

    public string Project { get; }

    public HaproxyServer Haproxy => (HaproxyServer)_proxy;

    public DockerEngine Engine => _engine;

    public Uri Front { get; }

    /// <param name="image">Made by <see cref="DemoImage"/>.</param>
    /// <param name="services">Each gets a port on the loopback and a server of the proxy; those whose names end with green have no traffic at first, and do not run.</param>
    /// <param name="rollout">Lines of the target: strategy and its settings.</param>
    /// <param name="nginx">nginx stands in front; else HAProxy.</param>
    /// <param name="around">What the configuration has beside the target, made from the proxy; null: nothing.</param>
    /// <param name="dockerHost">By which runs reach the engine; null: as the engine says.</param>
    public static async Task<ShopBench> StartAsync(DockerEngine engine, string image, IReadOnlyList<string> services, string rollout, bool nginx = false, string? dockerHost = null, Func<StoreServer, Task<string>>? around = null)
    {
        await engine.StartedAsync();
        var ports = FreePorts(services.Count);
        var (proxy, url, traffic) = nginx ? await NginxAsync(services, ports) : await HaproxyAsync(services, ports);
        var project = DockerEngine.NewName("shop");
        var run = new RunBench(Checklist, $$"""
            holdpoint: 1
            vars:
              docker_host: {{dockerHost ?? engine.Environment["DOCKER_HOST"]}}
              docker_config: {{engine.Environment["DOCKER_CONFIG"]}}
              front: {{url}}
            environments: { production: {} }
            targets:
              shop:
                compose: { project: {{project}}, file: compose.yml, services: [{{string.Join(", ", services)}}], pull: never }
                traffic: {{traffic}}
                drain: 10s
            {{string.Join('\n', (rollout.Contains("within:", StringComparison.Ordinal) ? rollout : rollout + "\nwithin: 60s").Split('\n').Select(l => "    " + l))}}
            {{(around is null ? "" : await around(proxy))}}

            """);
        await File.WriteAllTextAsync(run.Path("compose.yml"), $"""
            version: "2.4"
            services:
            {string.Join('\n', services.Zip(ports).Select(s => $"  {s.First}:\n    image: {image}:${{VERSION}}\n    stop_grace_period: 5s\n    ports: [\"127.0.0.1:{s.Second}:8080\"]"))}
            """);
        var bench = new ShopBench(engine, proxy, url, run, project);
        await bench.ComposeAsync("v1", ["up", "-d", .. services.Where(s => !IsIdle(s))]);
        foreach (var service in services.Where(s => !IsIdle(s)))
            await (proxy is HaproxyServer haproxy ? haproxy.UntilWellAsync(service) : UntilWellAsync(ports[services.ToList().IndexOf(service)]));
        return bench;
    }

    private static bool IsIdle(string service) => service.EndsWith("green", StringComparison.Ordinal);

    private static async Task<(StoreServer, string Url, string Traffic)> HaproxyAsync(IReadOnlyList<string> services, List<int> ports)
    {
        var proxy = new HaproxyServer { HealthPath = "/health", Fall = 100 };
        foreach (var (service, port) in services.Zip(ports))
            proxy.AddServer(service, $"127.0.0.1:{port}", IsIdle(service) ? 0 : 100);
        await proxy.InitializeAsync();
        return (proxy, proxy.Url, $"{{ haproxy: {{ socket: {proxy.SocketPath}, backend: {HaproxyServer.Backend} }} }}");
    }

    private static async Task<(StoreServer, string Url, string Traffic)> NginxAsync(IReadOnlyList<string> services, List<int> ports)
    {
        var proxy = new NginxFront([.. services.Zip(ports).Select(s => (s.First, $"127.0.0.1:{s.Second}", IsIdle(s.First)))]);
        await proxy.InitializeAsync();
        return (proxy, proxy.Url, proxy.Traffic);
    }

    /// <summary>It answers; nginx has no checks of its own.</summary>
    private static async Task UntilWellAsync(int port)
    {
        using var http = new HttpClient();
        var began = TimeProvider.System.GetTimestamp();
        while (true)
            try
            {
                await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health"), TestContext.Current.CancellationToken);
                return;
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            }
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
