using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class ClockProbeTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void The_offset_is_the_mean_of_both_ways()
    {
        // Sent at noon, there 2 s later by the server's clock, answered at once, back after 1 s: we are 1.5 s behind.
        var told = Assert.IsType<Sntp.Answer.Told>(Sntp.Read(Packet(Noon.AddSeconds(2)), Noon, Noon.AddSeconds(1)));

        Assert.Equal(1.5, told.Offset.TotalSeconds, 3);
        Assert.Equal(1, told.RoundTrip.TotalSeconds, 3);
    }

    [Fact]
    public void After_2036_the_seconds_count_anew_and_are_still_read()
    {
        var later = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(0, Assert.IsType<Sntp.Answer.Told>(Sntp.Read(Packet(later), later, later)).Offset.TotalSeconds, 3);
    }

    [Theory]
    [InlineData(0x24, 0, "turns us away (RATE)")]
    [InlineData(0xE4, 2, "not synchronised")]
    [InlineData(0x24, 16, "not synchronised")]
    [InlineData(0x23, 2, "mode 3")]
    public void A_server_that_does_not_know_the_time_is_not_believed(byte first, byte stratum, string because)
    {
        var packet = Packet(Noon);
        (packet[0], packet[1]) = (first, stratum);

        Assert.Contains(because, Assert.IsType<Sntp.Answer.None>(Sntp.Read(packet, Noon, Noon)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_ahead_has_a_skew_too()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var answering = AnswerAsync(server, Noon.AddSeconds(-5));

        var reading = await new ClockProbe(_machine.Directory).MeasureAsync(Call(server), TestContext.Current.CancellationToken);

        await answering;
        Assert.Equal(5, Assert.IsType<Reading.Measured>(reading).Facts.Number("skew"), 3);
        Assert.Contains("5s ahead", reading.Evidence("clock.txt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("skew < 10s", "passed: skew (5s) < 10s")]
    [InlineData("skew < 1s", "failed: skew is 5s, expected skew < 1s")]
    public async Task A_skew_is_held_against_its_limit(string condition, string verdict)
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var answering = AnswerAsync(server, Noon.AddSeconds(5));
        var call = Call(server);

        Assert.Equal(verdict, await ObservedMark.VerdictAsync($"clock server={call.Option("server")} {condition}", call.Context, new ClockProbe(_machine.Directory)));
        await answering;
    }

    [Fact]
    public async Task A_server_that_can_not_be_reached_is_named()
    {
        // Connected to another: what comes from us is refused, and nobody else is given the port.
        using var gone = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        gone.Connect(new IPEndPoint(IPAddress.Loopback, 9));
        var call = Call(gone);

        var because = Assert.IsType<Reading.NoAnswer>(await new ClockProbe(_machine.Directory).MeasureAsync(call, TestContext.Current.CancellationToken)).Because;

        Assert.Contains($"the time server {call.Option("server")} can't be reached", because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_server_is_asked_again_and_then_named()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        // The hand-made clock jumps over every wait.
        Assert.Contains("no answer within 10s", await _machine.RefusalAsync(new ClockProbe(_machine.Directory), [], new() { ["server"] = silent.Client.LocalEndPoint!.ToString()! }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("systemd/timesyncd.conf", "[Time]\n#NTP=\nFallbackNTP=a.invalid b.invalid\n", "a.invalid")]
    [InlineData("systemd/timesyncd.conf", "[Time]\nNTP=c.invalid\nFallbackNTP=a.invalid\n", "c.invalid")]
    [InlineData("systemd/timesyncd.conf.d/site.conf", "[Time]\nNTP=d.invalid\n", "d.invalid")]
    [InlineData("chrony/chrony.conf", "# pool x.invalid\npool e.invalid iburst\n", "e.invalid")]
    public async Task The_machine_s_own_time_server_is_asked(string file, string content, string expected)
    {
        _machine.Write(file, content);

        Assert.Contains($"the time server {expected} ", await _machine.RefusalAsync(new ClockProbe(_machine.Directory), []), StringComparison.Ordinal);
    }

    private ProbeCall Call(UdpClient server) => new([], new Dictionary<string, string> { ["server"] = server.Client.LocalEndPoint!.ToString()! }, [])
    {
        Context = new ProbeContext { Commands = _machine.Commands, Time = new StandingTime(), Directory = _machine.Directory },
    };

    private static async Task AnswerAsync(UdpClient server, DateTimeOffset now)
    {
        var question = await server.ReceiveAsync(TestContext.Current.CancellationToken);
        var packet = Packet(now);
        question.Buffer.AsSpan(40, 8).CopyTo(packet.AsSpan(24));
        await server.SendAsync(packet, question.RemoteEndPoint, TestContext.Current.CancellationToken);
    }

    private static byte[] Packet(DateTimeOffset now)
    {
        var packet = new byte[48];
        (packet[0], packet[1]) = (0x24, 2);
        "RATE"u8.CopyTo(packet.AsSpan(12));
        foreach (var at in new[] { 32, 40 })
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(at), unchecked((uint)(long)((now - DateTimeOffset.UnixEpoch).TotalSeconds + 2208988800)));
        return packet;
    }

    /// <summary>Always noon; no timer ever ends.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
