using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Rollouts;

/// <summary>
/// HAProxy's Runtime API: a line of commands joined by <c>;</c> a connection, answered one after the other, each answer closed by an empty line.
/// Source: HAProxy Management Guide 2.6, 9.3 "Unix Socket commands".
/// </summary>
/// <param name="address">A path, or HOST:PORT.</param>
internal sealed class HaproxySocket(string address, TimeProvider time)
{
    /// <summary>What one question may take: 10 s.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Thousands of servers need less.</summary>
    private const int LongestAnswer = 16 * 1024 * 1024;

    private const string Table = "# pxname,svname,";

    /// <summary>Gives commands that answer nothing when they are done, and looks at every server right after them.</summary>
    /// <exception cref="Unreachable">HAProxy gives no answer, or refuses one of the commands; those before it are done.</exception>
    public async Task<HaproxyStats> TellAsync(IReadOnlyList<string> commands, CancellationToken cancel)
    {
        var answer = await AskAsync(string.Join(';', commands.Append("show stat")), cancel);
        var table = answer.IndexOf(Table, StringComparison.Ordinal);
        var said = (table < 0 ? answer : answer[..table]).Split('\n');
        var refused = Array.FindIndex(said, l => l.Length > 0);
        if (refused >= 0 && (table >= 0 || said[refused] == "Permission denied"))
            throw Refusal(refused < commands.Count ? commands[refused] : "show stat", said[refused].Trim());
        if (answer.Length == 0)
            throw new Unreachable($"HAProxy at {address} closes the connection without an answer: is this its stats socket?");
        if (table < 0)
            throw new Unreachable($"what answers at {address} is not HAProxy's stats socket: it says '{Shown(said[Math.Max(refused, 0)])}'; give the path of `stats socket … level admin`");
        if (table < commands.Count || !answer.EndsWith("\n\n", StringComparison.Ordinal))
            throw new Unreachable($"HAProxy at {address} broke off its answer after {answer.Length.ToString(CultureInfo.InvariantCulture)} characters: it was restarted or its CLI timeout is too short; try again");
        return HaproxyStats.Parse(answer[table..], address);
    }

    private async Task<string> AskAsync(string line, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            using var socket = await ConnectAsync(either.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), either.Token);
            return await ReadAsync(stream, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new Unreachable($"HAProxy at {address} gives no answer within {Units.Duration(Limit)}");
        }
        catch (IOException)
        {
            throw new Unreachable($"HAProxy at {address} broke off the connection: it was stopped or restarted; try again");
        }
    }

    private async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancel)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            answer.Write(buffer, 0, count);
            if (answer.Length > LongestAnswer)
                throw new Unreachable($"what answers at {address} does not end: it is not HAProxy's stats socket");
        }

        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length).ReplaceLineEndings("\n");
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancel)
    {
        if (!address.Contains('/', StringComparison.Ordinal))
            return await ConnectOverTcpAsync(cancel);
        if (!Path.Exists(address))
            throw new Unreachable($"there is no socket {address}: HAProxy does not run here, or its section global lacks `stats socket {address} level admin`");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(address), cancel);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new Unreachable(e.SocketErrorCode switch
            {
                SocketError.AccessDenied => $"this user may not open {address}: be a member of its group (`stats socket {address} mode 660 group … level admin`)",
                SocketError.ConnectionRefused => $"nobody listens at {address}: HAProxy does not run",
                _ => $"HAProxy at {address}: {e.Message}",
            });
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Socket> ConnectOverTcpAsync(CancellationToken cancel)
    {
        if (!HostAndPort.TryParse(address, null, out var target, out var problem))
            throw new Unreachable(problem);
        try
        {
            return await target.ConnectAsync(cancel);
        }
        catch (SocketException e)
        {
            throw new Unreachable($"HAProxy's socket: {NetworkFailure.Of(e, address, target.Host).Because}; it has to run with `stats socket ipv4@{address} level admin`");
        }
    }

    private Unreachable Refusal(string command, string said) => new(said == "Permission denied"
        ? $"HAProxy at {address} refuses '{command}': {said}; the socket needs the level admin (`stats socket {address} level admin`)"
        : $"HAProxy at {address} refuses '{command}': {Shown(said)}");

    private static string Shown(string line) => new([.. line.Take(160).Select(c => char.IsControl(c) ? '?' : c)]);
}
