using System.Text;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Rollouts;

public class HaproxySocketTests
{
    private const string Table = "# pxname,svname,qcur,scur,stot,econ,eresp,status,weight,bck,\nweb,blue,0,0,0,0,0,UP,1,0,\n\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_go_in_one_line_and_the_table_comes_behind_them()
    {
        var asked = "";
        await using var server = Answering(line => (asked = line) is var _ ? "\n\n" + Table : "");

        var stats = await Of(server).TellAsync(["set server web/blue weight 1", "set server web/blue state ready"], Cancel);

        Assert.Equal("set server web/blue weight 1;set server web/blue state ready;show stat\n", asked);
        Assert.True(stats.Of("web")["blue"].TakesRequests);
    }

    [Theory]
    [InlineData("\nNo such server.\n\n" + Table, "refuses 'second': No such server.")]
    [InlineData("Permission denied\n\n\n" + Table, "refuses 'first': Permission denied; the socket needs the level admin")]
    [InlineData("\n\nPermission denied\n\n", "refuses 'show stat': Permission denied; the socket needs the level admin")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "is not HAProxy's stats socket: it says 'HTTP/1.1 400 Bad Request'; give the path of `stats socket … level admin`")]
    [InlineData("", "closes the connection without an answer: is this its stats socket?")]
    [InlineData("\n\n# pxname,svname,qcur,scur,stot,econ,eresp,status,weight,bck,\nweb,blue,0,0", "broke off its answer")]
    [InlineData("\n" + Table, "broke off its answer")]
    public async Task What_is_no_whole_answer_is_told_in_its_own_words(string answer, string because)
    {
        await using var server = Answering(_ => answer);

        var e = await Assert.ThrowsAsync<Unreachable>(() => Of(server).TellAsync(["first", "second"], Cancel));

        Assert.Contains(because, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public async Task Nobody_there_and_no_answer_are_told()
    {
        var gone = await Assert.ThrowsAsync<Unreachable>(() => new HaproxySocket($"127.0.0.1:{Loopback.ClosedPort()}", TimeProvider.System).TellAsync([], Cancel));
        Assert.Contains("refuses the connection", gone.Message, StringComparison.Ordinal);

        var clock = new HandClock();
        await using var server = Loopback.Silent(clock, 11);
        var silent = await Assert.ThrowsAsync<Unreachable>(() => new HaproxySocket($"127.0.0.1:{server.Port}", clock).TellAsync([], Cancel));
        Assert.Equal($"HAProxy at 127.0.0.1:{server.Port} gives no answer within 10s", silent.Message);
    }

    [Fact]
    public async Task An_answer_without_end_is_left()
    {
        await using var server = new Loopback(async (stream, cancel) =>
        {
            await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: cancel);
            while (true)
                await stream.WriteAsync(new byte[1_000_000], cancel);
        });

        Assert.Contains("does not end", (await Assert.ThrowsAsync<Unreachable>(() => Of(server).TellAsync([], Cancel))).Message, StringComparison.Ordinal);
    }

    private static HaproxySocket Of(Loopback server) => new($"127.0.0.1:{server.Port}", TimeProvider.System);

    private static Loopback Answering(Func<string, string> answer) => new(async (stream, cancel) =>
    {
        var buffer = new byte[4096];
        var line = Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, cancel));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(line)), cancel);
    });
}
