using System.Net;
using System.Net.Sockets;
using Holdpoint.Probes;

namespace Holdpoint.Hosts;

/// <summary>Connections from the machine that a check asks from: this one, or a host. Names are looked up there.</summary>
internal abstract class Dialer : IDisposable
{
    /// <summary>What a host needs for it.</summary>
    public const string Needs = "with host=: bash there, and an sshd that lets connections through (AllowTcpForwarding, as it does by default)";

    public static Dialer Of(ProbeCall call) => call.Context.Host is null ? new FromHere() : new HostDialer(call);

    /// <summary>Follows what was asked, in evidence: <c>, asked from web1</c>; empty where that is this machine.</summary>
    public abstract string From { get; }

    /// <exception cref="TargetRefused">The target, or the name service about it, says no.</exception>
    /// <exception cref="Unanswered">Nothing is known about the target.</exception>
    public abstract Task<Stream> DialAsync(HostAndPort target, CancellationToken cancel);

    /// <summary>Sends web requests from there, until this is disposed; null: whatever is used here.</summary>
    /// <param name="insecure">Any certificate is taken.</param>
    public abstract HttpMessageInvoker? Web(bool insecure);

    public abstract void Dispose();

    /// <summary>The connection's own address, where it is known.</summary>
    public static EndPoint? LocalEnd(Stream connection) => (connection as NetworkStream)?.Socket.LocalEndPoint;

    private sealed class FromHere : Dialer
    {
        public override string From => "";

        public override async Task<Stream> DialAsync(HostAndPort target, CancellationToken cancel)
        {
            try
            {
                return new NetworkStream(await target.ConnectAsync(cancel), ownsSocket: true);
            }
            catch (SocketException e)
            {
                var failure = NetworkFailure.Of(e, target.ToString(), target.Host);
                throw failure.TargetRefused ? new TargetRefused(failure.Because) : new Unanswered(failure.Because);
            }
        }

        public override HttpMessageInvoker? Web(bool insecure) => null;

        public override void Dispose()
        {
            // Connections are their users'.
        }
    }
}
