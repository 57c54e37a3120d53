using System.Net.Sockets;

namespace Holdpoint.Probes;

/// <summary>Why a connection did not come about, in words.</summary>
/// <param name="TargetRefused">The target, or the name service about it, answered with no: that is an answer. Otherwise nothing is known about the target.</param>
internal sealed record NetworkFailure(bool TargetRefused, string Because)
{
    public static NetworkFailure Of(SocketException failure, string target, string host) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new(true, $"{target} refuses the connection"),
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => new(true, $"{target} reset the connection"),
        SocketError.HostNotFound or SocketError.NoData => new(true, $"there is no host called {host}"),
        SocketError.HostUnreachable or SocketError.HostDown => new(true, $"{target} is unreachable"),
        SocketError.TryAgain or SocketError.NoRecovery => new(false, $"the name service of this machine gives no answer about {host}"),
        SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.AddressFamilyNotSupported => new(false, $"this machine has no network that leads to {target}"),
        SocketError.TimedOut => new(false, $"no answer from {target}"),
        SocketError.AccessDenied => new(false, $"this machine forbids the connection to {target}"),
        SocketError.TooManyOpenSockets => new(false, "this process may not open more connections: raise its limit of open files (ulimit -n)"),
        _ => new(false, $"{target}: {failure.Message}"),
    };

    public static SocketException? In(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            if (failure is SocketException found)
                return found;
        return null;
    }
}
