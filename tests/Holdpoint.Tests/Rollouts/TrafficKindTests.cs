using Holdpoint.Processes;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

public class TrafficKindTests
{
    private static readonly IReadOnlyList<string> Units = ["api_blue", "api_green"];

    [Fact]
    public void HAProxy_and_nginx_are_found_by_their_keys() =>
        Assert.All((string[])["haproxy", "nginx"], name => Assert.Equal(name, RolloutKinds.Traffics[name].Name));

    [Fact]
    public void HAProxy_needs_no_more_than_a_backend() => Assert.Null(Create("haproxy", ("backend", "api")).WhyNoShares);

    [Theory]
    [InlineData("haproxy", "servers.api_bleu", "srv1", "haproxy: servers names api_bleu, which is no unit; did you mean `api_blue`?")]
    [InlineData("haproxy", "servers.api_blue", "api_green", "haproxy: api_blue and api_green are the same server, api_green: each unit needs its own")]
    [InlineData("haproxy", "servers.api_blue", "a b;shutdown", "haproxy: 'a b;shutdown' is no name of a backend or a server: letters, digits, '-', '_', '.' and ':'")]
    [InlineData("nginx", "servers.api_blue", "127.0.0.1:1", "nginx: servers lacks api_green; add api_green: HOST:PORT")]
    public void A_setting_that_can_not_be_is_told_with_its_remedy(string kind, string key, string value, string because) =>
        Assert.Equal(because, Assert.Throws<ArgumentException>(() => Create(kind, ("backend", "api"), ("file", "x"), ("upstream", "api"), (key, value))).Message);

    private static Traffic Create(string kind, params (string Key, string Value)[] settings) =>
        RolloutKinds.Traffics[kind].Create(new(settings.ToDictionary(s => s.Key, s => (IReadOnlyList<string>)[s.Value])), Units, new()
        {
            Target = "api",
            Directory = "/nowhere",
            RunFolder = "/nowhere",
            Variables = new Dictionary<string, string?>(),
            Commands = new CommandRunner(TimeProvider.System),
            Time = TimeProvider.System,
        });
}
