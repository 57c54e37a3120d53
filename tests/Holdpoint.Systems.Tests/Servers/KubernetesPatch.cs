using System.Text.Json.Nodes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>The three ways in which a client changes an object of a cluster: https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply.</summary>
internal static class KubernetesPatch
{
    public static JsonObject Apply(JsonObject it, string contentType, string body)
    {
        var patched = Patched(it, contentType, body);
        // A server fills in what is not given, so that what a client gives as empty is no difference; here both are left out.
        Prune(patched["spec"]?["template"]);
        return patched;
    }

    private static JsonObject Patched(JsonObject it, string contentType, string body) => contentType.Split(';')[0] switch
    {
        "application/json-patch+json" => Operations(it, JsonNode.Parse(body)!.AsArray()),
        "application/strategic-merge-patch+json" => Merge(it, JsonNode.Parse(body)!.AsObject(), byKey: true),
        _ => Merge(it, JsonNode.Parse(body)!.AsObject(), byKey: false),
    };

    private static void Prune(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject o => o.Select(p => p.Value), JsonArray a => a, _ => [] })
            Prune(child);
        if (node is JsonObject owner)
            foreach (var (name, _) in owner.Where(p => p.Value is null or JsonObject { Count: 0 }).ToList())
                owner.Remove(name);
    }

    /// <summary>RFC 7396.</summary>
    /// <param name="byKey">A strategic merge: elements of lists that have a name are merged by it, and directions (<c>$setElementOrder</c>) are no fields.</param>
    private static JsonObject Merge(JsonObject into, JsonObject patch, bool byKey)
    {
        foreach (var (name, value) in patch.ToList())
        {
            if (name.StartsWith('$'))
                continue;
            if (value is null)
                into.Remove(name);
            else
                into[name] = (value, into[name]) switch
                {
                    (JsonObject inner, JsonObject old) => Merge((JsonObject)old.DeepClone(), inner, byKey),
                    // Nulls of a patch are no values.
                    (JsonObject inner, _) => Merge([], inner, byKey),
                    (JsonArray inner, JsonArray old) when byKey && inner.Concat(old).All(e => e?["name"] is not null) => MergeByName(old, inner),
                    _ => value.DeepClone(),
                };
        }

        return into;
    }

    private static JsonArray MergeByName(JsonArray old, JsonArray patch)
    {
        var merged = (JsonArray)old.DeepClone();
        foreach (var element in patch.Select(e => e!.AsObject()))
        {
            var at = merged.Select((e, i) => (Name: (string)e!["name"]!, Index: i)).Where(e => e.Name == (string)element["name"]!).Select(e => (int?)e.Index).FirstOrDefault();
            if (at is { } index)
                merged[index] = Merge((JsonObject)merged[index]!.DeepClone(), element, byKey: true);
            else
                merged.Add(element.DeepClone());
        }

        return merged;
    }

    /// <summary>RFC 6902, of objects.</summary>
    private static JsonObject Operations(JsonObject it, JsonArray operations)
    {
        foreach (var operation in operations)
        {
            var path = ((string)operation!["path"]!).Split('/')[1..].Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
            var owner = path[..^1].Aggregate((JsonNode)it, (node, name) => node[name]!).AsObject();
            switch ((string)operation["op"]!)
            {
                case "add" or "replace":
                    owner[path[^1]] = operation["value"]?.DeepClone();
                    break;
                case "remove":
                    owner.Remove(path[^1]);
                    break;
                case "test" when !JsonNode.DeepEquals(owner[path[^1]], operation["value"]):
                    throw new InvalidOperationException($"the test of {operation["path"]} does not hold");
            }
        }

        return it;
    }
}
