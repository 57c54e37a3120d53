using System.Net.Sockets;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Whether a port takes connections, and how long that takes, the look-up of the name included.</summary>
public sealed class TcpProbe : Probe
{
    public override Signature Signature { get; } = new("tcp", "A port takes connections")
    {
        Arguments = [new("HOST:PORT", "an IPv6 address in brackets: [::1]:80") { Wrong = text => HostAndPort.WhyNot(text, null) }],
        Facts =
        [
            new("up", Dimension.Boolean, "a connection came about; false where it was refused or the host does not exist"),
            new("time", Dimension.Duration, "from the look-up of the name to the connection"),
        ],
        DefaultCondition = "up",
        OnHosts = true,
        AlsoCalled = ["port", "telnet"],
        Example = "tcp db.example.org:5432 time < 100ms",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        if (!HostAndPort.TryParse(call.Arguments[0], null, out var target, out var problem))
            return new Reading.NoAnswer(problem);
        if (call.Context.Host is not null)
            return await TcpFromHost.AskAsync(target, call, cancel);
        using var limit = new AttemptLimit(call, cancel);
        try
        {
            using var socket = await target.ConnectAsync(limit.Token);
            return Reading.Of(("up", Value.Of(true)), ("time", Value.Duration(limit.Elapsed)));
        }
        catch (OperationCanceledException)
        {
            limit.ThrowUnlessOver();
            return new Reading.NoAnswer($"no answer from {target} within {Units.Duration(call.Timeout)}");
        }
        catch (SocketException e)
        {
            var failure = NetworkFailure.Of(e, target.ToString(), target.Host);
            return failure.TargetRefused
                ? new Reading.Measured(Facts.Of(("up", Value.Of(false)), ("time", new Value.Unknown(failure.Because)))) { Evidence = [Evidence.OfText("connection.txt", failure.Because + "\n")] }
                : new Reading.NoAnswer(failure.Because);
        }
    }
}
