using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>The kinds of servers that probes and actions of Holdpoint name, and the settings that each takes.</summary>
internal static class ServerKinds
{
    /// <summary>Of whatever is asked over HTTP; <c>header_NAME</c> is a header of that name.</summary>
    private static readonly string[] Web = ["url", "token", "user", "password", "tenant", "root_certificate", "client_certificate", "client_key", "insecure"];

    private static readonly Dictionary<string, Settings> Known = new(StringComparer.Ordinal)
    {
        ["postgres"] = new(Probes.Postgres.PostgresServer.Keys),
        ["mysql"] = new(["url", "socket", "user", "password", "ca", "tls"]) { OneOf = ["url", "socket"] },
        ["redis"] = new(["url", "user", "password", "ca", "insecure"]) { OneOf = ["url"] },
        ["opensearch"] = new(Web) { OneOf = ["url"] },
        ["prometheus"] = new(Web) { OneOf = ["url"] },
        ["alertmanager"] = new(Web) { OneOf = ["url"] },
        ["grafana"] = new(Web) { OneOf = ["url"] },
        ["loki"] = new(Web) { OneOf = ["url"] },
        ["sentry"] = new([.. Web, "organization", "environment"]) { OneOf = ["organization"] },
        ["otel"] = new(Web),
        ["kubernetes"] = new(["kubeconfig", "context", "namespace"]),
        ["github"] = new([.. Web, "repository"]),
        ["gitlab"] = new([.. Web, "repository"]),
        ["registry"] = new(["url", "user", "password", "insecure"]),
    };

    /// <summary>What is wrong with a kind's name; null: nothing. Probes on PATH may bring kinds of their own, so that only a slip of the pen is.</summary>
    public static Mistake? WrongKind(string kind) =>
        !Known.ContainsKey(kind) && Nearest.To(kind, Known.Keys) is { } near ? new($"`{kind}` is no kind of server", $"did you mean `{near}`?") : null;

    /// <summary>What is wrong with a setting of a server; null: nothing, or the kind is another's.</summary>
    public static Mistake? WrongSetting(string kind, string setting)
    {
        if (!Known.TryGetValue(kind, out var settings) || settings.Keys.Contains(setting) || (settings.Keys.Contains("tenant") && setting.StartsWith("header_", StringComparison.Ordinal)))
            return null;
        var near = Nearest.To(setting, settings.Keys);
        return new($"a {kind} server has no setting `{setting}`", near is null ? $"it takes {string.Join(", ", settings.Keys)}" : $"did you mean `{near}`?");
    }

    /// <summary>What a server can't be found without; null: nothing lacks.</summary>
    public static Mistake? Lacking(string kind, string name, ICollection<string> given) =>
        Known.TryGetValue(kind, out var settings) && settings.OneOf.Count > 0 && !settings.OneOf.Any(given.Contains)
            ? new($"the {kind} server `{name}` has no {string.Join(" and no ", settings.OneOf)}", $"add {settings.OneOf[0]}: …")
            : null;

    private sealed record Settings(IReadOnlyList<string> Keys)
    {
        /// <summary>Of these at least one is given.</summary>
        public IReadOnlyList<string> OneOf { get; init; } = [];
    }
}
