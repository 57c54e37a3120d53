using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// A real systemd with its journal, as the first process of namespaces of its own: it sees this machine's files, has a /run and units of its own, and
/// touches no other systemd. What it started ends with it. Needs root, as the Docker engine of these tests does.
/// </summary>
public sealed class SystemdMachine : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Cleans up also where the tests were killed: it looks for their process, not for a signal of theirs.</summary>
    private const string Supervision = """
        root=$1 tests=$2
        group=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
        [ -n "$group" ] || { echo "no cgroup2 file system is mounted" >&2; exit 1; }
        group=$group/${root##*/}
        mkdir "$group" || exit
        # For a shell's own $$ stays that of its parent.
        sh -c 'echo $$ >"$1/cgroup.procs"; exec unshare --cgroup --mount --pid --ipc --uts --fork --kill-child bash "$2/boot" "$2"' sh "$group" "$root" >"$root/log" 2>&1 </dev/null &
        machine=$!
        while [ ! -e "$root/stop" ] && kill -0 "$tests" 2>/dev/null && kill -0 "$machine" 2>/dev/null; do
          [ -e "$root/pid" ] || ! first=$(pgrep -P "$machine" -x systemd) || { echo "$first" >"$root/pid.new"; mv "$root/pid.new" "$root/pid"; }
          sleep 0.05
        done
        # unshare lets no other signal through, and systemd ends with it.
        kill -9 "$machine" 2>/dev/null
        wait "$machine"
        for i in $(seq 200); do
          find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
          [ -d "$group" ] || break
          sleep 0.1
        done
        [ -e "$root/stop" ] || ! kill -0 "$tests" 2>/dev/null || exit 1
        rm -rf -- "$root"
        """;

    /// <summary>/etc is only read, so that nothing of this machine is set up anew.</summary>
    private const string Boot = """
        set -e
        root=$1
        mount --make-rprivate /
        mount -t proc proc /proc
        mount -t tmpfs -o mode=755 tmpfs /run
        mount --bind /etc /etc
        mount -o remount,bind,ro /etc
        umount -R /sys/fs/cgroup
        mount -t cgroup2 cgroup2 /sys/fs/cgroup
        mkdir -p /run/systemd/journald.conf.d
        printf '[Journal]\nStorage=volatile\nReadKMsg=no\nRuntimeMaxUse=8M\nForwardToSyslog=no\n' >/run/systemd/journald.conf.d/own.conf
        export container=other SYSTEMD_UNIT_PATH="$root/units"
        exec /usr/lib/systemd/systemd --system --unit=default.target --log-target=console --show-status=no
        """;

    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly CancellationTokenSource _abandon = new();
    private Task<CommandResult>? _supervision;
    private ICommandRunner? _commands;

    public string Root { get; } = $"/tmp/hps-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Runs programs on the machine.</summary>
    public ICommandRunner Commands => _commands ?? throw new InvalidOperationException("the machine has not started");

    /// <summary>A unit file, read.</summary>
    public async Task UnitAsync(string name, string text)
    {
        await File.WriteAllTextAsync(Path.Combine(Root, "units", name), text);
        await SystemctlAsync("daemon-reload");
    }

    /// <summary>What systemctl writes; it must succeed.</summary>
    public async Task<string> SystemctlAsync(params string[] arguments) => await Commands.RunAsync(new("systemctl", arguments), Patience, default) switch
    {
        CommandResult.Exited { ExitCode: 0 } ended => ended.Output.Text,
        CommandResult.Exited ended => throw new InvalidOperationException($"systemctl {string.Join(' ', arguments)} ended with {ended.ExitCode}: {ended.Error.Text}"),
        var other => throw new InvalidOperationException($"systemctl {string.Join(' ', arguments)}: {other}"),
    };

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Root, "units"));
        await File.WriteAllTextAsync(Path.Combine(Root, "boot"), Boot);
        foreach (var target in (string[])["default", "shutdown", "basic", "sockets", "timers", "paths"])
            await WriteAsync($"{target}.target", $"[Unit]\nDescription={target}\nDefaultDependencies=no\n");
        await WriteAsync("sysinit.target", "[Unit]\nDefaultDependencies=no\nRequires=systemd-journald.socket systemd-journald.service\nAfter=systemd-journald.socket systemd-journald.service\n");
        await WriteAsync("systemd-journald.socket", "[Unit]\nDefaultDependencies=no\n[Socket]\nListenDatagram=/run/systemd/journal/socket\nListenStream=/run/systemd/journal/stdout\n");
        await WriteAsync("systemd-journald.service", "[Unit]\nDefaultDependencies=no\nRequires=systemd-journald.socket\n[Service]\nType=notify\nExecStart=/usr/lib/systemd/systemd-journald\nSockets=systemd-journald.socket\nStandardOutput=null\n");
        var supervise = new Command("bash", ["-c", Supervision, "bash", Root, Environment.ProcessId.ToString()])
        {
            // Names the job itself, so that nobody searches the machine for what systemd has started.
            Environment = new Dictionary<string, string?> { ["HOLDPOINT_JOB"] = Path.GetFileName(Root) },
        };
        _supervision = _runner.RunAsync(supervise, Timeout.InfiniteTimeSpan, _abandon.Token);
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await RunsAsync())
        {
            if (_supervision.IsCompleted || limit.IsCancellationRequested)
                throw new InvalidOperationException($"systemd does not start: {(_supervision.IsCompleted ? await _supervision : "no answer")}\n{Log()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_supervision is { } supervision)
        {
            if (Directory.Exists(Root))
                await File.WriteAllTextAsync(Path.Combine(Root, "stop"), "");
            // The supervision has limits of its own; this one is for a machine that hangs.
            _abandon.CancelAfter(TimeSpan.FromMinutes(2));
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

    private async Task<bool> RunsAsync()
    {
        if (!File.Exists(Path.Combine(Root, "pid")))
            return false;
        _commands ??= new InNamespaces(_runner, (await File.ReadAllTextAsync(Path.Combine(Root, "pid"))).Trim());
        return await Commands.RunAsync(new Command("systemctl", ["is-active", "default.target"]), TimeSpan.FromSeconds(30), default) is CommandResult.Exited { ExitCode: 0 };
    }

    private Task WriteAsync(string unit, string text) => File.WriteAllTextAsync(Path.Combine(Root, "units", unit), text);

    private string Log() => File.Exists(Path.Combine(Root, "log")) ? string.Join('\n', File.ReadLines(Path.Combine(Root, "log")).TakeLast(15)) : "it wrote no log";

    /// <param name="first">The machine's first process, as this one sees it.</param>
    private sealed class InNamespaces(ICommandRunner inner, string first) : ICommandRunner
    {
        public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel) =>
            inner.RunAsync(command with { Program = "nsenter", Arguments = ["--target", first, "--mount", "--pid", "--", command.Program, .. command.Arguments] }, timeout, cancel);
    }
}
