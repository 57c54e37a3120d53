using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class PingProbeTests
{
    [Fact]
    public async Task This_machine_answers_or_the_remedy_is_named()
    {
        // Whether a process may ping differs from machine to machine; both ends of the promise are checked.
        switch (await NetworkQuestion.AskAsync("ping", "127.0.0.1", "packets=2"))
        {
            case Reading.Measured m:
                Assert.Equal("true", m.Facts.Show("up"));
                Assert.Equal("0%", m.Facts.Show("loss"));
                Assert.IsType<Value.Number>(m.Facts["time"]);
                break;
            case var other:
                Assert.EndsWith("install iputils-ping or set net.ipv4.ping_group_range", other.Because());
                break;
        }
    }

    [Fact]
    public async Task Who_answers_too_late_fails_with_the_time()
    {
        var verdict = await ObservedMark.VerdictAsync("ping 127.0.0.1 packets=1 time > 1h", NetworkQuestion.Context());
        Assert.True(verdict.StartsWith("failed: time is ", StringComparison.Ordinal) || verdict.StartsWith("unknown: this machine lets no ping out", StringComparison.Ordinal), verdict);
    }

    [Fact]
    public async Task Who_does_not_exist_is_not_up()
    {
        var verdict = await ObservedMark.VerdictAsync("ping 0.0.0.0.invalid packets=1 up", NetworkQuestion.Context());
        Assert.True(verdict == "failed: up is false: there is no host called 0.0.0.0.invalid, expected up" || verdict.StartsWith("unknown: the name service of this machine", StringComparison.Ordinal), verdict);
    }

    [Theory]
    [InlineData("packets=0")]
    [InlineData("packets=1000")]
    [InlineData("packets=many")]
    public async Task A_number_of_packets_that_makes_no_sense_is_told(string options) =>
        Assert.Contains("no number from 1 to 100", (await NetworkQuestion.AskAsync("ping", "127.0.0.1", options)).Because());
}
