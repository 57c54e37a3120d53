using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// A stand-in for a cluster's API server, which speaks enough of https://kubernetes.io/docs/reference/using-api/ for the real kubectl: discovery,
/// OpenAPI, reading, lists by label, watching, making and patching, both also as a dry run, scales, access reviews, logs and metrics. Objects are what a test puts in;
/// controllers act on deployments from <see cref="StartControllers"/> on.
/// </summary>
public sealed class KubernetesApi : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdpoint-kube-");
    private readonly KubernetesStore _store = new();
    private Task _controllers = Task.CompletedTask;

    public KubernetesApi()
    {
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        Kubeconfig = Path.Combine(_folder.FullName, "config");
        File.WriteAllText(Kubeconfig, $$$"""
            {"apiVersion": "v1", "kind": "Config", "current-context": "test",
             "clusters": [{"name": "test", "cluster": {"server": "{{{Url}}}"}}], "users": [{"name": "test", "user": {}}],
             "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": "shop"}}]}
            """);
        Put("""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"} }""");
        _serving = ServeAsync();
    }

    /// <param name="Hangs">No answer comes until the test is over.</param>
    /// <param name="Drops">The connection ends without an answer.</param>
    public sealed record Reply(int Status, string Body, string ContentType = "application/json", bool Hangs = false, bool Drops = false)
    {
        internal byte[] Bytes { get; init; } = Encoding.UTF8.GetBytes(Body);
    }

    public string Url { get; }

    /// <summary>A file whose current context <c>test</c> is this server, in the namespace <c>shop</c>.</summary>
    public string Kubeconfig { get; }

    /// <summary>What kubectl needs to ask this server, and to leave nothing in the home folder.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["KUBECONFIG"] = Kubeconfig,
        ["KUBECACHEDIR"] = Path.Combine(_folder.FullName, "cache"),
        ["HOME"] = _folder.FullName,
        ["HTTP_PROXY"] = null,
        ["http_proxy"] = null,
    };

    /// <summary>Runs programs with <see cref="Environment"/>.</summary>
    public ICommandRunner Commands => new CommandsWithEnvironment(new CommandRunner(TimeProvider.System), Environment);

    /// <summary>Asked first, with method and path; null: the server answers as it does.</summary>
    public Func<string, string, Reply?> Before { get; set; } = (_, _) => null;

    /// <summary>Why an object can't be taken (<c>spec.replicas: Required value</c>), or null: what validation is in a real one.</summary>
    public Func<JsonObject, string?> Refuse { get; set; } = _ => null;

    /// <summary>Whether the user may do this, by verb and resource (<c>patch</c>, <c>deployments</c>), as an access review answers it.</summary>
    public Func<string, string, bool> May { get; set; } = (_, _) => true;

    /// <summary>What the container of a pod wrote, by the pod's name.</summary>
    public ConcurrentDictionary<string, string> Logs { get; } = new();

    /// <summary>Requests that were answered: <c>GET /api/v1/namespaces/shop/pods?limit=500</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Puts an object in the place that its kind, namespace (default: shop) and name give.</summary>
    public void Put(string json)
    {
        var it = JsonNode.Parse(json)!.AsObject();
        var type = KubernetesTypes.OfKind((string)it["apiVersion"]!, (string)it["kind"]!);
        it["metadata"]!["uid"] ??= Guid.NewGuid().ToString();
        if (type.IsNamespaced)
        {
            it["metadata"]!["namespace"] ??= "shop";
            Put($$$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{{it["metadata"]!["namespace"]}}}"} }""");
        }

        _store.Keep(it);
    }

    /// <summary>An object as it is now; null: there is none of this kind and name in the namespace shop.</summary>
    public JsonObject? Get(string kind, string name) => _store.All(kind).FirstOrDefault(o => (string)o["metadata"]!["name"]! == name && (string?)o["metadata"]!["namespace"] is null or "shop");

    /// <summary>From now on deployments have replica sets, and these pods, which become ready by themselves after a moment.</summary>
    /// <param name="trouble">By image: why a container of it never runs (<c>ImagePullBackOff</c>); null: it does.</param>
    /// <param name="isStuckSoon">A rollout that makes no progress is said to exceed its deadline after a moment.</param>
    public void StartControllers(Func<string, string?>? trouble = null, bool isStuckSoon = false)
    {
        var controllers = new KubernetesControllers(_store, trouble ?? (_ => null), isStuckSoon ? 40 : int.MaxValue);
        _controllers = RunAsync();

        async Task RunAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                controllers.Step();
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _stop.Token));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        await _controllers;
        _listener.Stop();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    /// <summary>One request a connection: it is closed with the answer.</summary>
    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (await HttpRequestText.ReadAsync(stream, _stop.Token) is not { } request)
                return;
            var url = new Uri(Url + request.Target);
            Requests.Enqueue($"{request.Method} {request.Target}");
            var reply = Before(request.Method, url.AbsolutePath) ?? Answer(request, url);
            if (url.Query.Contains("watch=true", StringComparison.Ordinal) && reply.Status == 200)
            {
                await WatchAsync(stream, url);
                return;
            }

            if (reply.Drops)
                return;
            if (reply.Hangs)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status} Answer\r\nContent-Type: {reply.ContentType}\r\nContent-Length: {reply.Bytes.Length}\r\nConnection: close\r\n\r\n"), _stop.Token);
            await stream.WriteAsync(reply.Bytes, _stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // kubectl left, or the test is over.
            return;
        }
    }

    private Reply Answer(HttpRequestText request, Uri url)
    {
        var (method, path) = (request.Method, url.AbsolutePath);
        if (KubernetesTypes.Discovery(path) is { } discovery)
            return new(200, discovery);
        if (path == "/openapi/v2")
            return new(200, "", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf") { Bytes = KubernetesOpenApi2.Document(KubernetesTypes.All) };
        if (path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
            return Review(request);
        if (path.EndsWith("/log", StringComparison.Ordinal) && path.Split('/') is [.., "pods", var pod, "log"])
            return Logs.TryGetValue(pod, out var log) ? new(200, log, "text/plain") : NotFound(path);
        var query = Query(url);
        var isDry = query["dryRun"].Contains("All");
        if (path.EndsWith("/scale", StringComparison.Ordinal) && _store.At(path[..^"/scale".Length]) is { } scaled)
            return Scale(scaled, request);
        if (_store.At(path) is { } it)
            return method == "PATCH" ? Keep(it, KubernetesPatch.Apply((JsonObject)it.DeepClone(), request.ContentType, request.Body), 200, isDry) : new(200, it.ToJsonString());
        if (KubernetesTypes.OfCollection(path) is not { } type)
            return NotFound(path);
        return method == "POST" ? Make(JsonNode.Parse(request.Body)!.AsObject(), path, isDry)
            : new(200, new JsonObject { ["kind"] = type.Kind + "List", ["apiVersion"] = type.Version, ["metadata"] = new JsonObject { ["resourceVersion"] = $"{_store.Version}" }, ["items"] = new JsonArray([.. _store.List(type, path, query)]) }.ToJsonString());
    }

    /// <summary>Events of a collection, a line each, until the client leaves: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.</summary>
    private async Task WatchAsync(NetworkStream stream, Uri url)
    {
        var query = Query(url);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
        var seen = long.Parse(query["resourceVersion"].FirstOrDefault(v => v.Length > 0) ?? "0");
        while (true)
        {
            foreach (var (version, change) in _store.Since(seen, url.AbsolutePath, query))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(change + "\n"), _stop.Token);
                seen = version;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _stop.Token);
        }
    }

    private static ILookup<string, string> Query(Uri url) => url.Query.TrimStart('?').Split('&').Select(p => Uri.UnescapeDataString(p).Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);

    private Reply Review(HttpRequestText request)
    {
        var (verb, resource) = KubernetesReview.Read(request);
        return new(201, new JsonObject { ["kind"] = "SelfSubjectAccessReview", ["apiVersion"] = "authorization.k8s.io/v1", ["spec"] = new JsonObject(), ["status"] = new JsonObject { ["allowed"] = May(verb, resource) } }.ToJsonString());
    }

    private Reply Scale(JsonObject it, HttpRequestText request)
    {
        if (request.Method is "PATCH" or "PUT")
        {
            it = (JsonObject)it.DeepClone();
            it["spec"]!["replicas"] = (int)JsonNode.Parse(request.Body)!["spec"]!["replicas"]!;
            _store.Keep(it);
        }

        var scale = new JsonObject { ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = it["metadata"]!.DeepClone(), ["spec"] = new JsonObject { ["replicas"] = it["spec"]!["replicas"]?.DeepClone() } };
        scale["status"] = new JsonObject { ["replicas"] = it["status"]?["replicas"]?.DeepClone() ?? 0 };
        return new(200, scale.ToJsonString());
    }

    private Reply Make(JsonObject it, string collection, bool isDry)
    {
        if (collection.Split('/') is [.., "namespaces", var space, _])
            it["metadata"]!["namespace"] ??= space;
        it["metadata"]!["uid"] = Guid.NewGuid().ToString();
        it["metadata"]!["resourceVersion"] = "1";
        it["metadata"]!["creationTimestamp"] = "2026-01-01T00:00:00Z";
        return Keep(null, it, 201, isDry);
    }

    private Reply Keep(JsonObject? before, JsonObject it, int status, bool isDry)
    {
        if (Refuse(it) is { } because)
            return Invalid((string)it["kind"]!, (string)it["metadata"]!["name"]!, because);
        if (isDry)
            return new(status, it.ToJsonString());
        // The generation counts specifications.
        if (before?["metadata"]!["generation"] is { } generation && !JsonNode.DeepEquals(before["spec"], it["spec"]))
            it["metadata"]!["generation"] = (long)generation + 1;
        return new(status, _store.Keep(it).ToJsonString());
    }

    private static Reply NotFound(string path)
    {
        var words = path.Trim('/').Split('/');
        var type = words.Length > 1 ? KubernetesTypes.OfCollection(path[..path.LastIndexOf('/')]) : null;
        return Failure(404, "NotFound", type is null ? "the server could not find the requested resource" : $"{type.Qualified} \"{words[^1]}\" not found");
    }

    private static Reply Invalid(string kind, string name, string because)
    {
        var (field, message) = (because.Split(": ")[0], because[(because.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        return new(422, new JsonObject
        {
            ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["message"] = $"{kind} \"{name}\" is invalid: {because}", ["reason"] = "Invalid", ["code"] = 422,
            ["details"] = new JsonObject { ["name"] = name, ["kind"] = kind, ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = message, ["field"] = field }) },
        }.ToJsonString());
    }

    public static Reply Failure(int status, string reason, string message) =>
        new(status, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["message"] = message, ["reason"] = reason, ["code"] = status }.ToJsonString());
}
