using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// Two real sshd on the loopback, and what goes wrong with others: one that never answers, one that refuses, keys that don't fit.
/// Everything, host keys and known hosts too, is in a folder of its own, which <see cref="Config"/> leads to.
/// </summary>
public sealed class SshServers : IAsyncLifetime
{
    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly List<SshServer> _servers = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("holdpoint-sshd-").FullName;

    public string Config => Path.Combine(Folder, "config");

    /// <summary>Also called web2 and web3: names of one machine, with a connection each; closed lets no connections through.</summary>
    public SshServer Web => _servers[0];

    /// <summary>May be killed by a test.</summary>
    public SshServer Frail => _servers[1];

    public HostAddress At(string name) => new(name, name, Config);

    public async ValueTask InitializeAsync()
    {
        foreach (var key in (string[])["host", "user", "stranger", "closed"])
            await MustAsync(new("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", Path.Combine(Folder, key)]));
        var host = Public("host");
        await File.WriteAllTextAsync(Path.Combine(Folder, "known_hosts"), $"ours {host}\nchanged {Public("stranger")}\n");
        await File.WriteAllTextAsync(Path.Combine(Folder, "authorized_keys"), $"{Public("user")}\nno-port-forwarding {Public("closed")}\n");
        // sshd keeps its unprivileged half there.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd");
        _silent.Start();
        for (var i = 0; i < 2; i++)
            _servers.Add(await SshServer.StartAsync(Folder, _runner));
        var text = $"""
            Host web1 web2 web3
              Port {Web.Port}
              HostKeyAlias ours
            Host frail
              Port {Frail.Port}
              HostKeyAlias ours
            Host changed
              Port {Web.Port}
              HostKeyAlias changed
            Host unknown
              Port {Web.Port}
              HostKeyAlias unheard-of
            Host locked
              Port {Web.Port}
              HostKeyAlias ours
              IdentityFile {Folder}/stranger
            Host closed
              Port {Web.Port}
              HostKeyAlias ours
              IdentityFile {Folder}/closed
            Host silent
              Port {((IPEndPoint)_silent.LocalEndpoint).Port}
            Host refusing
              Port 1
            Host * !locked
              IdentityFile {Folder}/user
            Host *
              HostName 127.0.0.1
              IdentitiesOnly yes
              IdentityAgent none
              StrictHostKeyChecking yes
              UserKnownHostsFile {Folder}/known_hosts
              GlobalKnownHostsFile /dev/null

            """;
        await File.WriteAllTextAsync(Config, text);
    }

    /// <summary>How many connections the silent one was asked for since this was last called.</summary>
    public int Waiting()
    {
        var count = 0;
        for (; _silent.Pending(); count++)
            _silent.AcceptSocket().Dispose();
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _silent.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private string Public(string key) => string.Join(' ', File.ReadAllText(Path.Combine(Folder, key + ".pub")).Split(' ').Take(2));

    private async Task MustAsync(Command command)
    {
        var result = await _runner.RunAsync(command, TimeSpan.FromMinutes(1), CancellationToken.None);
        if (result is not CommandResult.Exited { ExitCode: 0 })
            throw new InvalidOperationException($"{command}: {result}");
    }
}

/// <summary>One sshd of its own, on a free port.</summary>
public sealed class SshServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly CommandRunner _runner;
    private readonly CancellationTokenSource _stop = new();
    private Task<CommandResult> _running = null!;

    private SshServer(string folder, CommandRunner runner) => (_folder, _runner) = (folder, runner);

    public int Port { get; private set; }

    private string PidFile => Path.Combine(_folder, $"pid.{Port}");

    private string Log => Path.Combine(_folder, $"log.{Port}");

    /// <summary>How many connections were let in by now.</summary>
    public int Logins => File.Exists(Log) ? File.ReadAllLines(Log).Count(l => l.Contains("Accepted publickey", StringComparison.Ordinal)) : 0;

    public static async Task<SshServer> StartAsync(string folder, CommandRunner runner)
    {
        // Another program may take the port between its choice and its use.
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var server = new SshServer(folder, runner);
            if (await server.TryStartAsync())
                return server;
        }

        throw new InvalidOperationException("sshd does not start: see the logs above");
    }

    /// <summary>Ends every connection that is open, as a machine that falls over does.</summary>
    public void DropConnections()
    {
        var listener = File.ReadAllText(PidFile).Trim();
        var parents = Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(d => d.All(char.IsAsciiDigit)).ToDictionary(p => p, ParentOf);
        foreach (var session in parents.Where(p => p.Value == listener).Select(p => p.Key).ToList())
        {
            // Its unprivileged half, where it has one; the shells see for themselves that nobody is there any more.
            foreach (var half in parents.Where(p => p.Value == session && NameOf(p.Key) == "sshd").Select(p => p.Key))
                Kill(half);
            Kill(session);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
        {
            if (File.Exists(PidFile))
                DropConnections();
            await _stop.CancelAsync();
            await _running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        _stop.Dispose();
    }

    private async Task<bool> TryStartAsync()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var configuration = Path.Combine(_folder, $"sshd.{Port}");
        await File.WriteAllTextAsync(configuration, $"""
            ListenAddress 127.0.0.1
            Port {Port}
            HostKey {_folder}/host
            AuthorizedKeysFile {_folder}/authorized_keys
            PidFile {PidFile}
            UsePAM no
            StrictModes no
            PermitRootLogin yes
            MaxStartups 100
            # Keeps bash from whatever somebody's .bashrc does on this machine.
            SetEnv SHLVL=2

            """);
        var sshd = File.Exists("/usr/sbin/sshd") ? "/usr/sbin/sshd" : "sshd";
        _running = _runner.RunAsync(new(sshd, ["-D", "-f", configuration, "-E", Log]), TimeSpan.FromHours(1), _stop.Token);
        for (var look = 0; look < 1200 && !_running.IsCompleted; look++)
        {
            if (File.Exists(PidFile) && await AnswersAsync())
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        await DisposeAsync();
        return false;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string ParentOf(string pid) => Stat(pid) is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] : "";

    private static string NameOf(string pid) => Stat(pid) is { Length: > 0 } stat ? stat[(stat.IndexOf('(') + 1)..stat.LastIndexOf(')')] : "";

    private static string Stat(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            // It has ended since.
            return "";
        }
    }

    private static void Kill(string pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It has ended since.
            return;
        }
    }
}
