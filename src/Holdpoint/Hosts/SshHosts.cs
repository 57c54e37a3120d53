using System.Collections.Concurrent;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>Other machines that commands can run on.</summary>
public interface IHosts
{
    /// <summary>Runs commands there. One that can't be reached is told as <see cref="CommandResult.NotStarted"/>, with the remedy.</summary>
    ICommandRunner On(HostAddress address);

    /// <summary>A connection that this host makes to a target, whose name it looks up. Null where hosts let none through; whether it came about shows at the first read.</summary>
    Task<Stream?> DialAsync(HostAddress address, HostAndPort target, CancellationToken cancel) => Task.FromResult<Stream?>(null);

    /// <summary>The same command as one for this machine, which outlives whoever started it as any other does; null where hosts can't be reached so.</summary>
    Command Detached(HostAddress address, Command command, TimeSpan limit);
}

/// <summary>
/// Hosts over the machine's own OpenSSH: its configuration, its agent, its known hosts. One connection a host, shared by all commands of this
/// process; it ends with the process, however that ends.
/// </summary>
public sealed class SshHosts(TimeProvider time) : IHosts, IDisposable
{
    private readonly ConcurrentDictionary<HostAddress, SshHost> _hosts = new();
    private readonly Lazy<ControlFolder> _folder = new(() => new ControlFolder());
    private int _count;

    public ICommandRunner On(HostAddress address) => HostAt(address);

    public async Task<Stream?> DialAsync(HostAddress address, HostAndPort target, CancellationToken cancel) => await HostAt(address).DialAsync(target, cancel);

    public Command Detached(HostAddress address, Command command, TimeSpan limit) => RemoteAction.CommandFor(address, command, limit);

    private SshHost HostAt(HostAddress address) => _hosts.GetOrAdd(address, a => new SshHost(a, () => _folder.Value.Socket(Interlocked.Increment(ref _count)), time));

    public void Dispose()
    {
        // All are told before any is waited for.
        foreach (var host in _hosts.Values)
            host.Close();
        foreach (var host in _hosts.Values)
            host.Dispose();
        if (_folder.IsValueCreated)
            _folder.Value.Dispose();
    }
}
