using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Systems.Tests.Probes;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

/// <summary>Requests that another machine makes, with its own curl, over a real sshd to a real nginx.</summary>
public sealed class HttpFromHostTests(SshServers servers, NginxServer nginx) : Scratch, IClassFixture<SshServers>, IClassFixture<NginxServer>
{
    private readonly SshHosts _hosts = new(TimeProvider.System);

    [Theory(Timeout = 120_000)]
    [InlineData("http URL/plain host=web1 status == 200 and body contains \"Welcome\" and time < 60s and size == 71B and header\"content-type\" == \"text/html\"")]
    [InlineData("http URL/plain host=web1 method=HEAD size == 0B and not header\"X-Missing\" exists")]
    [InlineData("http URL/echo host=web1 method=PUT header='X-Odd: \"a\\b\" \t#c' body='{\"a\": \"\\n\"}' body == 'PUT \"a\\b\" \t#c application/json 11'")]
    [InlineData("http URL/orders host=web1 method=OPTIONS status == 204")]
    [InlineData("http URL/old host=web1 status == 301 and header\"Location\" == \"TLS/safe\"")]
    [InlineData("http URL/old host=web1 insecure=true redirects=1 status == 200 and header\"Referrer-Policy\" == \"no-referrer\"")]
    [InlineData("http URL/big host=web1 size == 3MB")]
    public async Task It_passes_there(string mark) => Assert.IsType<Verdict.Passed>((await AskAsync(mark)).Verdict);

    [Theory(Timeout = 120_000)]
    [InlineData("http http://127.0.0.1:1/ host=web1", "127.0.0.1:1 refuses the connection from web1")]
    [InlineData("http URL/nowhere host=web1", "status is 404, expected status in 200..299")]
    [InlineData("http URL/plain host=web1 method=POST body=\"{}\" status == 200", "status is 405")]
    public async Task It_fails_there_with_the_value(string mark, string message) => Assert.StartsWith(message, (await AskAsync(mark)).Because<Verdict.Failed>(), StringComparison.Ordinal);

    [Theory(Timeout = 120_000)]
    [InlineData("http TLS/safe host=web1", "HOST is not trusted from web1: SSL certificate problem: self-signed certificate")]
    [InlineData("http http://127.0.0.1:SSH/ host=web1", "127.0.0.1:SSH, asked from web1, answers, but not in HTTP: ")]
    [InlineData("http URL/latin host=web1 body contains \"caf\"", "the body is not written in UTF-8, and only such is read from web1")]
    [InlineData("http URL/plain host=refusing", "refusing refuses the connection: does sshd run there, and is the port right?")]
    public async Task What_cannot_be_known_there_is_unknown(string mark, string because) => Assert.StartsWith(Filled(because), (await AskAsync(mark)).Because<Verdict.Unknown>(), StringComparison.Ordinal);

    [Fact(Timeout = 120_000)]
    public async Task An_answer_that_does_not_end_is_unknown()
    {
        // The connection is there then, and its own time is none of the limit's.
        Assert.IsType<Verdict.Passed>((await AskAsync("sh host=web1 true")).Verdict);
        Assert.Equal(Filled("no answer from URL/slow, asked from web1, within 5s"), (await AskAsync("http URL/slow host=web1 timeout 5s")).Because<Verdict.Unknown>());
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_seen_is_kept_with_the_host_that_saw_it()
    {
        var evidence = (await AskAsync("http URL/plain host=web1")).Text("answer.txt");

        Assert.StartsWith("asked from web1\n\nHTTP/1.1 200 OK\n", evidence, StringComparison.Ordinal);
        Assert.EndsWith("<p>Welcome</p></html>", evidence, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hosts.Dispose();
        base.Dispose(disposing);
    }

    private Task<Holdpoint.Probes.CheckResult> AskAsync(string mark)
    {
        nginx.Write("big", new string('x', 3_000_000));
        nginx.Write("latin", [0x63, 0x61, 0x66, 0xe9]);
        return HostMark.RunAsync(Filled(mark), servers, _hosts, Root);
    }

    private string Filled(string text) => text
        .Replace("URL", nginx.Url, StringComparison.Ordinal)
        .Replace("TLS", nginx.TlsUrl, StringComparison.Ordinal)
        .Replace("HOST", $"127.0.0.1:{nginx.TlsPort}", StringComparison.Ordinal)
        .Replace("SSH", $"{servers.Web.Port}", StringComparison.Ordinal);
}
