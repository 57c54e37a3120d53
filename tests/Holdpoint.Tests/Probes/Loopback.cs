using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Holdpoint.Tests.Probes;

/// <summary>A server in this process, on a free port of the loopback. What it does with a connection is the test's.</summary>
internal sealed class Loopback : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _serve;
    private readonly Task _accepting;

    public Loopback(Func<NetworkStream, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>What was asked, whole requests.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers each request with what the function makes of it (head and body), as raw bytes; then closes.</summary>
    public static Loopback Http(Func<string, string> answer)
    {
        Loopback? server = null;
        return server = new(async (stream, cancel) =>
        {
            var request = await ReadRequestAsync(stream, cancel);
            server!.Requests.Enqueue(request);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(request)), cancel);
        });
    }

    /// <summary>Takes the connection, lets the time pass, and never answers.</summary>
    public static Loopback Silent(HandClock? clock = null, int seconds = 0) => new(async (stream, cancel) =>
    {
        // What is asked has arrived: whoever asks is waiting now.
        await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: cancel);
        clock?.Pass(TimeSpan.FromSeconds(seconds));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
    });

    public static Loopback Tls(X509Certificate2 certificate, string answer = "") => new(async (stream, cancel) =>
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancel);
        if (answer.Length == 0)
            return;
        await ReadRequestAsync(tls, cancel);
        await tls.WriteAsync(Encoding.UTF8.GetBytes(answer), cancel);
    });

    /// <summary>Asks for a certificate of the client, whoever has issued it, and tells its subject.</summary>
    public static Loopback MutualTls(X509Certificate2 certificate, Action<string> subject, string answer) => new(async (stream, cancel) =>
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = true, RemoteCertificateValidationCallback = (_, client, _, _) => client is not null }, cancel);
        subject(tls.RemoteCertificate!.Subject);
        await ReadRequestAsync(tls, cancel);
        await tls.WriteAsync(Encoding.UTF8.GetBytes(answer), cancel);
    });

    public static string Reply(int status, string body = "", string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}";

    // Bound and never listening, for as long as the tests run: connections are refused, and nobody else is given the port.
    private static readonly Socket s_closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    static Loopback() => s_closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>A port on which nothing listens, nor will.</summary>
    public static int ClosedPort() => ((IPEndPoint)s_closed.LocalEndPoint!).Port;

    /// <summary>A certificate for localhost and 127.0.0.1, unless another name is given; self-signed where no issuer is.</summary>
    public static X509Certificate2 Certificate(X509Certificate2? issuer = null, string name = "localhost", int notBefore = -10, int notAfter = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(notBefore), TimeProvider.System.GetUtcNow().AddDays(notAfter));
        if (issuer is null)
            return Exportable(request.CreateSelfSigned(from, to));
        using var signed = request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8));
        return Exportable(signed.CopyWithPrivateKey(key));
    }

    public static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority, O=Tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return Exportable(request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-100), TimeProvider.System.GetUtcNow().AddDays(1000)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _stop.Dispose();
    }

    private static X509Certificate2 Exportable(X509Certificate2 certificate)
    {
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static async Task<string> ReadRequestAsync(Stream stream, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var n = await stream.ReadAsync(buffer, cancel);
            text.Append(Encoding.UTF8.GetString(buffer, 0, n));
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (n == 0)
                return request;
            if (end < 0)
                continue;
            var length = request[..end].Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?[15..].Trim() ?? "0";
            if (Encoding.UTF8.GetByteCount(request[(end + 4)..]) >= int.Parse(length))
                return request;
        }
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _serve(stream, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or AuthenticationException)
        {
            // The probe left, or refused the certificate: that is what is tested.
            return;
        }
    }
}
