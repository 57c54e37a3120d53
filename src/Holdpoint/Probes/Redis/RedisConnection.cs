using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Holdpoint.Probes.Redis;

/// <summary>One connection, one question at a time. Every failure is <see cref="Unanswered"/>, or <see cref="TargetRefused"/> where the server says no.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly RedisAddress _address;
    private readonly Stream _stream;
    private readonly RedisReader _reader;

    private RedisConnection(RedisAddress address, Stream stream)
    {
        _address = address;
        _stream = stream;
        _reader = new(stream, address.ToString());
    }

    /// <summary>Connected, signed in, and in the database that the url names.</summary>
    public static async Task<RedisConnection> OpenAsync(RedisAddress address, TimeProvider time, CancellationToken cancel)
    {
        Stream stream = new NetworkStream(await ConnectAsync(address, cancel), ownsSocket: true);
        try
        {
            if (address.Tls)
                stream = await SecureAsync(stream, address, time, cancel);
            var connection = new RedisConnection(address, stream);
            if (address.Password is { } password)
                await connection.TellAsync(cancel, address.User is { } user ? ["AUTH", user, password] : ["AUTH", password]);
            if (address.Database is { } database)
                await connection.TellAsync(cancel, "SELECT", database.ToString(CultureInfo.InvariantCulture));
            return connection;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The answer, errors included.</summary>
    public async Task<RedisReply> AskAsync(CancellationToken cancel, params IReadOnlyList<string> words)
    {
        var question = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Count}\r\n");
        foreach (var word in words)
            question.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(question.ToString()), cancel);
            return await _reader.ReadAsync(cancel);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new Unanswered(_reader.HasReadNothing
                ? $"{_address} closes the connection without an answer: is this Redis, and does it want TLS (rediss://)?"
                : $"{_address} broke off the connection before the end of its answer to {words[0]}");
        }
    }

    /// <summary>The answer, which is no error.</summary>
    public async Task<RedisReply> TellAsync(CancellationToken cancel, params IReadOnlyList<string> words) =>
        await AskAsync(cancel, words) is var reply && reply is RedisReply.Error error ? throw Refusal(words[0], error) : reply;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<Socket> ConnectAsync(RedisAddress address, CancellationToken cancel)
    {
        if (address.Tcp is null && !Path.Exists(address.Socket))
            throw new TargetRefused($"there is no socket at {address.Socket}");
        try
        {
            if (address.Tcp is { } tcp)
                return await tcp.ConnectAsync(cancel);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.Socket), cancel);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (SocketException e)
        {
            var failure = NetworkFailure.Of(e, address.ToString(), address.Tcp?.Host ?? address.Socket);
            throw failure.TargetRefused ? new TargetRefused(failure.Because) : new Unanswered(failure.Because);
        }
        catch (ArgumentException)
        {
            throw new Unanswered($"the path of the socket {address.Socket} is longer than the system takes");
        }
    }

    private static async Task<SslStream> SecureAsync(Stream plain, RedisAddress address, TimeProvider time, CancellationToken cancel)
    {
        var host = address.Tcp!.Host;
        var roots = address.Authority is { } file ? RootsIn(file) : null;
        var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = new() { RevocationMode = X509RevocationMode.NoCheck } };
        if (roots is not null)
        {
            options.CertificateChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        // Only where the configuration says `insecure: true`.
#pragma warning disable CA5359
        if (address.AnyCertificate)
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancel);
            return secure;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            await secure.DisposeAsync();
            throw new Unanswered(await ExplainAsync(e, address.Tcp, roots, time, cancel));
        }
    }

    /// <summary>The failed handshake does not tell what is wrong with the certificate: a second one that takes any certificate looks at it.</summary>
    private static async Task<string> ExplainAsync(Exception failure, HostAndPort target, X509Certificate2Collection? roots, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            if ((await TlsExamination.OfAsync(target, target.Host, roots, time, cancel)).Faults is { Count: > 0 } faults)
                return $"{target} is not trusted: {string.Join("; ", faults)}";
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            failure = e;
        }

        return $"{target} does not complete a TLS handshake: {TlsProbe.Reason(failure)}; without TLS the url begins with redis://";
    }

    private static X509Certificate2Collection RootsIn(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new Unanswered($"ca: {file} can't be read as PEM: {e.Message.TrimEnd('.')}");
        }

        return roots.Count > 0 ? roots : throw new Unanswered($"ca: {file} holds no certificate: give a PEM file");
    }

    /// <summary>https://redis.io/docs/latest/operate/oss_and_stack/management/security/ and the messages in server.c.</summary>
    private Unanswered Refusal(string question, RedisReply.Error error) => error.Code switch
    {
        "NOAUTH" => new Unanswered($"{_address} wants a password: set user and password of the server in holdpoint.yaml"),
        "WRONGPASS" => new Unanswered($"{_address} does not take the user and password of holdpoint.yaml, or the user is disabled"),
        "NOPERM" => new Unanswered($"the user may not ask {_address} for {question}: grant it with ACL SETUSER (+ping +info)"),
        "DENIED" => new Unanswered($"{_address} is in protected mode and answers only its own machine: give it a password, or set protected-mode no"),
        "LOADING" => new TargetRefused($"{_address} still loads its data into memory"),
        "MASTERDOWN" => new TargetRefused($"{_address} is a replica that has lost its master, and serves no stale data"),
        "BUSY" => new TargetRefused($"{_address} is busy with a script that does not end"),
        "MISCONF" => new TargetRefused($"{_address} takes no writes, because it can't save to its disk (MISCONF)"),
        "CLUSTERDOWN" => new TargetRefused($"{_address} belongs to a cluster that is down: {error.Rest}"),
        "ERR" when error.Rest.StartsWith("max number of clients", StringComparison.Ordinal) => new TargetRefused($"{_address} takes no more clients (maxclients)"),
        // Some messages repeat the words of the question.
        _ when question == "AUTH" => new Unanswered($"{_address} refuses AUTH with {error.Code}: does it ask for a password at all, and for a user (Redis 6)?"),
        _ => new Unanswered($"{_address} answers {question} with {error.Message}"),
    };
}
