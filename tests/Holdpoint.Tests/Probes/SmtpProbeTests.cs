using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Tests.Probes;

public sealed class SmtpProbeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdpoint-smtp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_server_that_greets_is_up_and_without_STARTTLS_it_has_no_TLS()
    {
        await using var server = WebMarks.Speaking("220-mail.example.org\r\n220 at your service\r\n", "250-mail.example.org\r\n250 SIZE 1000\r\n", "221 bye\r\n");
        var reading = await NetworkQuestion.AskAsync("smtp", $"127.0.0.1:{server.Port}");
        Assert.Equal(("true", "false"), (reading.Facts().Show("up"), reading.Facts().Show("tls")));
        Assert.IsType<Value.Number>(reading.Facts()["time"]);
        Assert.Contains("STARTTLS is not offered", reading.EvidenceText());
        Assert.Contains("> EHLO [127.0.0.1]", reading.EvidenceText());
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task TLS_with_a_trusted_certificate_passes(bool isImplicit)
    {
        using var authority = Loopback.Authority();
        using var certificate = Loopback.Certificate(authority);
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.pem"), authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var server = Sink(certificate, isImplicit);
        Assert.IsType<Verdict.Passed>((await WebMarks.RunAsync($"smtp 127.0.0.1:{server.Port} ca={_folder}/ca.pem implicit={(isImplicit ? "true" : "false")} up and tls")).Verdict);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_certificate_that_is_not_trusted_fails_and_is_named(bool isImplicit)
    {
        using var certificate = Loopback.Certificate();
        await using var server = Sink(certificate, isImplicit);
        var result = await WebMarks.RunAsync($"smtp 127.0.0.1:{server.Port} implicit={(isImplicit ? "true" : "false")} up and tls");
        Assert.Contains("tls is false", Assert.IsType<Verdict.Failed>(result.Verdict).Message);
        Assert.Contains("self-signed", result.EvidenceText());
    }

    [Fact]
    public async Task STARTTLS_that_is_offered_and_refused_is_no_TLS()
    {
        await using var server = WebMarks.Speaking("220 mail\r\n", "250-mail\r\n250 STARTTLS\r\n", "454 TLS not available\r\n");
        var reading = await NetworkQuestion.AskAsync("smtp", $"127.0.0.1:{server.Port}");
        Assert.Equal("false", reading.Facts().Show("tls"));
        Assert.Contains("refused: 454 TLS not available", reading.EvidenceText());
    }

    [Theory]
    [InlineData("554 no service for you\r\n", "greets with 554 no service for you")]
    [InlineData("421 too busy\r\n", "greets with 421 too busy")]
    public async Task A_server_that_takes_no_mail_is_down_with_its_words(string greeting, string because)
    {
        await using var server = WebMarks.Speaking(greeting);
        var facts = (await NetworkQuestion.AskAsync("smtp", $"127.0.0.1:{server.Port}")).Facts();
        Assert.Equal("false", facts.Show("up"));
        Assert.Contains(because, facts.Show("tls"));
    }

    [Fact]
    public async Task A_refused_connection_is_down_and_fails()
    {
        var port = Loopback.ClosedPort();
        Assert.Equal($"unknown: 127.0.0.1:{port} refuses the connection", (await NetworkQuestion.AskAsync("smtp", $"127.0.0.1:{port}")).Facts().Show("time"));
        Assert.IsType<Verdict.Failed>((await WebMarks.RunAsync($"smtp 127.0.0.1:{port}")).Verdict);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", "not in SMTP: SSH-2.0-OpenSSH_9.6")]
    [InlineData("", "closed the connection without a greeting")]
    [InlineData("220 mai", "closed the connection")]
    [InlineData("220-mail\r\n", "in the middle of the conversation")]
    public async Task Garbage_and_half_an_answer_are_no_answer(string greeting, string because)
    {
        await using var server = WebMarks.Speaking(greeting);
        Assert.Contains(because, (await NetworkQuestion.AskAsync("smtp", $"127.0.0.1:{server.Port}")).Because());
    }

    [Fact]
    public async Task Commands_smuggled_in_before_TLS_are_no_answer()
    {
        await using var server = WebMarks.Speaking("220 mail\r\n", "250 STARTTLS\r\n", "220 go ahead\r\n250 smuggled\r\n");
        Assert.Contains("sends more after STARTTLS", (await NetworkQuestion.AskAsync("smtp", $"127.0.0.1:{server.Port}")).Because());
    }

    [Fact]
    public async Task A_silent_server_is_no_answer_and_the_limit_is_named()
    {
        var clock = new HandClock();
        await using var server = new Loopback(async (_, cancel) =>
        {
            clock.Pass(TimeSpan.FromSeconds(20));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        });
        Assert.Equal($"no answer from smtp 127.0.0.1:{server.Port} within 20s", (await NetworkQuestion.AskAsync("smtp", $"127.0.0.1:{server.Port}", timeoutMs: 20_000, time: clock)).Because());
    }

    /// <summary>A server for mail that takes none: greeting, EHLO, STARTTLS, QUIT.</summary>
    private static Loopback Sink(X509Certificate2 certificate, bool isImplicit) => new(async (stream, cancel) =>
    {
        if (isImplicit)
        {
            await using var tls = await SecuredAsync(stream);
            await SpeakAsync(tls);
        }
        else if (await SpeakAsync(stream))
        {
            await using var tls = await SecuredAsync(stream);
            await SpeakAsync(tls);
        }

        async Task<SslStream> SecuredAsync(Stream over)
        {
            var tls = new SslStream(over, leaveInnerStreamOpen: true);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancel);
            return tls;
        }

        // True: TLS begins now.
        async Task<bool> SpeakAsync(Stream over)
        {
            using var reader = new StreamReader(over, leaveOpen: true);
            async Task SayAsync(string text) => await over.WriteAsync(Encoding.ASCII.GetBytes(text), cancel);
            if (over is not SslStream || isImplicit)
                await SayAsync("220 sink\r\n");
            while (await reader.ReadLineAsync(cancel) is { } line)
            {
                if (line.StartsWith("STARTTLS", StringComparison.Ordinal))
                {
                    await SayAsync("220 go ahead\r\n");
                    return true;
                }

                await SayAsync(line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-sink\r\n250 STARTTLS\r\n" : "221 bye\r\n");
            }

            return false;
        }
    });
}
