using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Web probes through HAProxy: before two servers that answer, and before two that don't.</summary>
public sealed class BalancedWebTests(BalancedWebTests.Balancers balancers) : IClassFixture<BalancedWebTests.Balancers>
{
    private readonly HaproxyServer _web = balancers.Web;

    [Theory]
    [InlineData("http URL/safe")]
    [InlineData("http URL/safe header\"X-Served-By\" in [\"blue\", \"green\"] and body contains \"Welcome\"")]
    [InlineData("http TLS/safe insecure=true header\"Strict-Transport-Security\" exists")]
    [InlineData("tcp 127.0.0.1:PORT")]
    [InlineData("tls localhost:TLSPORT ca=CERTIFICATE remaining > 14d and protocol >= 1.2")]
    [InlineData("headers TLS/safe insecure=true plain=none grade != \"F\"")]
    [InlineData("ratelimit URL/login per=1h accepted == 5 and refused >= 1")]
    public async Task What_is_balanced_passes(string mark) => Assert.IsType<Verdict.Passed>((await AskAsync(mark)).Verdict);

    [Fact]
    public async Task Plain_answers_carry_none_of_the_headers_that_TLS_adds() =>
        Assert.StartsWith("missing is 4", (await AskAsync("headers URL/safe")).Because<Verdict.Failed>());

    [Fact]
    public async Task Its_own_certificate_is_no_trusted_one() => Assert.StartsWith("valid is false", (await AskAsync("tls localhost:TLSPORT")).Because<Verdict.Failed>());

    [Fact]
    public async Task An_untrusted_certificate_leaves_the_answer_unknown() =>
        Assert.Contains("is not trusted", (await AskAsync("http TLS/safe")).Because<Verdict.Unknown>());

    [Fact]
    public async Task Nobody_behind_it_is_a_503_and_its_port_is_still_up()
    {
        Assert.Equal("status is 503, expected status in 200..299", (await WebMark.RunAsync($"http {balancers.Orphaned.Url}/safe")).Because<Verdict.Failed>());
        Assert.IsType<Verdict.Passed>((await WebMark.RunAsync($"tcp 127.0.0.1:{balancers.Orphaned.FrontPort}")).Verdict);
    }

    [Fact]
    public async Task A_503_before_the_first_answer_says_nothing_of_a_limit() =>
        Assert.IsType<Verdict.Unknown>((await WebMark.RunAsync($"ratelimit {balancers.Orphaned.Url}/calm accepted <= 10")).Verdict);

    private Task<CheckResult> AskAsync(string mark) => WebMark.RunAsync(mark
        .Replace("URL", _web.Url, StringComparison.Ordinal)
        .Replace("TLSPORT", $"{_web.TlsPort}", StringComparison.Ordinal)
        .Replace("TLS", _web.TlsUrl, StringComparison.Ordinal)
        .Replace("PORT", $"{_web.FrontPort}", StringComparison.Ordinal)
        .Replace("CERTIFICATE", _web.Certificate, StringComparison.Ordinal));

    /// <summary>One HAProxy before nginx, twice, and one before nobody; their health is known when a test begins.</summary>
    public sealed class Balancers : IAsyncLifetime
    {
        private readonly NginxServer _nginx = new();

        public HaproxyServer Web { get; private set; } = new();

        public HaproxyServer Orphaned { get; } = new HaproxyServer { HealthPath = "/" }.AddServer("blue", $"127.0.0.1:{NginxServer.ClosedPort()}").AddServer("green", $"127.0.0.1:{NginxServer.ClosedPort()}");

        public async ValueTask InitializeAsync()
        {
            await _nginx.InitializeAsync();
            _nginx.Write("health", "ok");
            Web = new HaproxyServer { HealthPath = "/health" }.AddServer("blue", $"127.0.0.1:{_nginx.Port}").AddServer("green", $"127.0.0.1:{_nginx.Port}");
            try
            {
                await Web.InitializeAsync();
                await Orphaned.InitializeAsync();
                await Orphaned.UntilAsync("blue", "DOWN");
                await Orphaned.UntilAsync("green", "DOWN");
            }
            catch
            {
                await DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Orphaned.DisposeAsync();
            await Web.DisposeAsync();
            await _nginx.DisposeAsync();
        }
    }
}
