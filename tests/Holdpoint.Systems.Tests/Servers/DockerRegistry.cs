using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

[assembly: AssemblyFixture(typeof(DockerRegistry))]

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// Debian's docker-registry, twice, on free ports of the loopback: one that everybody may read, one that wants a password (ana, secret).
/// Started when first asked for; images are pushed by its API, no engine is needed.
/// </summary>
public sealed class DockerRegistry : IAsyncLifetime
{
    public const string User = "ana";
    public const string Password = "secret";

    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>bcrypt of the password, cost 5: the only kind of line that the registry takes.</summary>
    private const string Credentials = "ana:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private readonly Lazy<Task<string>> _open;
    private readonly Lazy<Task<string>> _closed;
    private readonly List<Task> _running = [];

    public DockerRegistry()
    {
        _open = new(() => StartAsync("open", ""));
        _closed = new(() => StartAsync("closed", $"auth: {{ htpasswd: {{ realm: shop, path: {Path.Combine(Root, "htpasswd")} }} }}\n"));
    }

    private string Root { get; } = Path.Combine(Path.GetTempPath(), $"holdpoint-registry-{Guid.NewGuid():N}");

    /// <summary>HOST:PORT of the one that everybody may read.</summary>
    public Task<string> OpenAsync() => _open.Value;

    /// <summary>HOST:PORT of the one that wants a password.</summary>
    public Task<string> ClosedAsync() => _closed.Value;

    /// <summary>Pushes bytes as a blob; its digest.</summary>
    public async Task<string> PushBlobAsync(string registry, string repository, byte[] content)
    {
        var digest = Digest(content);
        using var begun = await SendAsync(HttpMethod.Post, $"http://{registry}/v2/{repository}/blobs/uploads/", null);
        var address = new Uri(new Uri($"http://{registry}"), begun.Headers.Location!);
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new("application/octet-stream");
        using var ended = await SendAsync(HttpMethod.Put, $"{address}{(address.Query.Length > 0 ? "&" : "?")}digest={Uri.EscapeDataString(digest)}", body);
        return digest;
    }

    /// <summary>Pushes a manifest under a tag; its digest.</summary>
    public async Task<string> PushManifestAsync(string registry, string repository, string tag, string manifest, string type = ManifestType)
    {
        var content = Encoding.UTF8.GetBytes(manifest);
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new(type);
        using var ended = await SendAsync(HttpMethod.Put, $"http://{registry}/v2/{repository}/manifests/{tag}", body);
        return Digest(content);
    }

    /// <summary>Pushes an image of one layer, built at that time; its digest.</summary>
    /// <param name="annotations">Of the layer: <c>"a":"b"</c>.</param>
    public async Task<string> PushImageAsync(string registry, string repository, string tag, int layerSize, DateTimeOffset created, string annotations = "")
    {
        var config = Encoding.UTF8.GetBytes($$"""{"created":"{{created.ToString("O", CultureInfo.InvariantCulture)}}","architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]} }""");
        var layer = RandomNumberGenerator.GetBytes(layerSize);
        var (configDigest, layerDigest) = (await PushBlobAsync(registry, repository, config), await PushBlobAsync(registry, repository, layer));
        return await PushManifestAsync(registry, repository, tag, $$"""
            {"schemaVersion":2,"mediaType":"{{ManifestType}}",
             "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{configDigest}}","size":{{config.Length}}},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{layerDigest}}","size":{{layer.Length}},"annotations":{ {{annotations}} } }]}
            """);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var running in _running)
            await running.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
        _http.Dispose();
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, HttpContent? body)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        var response = await _http.SendAsync(request);
        return response.IsSuccessStatusCode ? response : throw new InvalidOperationException($"{method} {address}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>A port that was free a moment ago may be taken by then: another one is tried.</summary>
    private async Task<string> StartAsync(string name, string auth)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var folder = Path.Combine(Root, $"{name}{attempt}");
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(Root, "htpasswd"), Credentials);
            var config = Path.Combine(folder, "config.yml");
            await File.WriteAllTextAsync(config, $"version: 0.1\nlog: {{ level: error }}\nstorage: {{ filesystem: {{ rootdirectory: {folder} }} }}\nhttp: {{ addr: '127.0.0.1:{port}' }}\n{auth}");
            var running = _runner.RunAsync(new Command("docker-registry", ["serve", config]), Timeout.InfiniteTimeSpan, _stop.Token);
            _running.Add(running);
            if (await AnswersAsync(port, running))
                return $"127.0.0.1:{port}";
            if (attempt == 5)
                throw new InvalidOperationException($"docker-registry does not start: {(running.IsCompleted ? await running : "no answer")}");
        }
    }

    private async Task<bool> AnswersAsync(int port, Task running)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        while (!running.IsCompleted && !limit.IsCancellationRequested)
        {
            try
            {
                using var answer = await _http.GetAsync($"http://127.0.0.1:{port}/v2/", limit.Token);
                if (answer.Headers.Contains("Docker-Distribution-Api-Version") && !running.IsCompleted)
                    return true;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Not yet.
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
