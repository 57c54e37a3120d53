using System.Security.Cryptography.X509Certificates;

namespace Holdpoint.Tests.Probes;

public sealed class TlsProbeTests : IDisposable
{
    private readonly X509Certificate2 _authority = Loopback.Authority();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.pem");

    public TlsProbeTests() => File.WriteAllText(_file, _authority.ExportCertificatePem());

    public void Dispose()
    {
        File.Delete(_file);
        _authority.Dispose();
    }

    [Fact]
    public async Task A_trusted_certificate_is_valid_and_tells_issuer_protocol_and_what_remains()
    {
        using var certificate = Loopback.Certificate(_authority);
        await using var server = Loopback.Tls(certificate);
        var reading = await NetworkQuestion.AskAsync("tls", $"127.0.0.1:{server.Port}", $"ca={_file}", time: new DaysBefore(certificate, 14.5));
        Assert.Equal("true", reading.Facts().Show("valid"));
        Assert.Equal("14d 12h", reading.Facts().Show("remaining"));
        Assert.Equal("\"CN=Test Authority, O=Tests\"", reading.Facts().Show("issuer"));
        Assert.StartsWith("1.", reading.Facts().Show("protocol"));
    }

    [Fact]
    public async Task An_expired_certificate_is_not_valid_and_names_the_day()
    {
        using var certificate = Loopback.Certificate(_authority, notAfter: -2);
        await using var server = Loopback.Tls(certificate);
        var reading = await NetworkQuestion.AskAsync("tls", $"127.0.0.1:{server.Port}", $"ca={_file}");
        Assert.Equal("false", reading.Facts().Show("valid"));
        Assert.StartsWith("-2d", reading.Facts().Show("remaining"));
        Assert.Contains($"expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}", reading.EvidenceText());
    }

    [Fact]
    public async Task A_certificate_for_another_name_names_both()
    {
        using var certificate = Loopback.Certificate(_authority, "shop.example.org");
        await using var server = Loopback.Tls(certificate);
        var target = $"127.0.0.1:{server.Port}";
        var wrong = await NetworkQuestion.AskAsync("tls", target, $"ca={_file}");
        Assert.Equal("false", wrong.Facts().Show("valid"));
        Assert.Contains("is for shop.example.org, not for 127.0.0.1", wrong.EvidenceText());
        Assert.Equal("true", (await NetworkQuestion.AskAsync("tls", target, $"ca={_file}|name=shop.example.org")).Facts().Show("valid"));
    }

    [Fact]
    public async Task A_self_signed_certificate_is_told_as_such()
    {
        using var certificate = Loopback.Certificate();
        await using var server = Loopback.Tls(certificate);
        var reading = await NetworkQuestion.AskAsync("tls", $"127.0.0.1:{server.Port}", time: new DaysBefore(certificate, 14.5));
        Assert.Equal("false", reading.Facts().Show("valid"));
        Assert.Equal("14d 12h", reading.Facts().Show("remaining"));
        Assert.Contains("self-signed", reading.EvidenceText());
    }

    [Fact]
    public async Task An_issuer_that_this_machine_does_not_know_is_named()
    {
        using var certificate = Loopback.Certificate(_authority);
        await using var server = Loopback.Tls(certificate);
        var reading = await NetworkQuestion.AskAsync("tls", $"127.0.0.1:{server.Port}");
        Assert.Equal("false", reading.Facts().Show("valid"));
        Assert.Contains("Test Authority", reading.EvidenceText().Split('\n')[0]);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_no_answer()
    {
        await using var server = new Loopback(async (stream, cancel) =>
        {
            await stream.ReadAtLeastAsync(new byte[64], 64, cancellationToken: cancel);
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), cancel);
        });
        Assert.Equal($"127.0.0.1:{server.Port} does not complete a TLS handshake: its answer is not TLS; is this the port?", (await NetworkQuestion.AskAsync("tls", $"127.0.0.1:{server.Port}")).Because());
    }

    [Fact]
    public async Task A_refusal_and_silence_are_no_answer_and_named()
    {
        var port = Loopback.ClosedPort();
        Assert.Equal($"127.0.0.1:{port} refuses the connection", (await NetworkQuestion.AskAsync("tls", $"127.0.0.1:{port}")).Because());
        var clock = new HandClock();
        await using var server = Loopback.Silent(clock, 2);
        Assert.Equal($"no TLS handshake from 127.0.0.1:{server.Port} within 2s", (await NetworkQuestion.AskAsync("tls", $"127.0.0.1:{server.Port}", timeoutMs: 2000, time: clock)).Because());
    }

    [Fact]
    public async Task A_file_of_roots_that_can_not_be_read_is_told() =>
        Assert.Contains("can't be read as PEM", (await NetworkQuestion.AskAsync("tls", "127.0.0.1:1", "ca=/nowhere/roots.pem")).Because());

    /// <summary>A clock that stands some days before the certificate's end.</summary>
    private sealed class DaysBefore(X509Certificate2 certificate, double days) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(certificate.NotAfter.ToUniversalTime()).AddDays(-days);
    }
}
