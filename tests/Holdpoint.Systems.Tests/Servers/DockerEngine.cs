using System.Formats.Tar;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

[assembly: AssemblyFixture(typeof(DockerEngine))]

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// A Docker engine of these tests' own, with its socket, images and containers in a temporary folder; it touches no other engine of the machine.
/// One for all tests of the assembly, started when it is first asked for. A test that can't have it fails with the last lines of its log.
/// Containers reach the loopback by published ports (<c>127.0.0.1::80</c>); there is no default bridge, so say a network of compose, or none.
/// </summary>
public sealed class DockerEngine : IAsyncLifetime
{
    /// <summary>An image with BusyBox and a shell; its command sleeps until it is told to end.</summary>
    public const string Image = "holdpoint-test/busybox:1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Cleans up also where the tests were killed: it looks for their process, not for a signal of theirs. Containers first, since the
    /// daemon would wait ten seconds for each of them.
    /// </summary>
    private const string Supervision = """
        root=$1 tests=$2
        PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
        export DOCKER_HOST=unix://$root/s DOCKER_CONFIG=$root/config
        dockerd --data-root "$root/d" --exec-root "$root/e" --pidfile "$root/p" -H "$DOCKER_HOST" --bridge none --iptables=false --ip6tables=false \
          --default-address-pool base=10.213.0.0/16,size=24 --containerd-namespace "${root##*/}" --containerd-plugins-namespace "${root##*/}-plugins" \
          --exec-opt native.cgroupdriver=cgroupfs --shutdown-timeout 5 >"$root/log" 2>&1 &
        daemon=$!
        while [ ! -e "$root/stop" ] && kill -0 "$tests" 2>/dev/null && kill -0 "$daemon" 2>/dev/null; do sleep 0.1; done
        if kill -0 "$daemon" 2>/dev/null; then
          timeout 60 docker ps -aq | xargs -r timeout 60 docker rm -f >/dev/null 2>&1
          timeout 60 docker network prune -f >/dev/null 2>&1
          kill "$daemon"
        fi
        ( sleep 60; kill -9 "$daemon" ) 2>/dev/null &
        wait "$daemon"
        ended=$?
        kill $! 2>/dev/null
        # It ended by itself: the tests still want to read why.
        [ -e "$root/stop" ] || ! kill -0 "$tests" 2>/dev/null || exit "$ended"
        grep -o " $root/[^ ]*" /proc/mounts | sort -r | xargs -r umount -l
        rm -rf -- "$root"
        """;

    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly CancellationTokenSource _abandon = new();
    private readonly Lazy<Task> _start;
    private Task<CommandResult>? _supervision;

    public DockerEngine()
    {
        _start = new(StartAsync);
        Commands = new CommandsWithEnvironment(_runner, Environment);
    }

    // A unix socket's path has 104 characters at most, so this is not in a longer folder for temporary files.
    private string Root { get; } = $"/tmp/hpd-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Path of the socket on which it answers.</summary>
    public string Socket => $"{Root}/s";

