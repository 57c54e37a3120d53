using System.Text.Json.Nodes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>The kinds of objects that the stand-in serves, and how it tells of them in discovery and OpenAPI.</summary>
internal static class KubernetesTypes
{
    public static readonly IReadOnlyList<Type> All =
    [
        new("v1", "Namespace", "namespaces", false, "ns"), new("v1", "Node", "nodes", false, "no"), new("v1", "Pod", "pods", true, "po"), new("v1", "ConfigMap", "configmaps", true, "cm"),
        new("v1", "Service", "services", true, "svc"), new("v1", "Secret", "secrets", true, "sec"),
        new("apps/v1", "Deployment", "deployments", true, "deploy"), new("apps/v1", "StatefulSet", "statefulsets", true, "sts"), new("apps/v1", "DaemonSet", "daemonsets", true, "ds"), new("apps/v1", "ReplicaSet", "replicasets", true, "rs"),
        new("batch/v1", "Job", "jobs", true, "job"), new("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", false, "crd"),
        new("metrics.k8s.io/v1beta1", "NodeMetrics", "nodes", false, "nm"), new("metrics.k8s.io/v1beta1", "PodMetrics", "pods", true, "pm"),
    ];

    public sealed record Type(string Version, string Kind, string Plural, bool IsNamespaced, string Short)
    {
        public string Group => Version.Contains('/', StringComparison.Ordinal) ? Version.Split('/')[0] : "";

        public string Api => Group.Length == 0 ? $"api/{Version}" : $"apis/{Version}";

        /// <summary><c>deployments.apps</c>.</summary>
        public string Qualified => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

        public string Collection(string? space) => IsNamespaced ? $"/{Api}/namespaces/{space}/{Plural}" : $"/{Api}/{Plural}";
    }

    public static Type OfKind(string version, string kind) => All.Single(t => t.Version == version && t.Kind == kind);

    /// <summary>The type of <c>/apis/apps/v1/namespaces/shop/deployments</c>, or without its namespace of all.</summary>
    public static Type? OfCollection(string path) =>
        All.FirstOrDefault(t => path == $"/{t.Api}/{t.Plural}" || (t.IsNamespaced && path.Split('/') is [.., "namespaces", var space, _] && path == t.Collection(space)));

    /// <summary>Null where the path is no part of discovery.</summary>
    public static string? Discovery(string path) => path.Trim('/') switch
    {
        "version" => """{"major": "1", "minor": "32", "gitVersion": "v1.32.4"}""",
        "api" => """{"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}""",
        "apis" => new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. Groups().Select(Group)]) }.ToJsonString(),
        "openapi/v3" => new JsonObject { ["paths"] = new JsonObject(All.Select(t => t.Api).Distinct().Select(a => KeyValuePair.Create(a, (JsonNode?)new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{a}?hash=1" }))) }.ToJsonString(),
        var api when api.StartsWith("openapi/v3/", StringComparison.Ordinal) => OpenApi(api["openapi/v3/".Length..]),
        var api when All.Any(t => t.Api == api) => Resources([.. All.Where(t => t.Api == api)]),
        _ => null,
    };

    private static IEnumerable<string> Groups() => All.Where(t => t.Group.Length > 0).Select(t => t.Version).Distinct();

    private static JsonObject Group(string version)
    {
        JsonObject Told() => new() { ["groupVersion"] = version, ["version"] = version.Split('/')[1] };
        return new() { ["name"] = version.Split('/')[0], ["versions"] = new JsonArray(Told()), ["preferredVersion"] = Told() };
    }

    private static string Resources(Type[] types) => new JsonObject
    {
        ["kind"] = "APIResourceList",
        ["apiVersion"] = "v1",
        ["groupVersion"] = types[0].Version,
        ["resources"] = new JsonArray([.. types.Where(t => t.Kind is "Deployment" or "ReplicaSet" or "StatefulSet").Select(Scale), .. types.Select(t => new JsonObject
        {
            ["name"] = t.Plural,
            ["singularName"] = t.Kind.ToLowerInvariant(),
            ["namespaced"] = t.IsNamespaced,
            ["kind"] = t.Kind,
            ["verbs"] = new JsonArray("create", "get", "list", "patch", "delete", "watch"),
            ["shortNames"] = new JsonArray(t.Short),
        })]),
    }.ToJsonString();

    private static JsonObject Scale(Type type) => new()
    {
        ["name"] = $"{type.Plural}/scale", ["singularName"] = "", ["namespaced"] = true, ["group"] = "autoscaling", ["version"] = "v1", ["kind"] = "Scale", ["verbs"] = new JsonArray("get", "patch", "update"),
    };

    /// <summary>kubectl looks here whether a type may be tried in a dry run, and whether the server looks at unknown fields itself.</summary>
    private static string OpenApi(string api) => new JsonObject
    {
        ["openapi"] = "3.0.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.32.4" },
        ["paths"] = new JsonObject(All.Where(t => t.Api == api).Select(t => KeyValuePair.Create(t.Collection("{namespace}") + "/{name}", (JsonNode?)new JsonObject
        {
            ["patch"] = new JsonObject
            {
                ["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
                ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
                ["x-kubernetes-action"] = "patch",
                ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = t.Group, ["version"] = t.Version.Split('/')[^1], ["kind"] = t.Kind },
            },
        }))),
    }.ToJsonString();

    private static JsonObject Parameter(string name) => new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true } };
}
