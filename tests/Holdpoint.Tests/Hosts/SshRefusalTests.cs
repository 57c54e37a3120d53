using System.Text;
using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Hosts;

/// <summary>What OpenSSH says, as people need it.</summary>
public sealed class SshRefusalTests
{
    private static readonly HostAddress Db = new("db1", "deploy@db1.internal");

    [Theory]
    [InlineData("ssh: connect to host db1.internal port 22: Connection timed out", "no answer from db1 (deploy@db1.internal) within 5s: is it up, and does a firewall let ssh through?")]
    [InlineData("ssh: Could not resolve hostname db1.internal: Name or service not known", "the host db1 (deploy@db1.internal) is not found: mend its ssh: under hosts: in holdpoint.yaml")]
    [InlineData("ssh: connect to host db1.internal port 22: No route to host", "no way leads to db1 (deploy@db1.internal): ssh: connect to host db1.internal port 22: No route to host")]
    [InlineData("No ED25519 host key is known for db1.internal and you have requested strict checking.\nHost key verification failed.", "the host key of db1 (deploy@db1.internal) is not known here: compare it and accept it once by hand: ssh deploy@db1.internal")]
    [InlineData("", "db1 (deploy@db1.internal) ended the connection without a word; try it: ssh deploy@db1.internal")]
    [InlineData("Welcome!\nThis account is currently not available.", "db1 (deploy@db1.internal) gave no shell: This account is currently not available.; try it: ssh deploy@db1.internal")]
    public void A_refusal_is_told_with_its_remedy(string said, string told) => Assert.Equal(told, SshRefusal.Explain(Db, said, TimeSpan.FromSeconds(5)));

    [Theory]
    [InlineData(0, "holdpoint: db1: begun\nout\nholdpoint: db1: 0\n", "passed: exit 0")]
    [InlineData(255, "holdpoint: db1: begun\nout\nholdpoint: db1: 0\n", "passed: exit 0")]
    [InlineData(255, "holdpoint: db1: begun\nno space left\nholdpoint: db1: 3\n", "failed: exit 3: no space left")]
    [InlineData(255, "holdpoint: db1: begun\nno end of a lineholdpoint: db1: 3\nConnection to db1 closed by remote host.\n", "failed: exit 3: no end of a line")]
    [InlineData(255, "holdpoint: db1: begun\nhalf of it", "unknown: the connection to db1 was lost while it ran; it was to be ended there, and how far it came is not known: half of it")]
    [InlineData(255, "ssh: connect to host db1.internal port 22: Connection refused\n", "failed: db1 (deploy@db1.internal) refuses the connection: does sshd run there, and is the port right?")]
    [InlineData(0, "holdpoint: db1: no-program\n", "failed: its program is not on PATH of db1")]
    public void How_an_action_ended_there_is_told_by_the_host_and_not_by_ssh(int code, string output, string told)
    {
        var verdict = RemoteAction.Judge(Db, new ActionOutcome.Ended(code, new(output, output.Length, 3), TimeSpan.FromSeconds(1)));

        Assert.Equal(told, verdict switch { Verdict.Passed p => $"passed: {p.Shown}", Verdict.Failed f => $"failed: {f.Actual}", Verdict.Unknown u => $"unknown: {u.Because}", _ => "?" });
    }

    [Fact]
    public async Task A_stream_is_cut_at_its_marks_wherever_they_fall_between_two_reads()
    {
        var text = Encoding.UTF8.GetBytes("noise\nm1 begun\nline without an end" + "m1 0\nleft behind\nm2 begun\n" + new string('x', 100_000) + "\nm2 7\n");
        for (var step = 1; step < 40; step++)
        {
            var stream = new StreamMarks(new Dripping(text, step));
            var (first, second) = (new OutputCapture(1_000_000), new OutputCapture(1_000_000));
            Assert.Equal("begun", await stream.NextAsync("m1", null));
            Assert.Equal("0", await stream.NextAsync("m1", first));
            Assert.Equal("begun", await stream.NextAsync("m2", null));
            Assert.Equal("7", await stream.NextAsync("m2", second));
            Assert.Null(await stream.NextAsync("m3", null));
            Assert.Equal("line without an end", first.Captured().Text);
            Assert.Equal(100_001, second.Captured().Characters);
        }
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Dripping(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, step * 13)], cancellationToken);
    }
}