    /// <summary>DOCKER_HOST, and a configuration of its own; for commands that are not run through <see cref="Commands"/>.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["DOCKER_HOST"] = $"unix://{Socket}",
        ["DOCKER_CONFIG"] = $"{Root}/config",
        ["DOCKER_CONTEXT"] = null,
        ["DOCKER_TLS_VERIFY"] = null,
        ["COMPOSE_PROJECT_NAME"] = null,
        ["COMPOSE_FILE"] = null,
    };

    /// <summary>Runs programs with <see cref="Environment"/>, so that docker and docker-compose ask this engine.</summary>
    public ICommandRunner Commands { get; }

    /// <summary>A name for a container or a project that no other test has.</summary>
    public static string NewName(string begin) => $"{begin}{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>The engine, answering, with <see cref="Image"/>.</summary>
    public async Task<DockerEngine> StartedAsync()
    {
        await _start.Value;
        return this;
    }

    /// <summary>What a docker command writes; it must succeed.</summary>
    public Task<string> DockerAsync(params string[] arguments) => TellAsync(new Command("docker", arguments));

    /// <summary>What a docker-compose command (Debian's 1.29) writes; it must succeed.</summary>
    /// <param name="folder">Where docker-compose.yml lies.</param>
    public Task<string> ComposeAsync(string folder, params string[] arguments) => TellAsync(new Command("docker-compose", arguments) { WorkingDirectory = folder });

    /// <summary>The same, with the variable VERSION for the compose file.</summary>
    public Task<string> DockerComposeAsync(string folder, string version, IReadOnlyList<string> arguments) =>
        TellAsync(new Command("docker-compose", arguments) { WorkingDirectory = folder, Environment = new Dictionary<string, string?> { ["VERSION"] = version } });

    /// <summary>Makes an image of BusyBox and these files, without a registry.</summary>
    /// <param name="changes">Instructions of a Dockerfile: <c>CMD ["httpd", "-f"]</c>, <c>HEALTHCHECK CMD true</c>, <c>LABEL a=b</c>; not STOPSIGNAL.</param>
    public Task BuildAsync(string tag, IReadOnlyDictionary<string, string> files, params string[] changes) => BuildAsync(tag, files, [], changes);

    /// <param name="programs">Paths of this machine's files that are copied: programs and their libraries.</param>
    public async Task BuildAsync(string tag, IReadOnlyDictionary<string, string> files, IReadOnlyList<string> programs, params string[] changes)
    {
        var tar = Path.Combine(Root, Guid.NewGuid().ToString("N") + ".tar");
        await WriteImageAsync(tar, files, programs);
        await DockerAsync(["import", .. changes.SelectMany(c => new[] { "--change", c }), tar, tag]);
        File.Delete(tar);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_supervision is { } supervision)
        {
            if (Directory.Exists(Root))
                await File.WriteAllTextAsync(Path.Combine(Root, "stop"), "");
            // The supervision has limits of its own; this one is for a machine that hangs.
            _abandon.CancelAfter(TimeSpan.FromMinutes(4));
            try
            {
                await supervision;
            }
            finally
            {
                if (Directory.Exists(Root))
                    Directory.Delete(Root, recursive: true);
            }
        }

        _abandon.Dispose();
    }

    private async Task StartAsync()
    {
        Directory.CreateDirectory(Path.Combine(Root, "config"));
        var supervise = new Command("sh", ["-c", Supervision, "sh", Root, System.Environment.ProcessId.ToString()])
        {
            // Names the job itself, so that nobody searches the machine for what the daemon has started.
            Environment = new Dictionary<string, string?> { ["HOLDPOINT_JOB"] = Path.GetFileName(Root) },
        };
        _supervision = _runner.RunAsync(supervise, Timeout.InfiniteTimeSpan, _abandon.Token);
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await AnswersAsync())
        {
            if (_supervision.IsCompleted || limit.IsCancellationRequested)
                throw new InvalidOperationException($"dockerd does not start: {(_supervision.IsCompleted ? await _supervision : "no answer")}\n{LastLines()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        await BuildAsync(Image, new Dictionary<string, string>(), """CMD ["sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"]""");
    }

    private async Task<bool> AnswersAsync() =>
        File.Exists(Path.Combine(Root, "s"))
        && await Commands.RunAsync(new Command("docker", ["info", "--format", "{{.ServerVersion}}"]), TimeSpan.FromSeconds(30), default) is CommandResult.Exited { ExitCode: 0 };

    private string LastLines()
    {
        var log = Path.Combine(Root, "log");
        return File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(15)) : "it wrote no log";
    }

    private async Task<string> TellAsync(Command command) => await Commands.RunAsync(command, Patience, default) switch
    {
        CommandResult.Exited { ExitCode: 0 } ended => ended.Output.Text,
        CommandResult.Exited ended => throw new InvalidOperationException($"{command} ended with {ended.ExitCode}: {ended.Error.Text}"),
        var other => throw new InvalidOperationException($"{command}: {other}\n{LastLines()}"),
    };

    private static async Task WriteImageAsync(string path, IReadOnlyDictionary<string, string> files, IReadOnlyList<string> programs)
    {
        await using var tar = new TarWriter(File.Create(path));
        foreach (var folder in (string[])["bin/", "tmp/", "etc/"])
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0b111_111_111 });
        await tar.WriteEntryAsync(CommandRunner.FindOnPath("busybox") ?? throw new InvalidOperationException("the tests need busybox-static"), "bin/busybox");
        foreach (var applet in (string[])["sh", "sleep", "httpd", "cat", "echo", "test", "true", "false", "wget", "touch", "rm", "nc", "kill", "head", "dd", "ls", "mkdir", "date", "printf", "env", "tail", "seq"])
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" });
        foreach (var program in programs)
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, program.TrimStart('/')) { DataStream = new MemoryStream(await File.ReadAllBytesAsync(program)), Mode = (UnixFileMode)0b111_101_101 });
        foreach (var (name, content) in files)
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)), Mode = (UnixFileMode)0b111_101_101 });
    }
}
