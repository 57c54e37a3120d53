using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Actions;

/// <summary>What Alertmanager may answer besides yes. The real one is tried in the tests of systems.</summary>
public sealed class AlertActionTests
{
    [Theory]
    [InlineData("severity"), InlineData("severity=~crit.*"), InlineData("a=1,a=2"), InlineData("a=\"\""), InlineData(",")]
    public async Task Labels_that_can_t_be_an_alert_s_are_refused(string labels) =>
        Assert.Equal($"labels=\"{labels}\": write each name once with its value, parted by commas: labels=\"severity=critical,service=api\"", await new ActionBench("alert").RefusedAsync("main", ("labels", labels)));

    [Fact]
    public async Task No_server_a_refusal_and_something_else_at_the_address_are_told()
    {
        Assert.Equal("there is no alertmanager server `main`", await FailureAsync(null));
        Assert.Contains("127.0.0.1:1", await FailureAsync("http://127.0.0.1:1"), StringComparison.Ordinal);
        await using var refusing = Loopback.Http(_ => "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.Contains("answers 401: it does not know who asks", await FailureAsync(refusing.Url), StringComparison.Ordinal);
        await using var other = Loopback.Http(_ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        Assert.Equal("alertmanager `main` answers, but not as Alertmanager does: is this its address?", await FailureAsync(other.Url));
    }

    private static async Task<string> FailureAsync(string? url)
    {
        var deed = Assert.IsType<Deed.Direct>(await new ActionBench("alert") { Url = url, Time = TimeProvider.System }.PrepareAsync("main"));
        return Assert.IsType<Verdict.Failed>(await deed.Do(ActionBench.Cancel)).Actual;
    }
}
