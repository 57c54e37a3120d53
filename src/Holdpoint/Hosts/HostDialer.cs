using System.Diagnostics;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Hosts;

/// <summary>Connections from a host, over the one that ssh has to it.</summary>
internal sealed class HostDialer(ProbeCall call) : Dialer
{
    private readonly Dictionary<bool, HttpMessageInvoker> _invokers = [];

    public override string From => $", asked from {call.Context.Host}";

    public override async Task<Stream> DialAsync(HostAndPort target, CancellationToken cancel)
    {
        // ssh does not say why a connection did not come about; the host's own attempt does.
        switch (await TcpFromHost.AskAsync(target, call, cancel))
        {
            case Reading.NoAnswer none:
                throw new Unanswered(none.Because);
            case Reading.Measured { Facts: var facts } when facts["up"] is Value.Boolean { Is: false }:
                throw new TargetRefused(facts["time"] is Value.Unknown(var because) ? because : $"{target} refuses the connection");
            case Reading.Measured:
                break;
            case var other:
                throw new UnreachableException($"{other}");
        }

        var (hosts, address) = (call.Context.Place?.Hosts, call.Context.Address);
        return (hosts is null || address is null ? null : await hosts.DialAsync(address, target, cancel))
            ?? throw new Unanswered($"no connection leads through {call.Context.Host} from here");
    }

    public override HttpMessageInvoker Web(bool insecure)
    {
        lock (_invokers)
            return _invokers.TryGetValue(insecure, out var known) ? known : _invokers[insecure] = HttpExchange.Client(insecure, tls: null, DialAsync);
    }

    public override void Dispose()
    {
        foreach (var invoker in _invokers.Values)
            invoker.Dispose();
    }
}
