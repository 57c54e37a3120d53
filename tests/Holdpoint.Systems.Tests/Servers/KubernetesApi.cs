using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>
/// A stand-in for a cluster's API server, which speaks enough of https://kubernetes.io/docs/reference/using-api/ for the real kubectl: discovery,
/// OpenAPI, reading, lists by label, making and patching, both also as a dry run, logs and metrics. Objects are what a test puts in; no controller acts on them.
/// </summary>
public sealed class KubernetesApi : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdpoint-kube-");
    private readonly ConcurrentDictionary<string, JsonObject> _objects = new();

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
    public sealed record Reply(int Status, string Body, string ContentType = "application/json", bool Hangs = false)
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
        it["metadata"]!["resourceVersion"] ??= "1";
        if (type.IsNamespaced)
        {
            it["metadata"]!["namespace"] ??= "shop";
            Put($$$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{{it["metadata"]!["namespace"]}}}"} }""");
        }

        _objects[$"{type.Collection((string?)it["metadata"]!["namespace"])}/{it["metadata"]!["name"]}"] = it;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
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
            var reply = Before(request.Method, url.AbsolutePath) ?? Answer(request.Method, url, request.Body);
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

    private Reply Answer(string method, Uri url, string body)
    {
        var path = url.AbsolutePath;
        if (KubernetesTypes.Discovery(path) is { } discovery)
            return new(200, discovery);
        if (path == "/openapi/v2")
            return new(200, "", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf") { Bytes = KubernetesOpenApi2.Document(KubernetesTypes.All) };
        if (path.EndsWith("/log", StringComparison.Ordinal) && path.Split('/') is [.., "pods", var pod, "log"])
            return Logs.TryGetValue(pod, out var log) ? new(200, log, "text/plain") : NotFound(path);
        var query = url.Query.TrimStart('?').Split('&').Select(p => Uri.UnescapeDataString(p).Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
        var isDry = query["dryRun"].Contains("All");
        if (_objects.TryGetValue(path, out var it))
            return method == "PATCH" ? Keep(Merge((JsonObject)it.DeepClone(), JsonNode.Parse(body)!.AsObject()), path, 200, isDry) : new(200, it.ToJsonString());
        if (KubernetesTypes.OfCollection(path) is not { } type)
            return NotFound(path);
        return method == "POST" ? Make(JsonNode.Parse(body)!.AsObject(), path, isDry) : List(type, path, [.. query["labelSelector"].SelectMany(s => s.Split(','))]);
    }

    private Reply Make(JsonObject it, string collection, bool isDry)
    {
        it["metadata"]!["uid"] = Guid.NewGuid().ToString();
        it["metadata"]!["resourceVersion"] = "1";
        it["metadata"]!["creationTimestamp"] = "2026-01-01T00:00:00Z";
        return Keep(it, $"{collection}/{it["metadata"]!["name"]}", 201, isDry);
    }

    private Reply Keep(JsonObject it, string path, int status, bool isDry)
    {
        if (Refuse(it) is { } because)
            return Invalid((string)it["kind"]!, (string)it["metadata"]!["name"]!, because);
        if (!isDry)
            _objects[path] = it;
        return new(status, it.ToJsonString());
    }

    private Reply List(KubernetesTypes.Type type, string collection, string[] labels)
    {
        bool IsMeant(JsonObject it) => labels.All(l => l.Split('=', StringSplitOptions.RemoveEmptyEntries) is not [var name, var value] || (string?)it["metadata"]!["labels"]?[name] == value);
        // A path without a namespace lists those of all.
        bool IsBelow(string path) => path.StartsWith(collection + "/", StringComparison.Ordinal) || (!collection.Contains("/namespaces/", StringComparison.Ordinal) && KubernetesTypes.OfCollection(path[..path.LastIndexOf('/')]) == type);
        var items = new JsonArray([.. _objects.Where(o => IsBelow(o.Key)).OrderBy(o => o.Key, StringComparer.Ordinal).Where(o => IsMeant(o.Value)).Select(o => o.Value.DeepClone())]);
        return new(200, new JsonObject { ["kind"] = type.Kind + "List", ["apiVersion"] = type.Version, ["metadata"] = new JsonObject { ["resourceVersion"] = "1" }, ["items"] = items }.ToJsonString());
    }

    /// <summary>RFC 7396; a strategic merge differs in lists alone, which tests replace as a whole.</summary>
    private static JsonObject Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch.ToList())
        {
            // Directions of a strategic merge patch: $setElementOrder and the like.
            if (name.StartsWith('$'))
                continue;
            if (value is null)
                into.Remove(name);
            else
                into[name] = value is JsonObject inner && into[name] is JsonObject old ? Merge((JsonObject)old.DeepClone(), inner) : value.DeepClone();
        }

        return into;
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
