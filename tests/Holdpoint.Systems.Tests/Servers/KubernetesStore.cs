using System.Text.Json.Nodes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>The objects of the stand-in for a cluster, and what became of them. What it gives out nobody changes: a change is a new object.</summary>
internal sealed class KubernetesStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = [];
    private readonly List<(long Version, string Collection, JsonObject It, string Change)> _changes = [];
    private long _version = 1;

    public long Version
    {
        get
        {
            lock (_lock)
                return _version;
        }
    }

    public JsonObject? At(string path)
    {
        lock (_lock)
            return _objects.GetValueOrDefault(path);
    }

    public IReadOnlyList<JsonObject> All(string kind)
    {
        lock (_lock)
            return [.. _objects.Where(o => (string)o.Value["kind"]! == kind).OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => o.Value)];
    }

    /// <summary>In the place that its kind, namespace and name give.</summary>
    public JsonObject Keep(JsonObject it)
    {
        lock (_lock)
            return Put(it);
    }

    /// <summary>Puts a new state in the place of one that was read; not done where somebody else changed it meanwhile.</summary>
    public void Replace(JsonObject read, JsonObject it)
    {
        lock (_lock)
            if (ReferenceEquals(_objects.GetValueOrDefault(PathOf(read)), read) && !JsonNode.DeepEquals(read, it))
                Put(it);
    }

    public void Remove(JsonObject it)
    {
        lock (_lock)
            if (_objects.Remove(PathOf(it)))
                Tell("DELETED", it);
    }

    public IEnumerable<JsonNode> List(KubernetesTypes.Type type, string collection, ILookup<string, string> query)
    {
        lock (_lock)
            return [.. _objects.OrderBy(o => o.Key, StringComparer.Ordinal).Where(o => IsIn(CollectionOf(o.Key), type, collection) && IsMeant(o.Value, query)).Select(o => o.Value.DeepClone())];
    }

    /// <summary>Events that a watch of the collection tells after a version.</summary>
    public IReadOnlyList<(long Version, string Change)> Since(long version, string collection, ILookup<string, string> query)
    {
        var type = KubernetesTypes.OfCollection(collection)!;
        lock (_lock)
            return [.. _changes.Where(c => c.Version > version && IsIn(c.Collection, type, collection) && IsMeant(c.It, query)).Select(c => (c.Version, c.Change))];
    }

    private JsonObject Put(JsonObject it)
    {
        var path = PathOf(it);
        var isNew = !_objects.ContainsKey(path);
        // Read whole here: a parsed object would unfold itself at its first reader's.
        var kept = Whole(it);
        kept["metadata"]!["resourceVersion"] = $"{_version + 1}";
        _objects[path] = kept;
        Tell(isNew ? "ADDED" : "MODIFIED", kept);
        return kept;
    }

    private void Tell(string type, JsonObject it) => _changes.Add((++_version, CollectionOf(PathOf(it)), it, new JsonObject { ["type"] = type, ["object"] = it.DeepClone() }.ToJsonString()));

    private static JsonObject Whole(JsonObject it)
    {
        var copy = (JsonObject)it.DeepClone();
        Unfold(copy);
        return copy;

        static void Unfold(JsonNode? node)
        {
            foreach (var child in node switch { JsonObject o => o.Select(p => p.Value), JsonArray a => a, _ => [] })
                Unfold(child);
        }
    }

    private static string PathOf(JsonObject it) => $"{KubernetesTypes.OfKind((string)it["apiVersion"]!, (string)it["kind"]!).Collection((string?)it["metadata"]!["namespace"])}/{it["metadata"]!["name"]}";

    private static string CollectionOf(string path) => path[..path.LastIndexOf('/')];

    /// <summary>A path without a namespace lists those of all.</summary>
    private static bool IsIn(string collection, KubernetesTypes.Type type, string asked) =>
        collection == asked || (!asked.Contains("/namespaces/", StringComparison.Ordinal) && KubernetesTypes.OfCollection(collection) == type);

    private static bool IsMeant(JsonObject it, ILookup<string, string> query) =>
        query["labelSelector"].SelectMany(s => s.Split(',')).All(l => l.Split('=', StringSplitOptions.RemoveEmptyEntries) is not [var name, var value] || (string?)it["metadata"]!["labels"]?[name] == value)
        && query["fieldSelector"].All(s => s.Split('=', StringSplitOptions.RemoveEmptyEntries) is not ["metadata.name", var name] || (string)it["metadata"]!["name"]! == name);
}
