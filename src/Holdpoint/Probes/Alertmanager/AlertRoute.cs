using Holdpoint.Configuration;

namespace Holdpoint.Probes.Alertmanager;

/// <summary>A node of the routing tree (https://prometheus.io/docs/alerting/latest/configuration/#route). Without a receiver of its own it has its parent's.</summary>
/// <param name="Continue">Its siblings after it are tried too, though it matched.</param>
/// <param name="Times">Time intervals in which it is mute, or alone speaks.</param>
internal sealed record AlertRoute(string Receiver, IReadOnlyList<AlertMatcher> Matchers, bool Continue, IReadOnlyList<string> Times, IReadOnlyList<AlertRoute> Routes)
{
    /// <summary>Depth first, from the left: the nodes that an alert with these labels ends in; empty where not even this one matches.</summary>
    public IReadOnlyList<AlertRoute> Reached(IReadOnlyDictionary<string, string> labels)
    {
        if (!Matchers.All(m => m.Matches(labels)))
            return [];
        var all = new List<AlertRoute>();
        foreach (var route in Routes)
        {
            var reached = route.Reached(labels);
            all.AddRange(reached);
            if (reached.Count > 0 && !route.Continue)
                break;
        }

        return all.Count > 0 ? all : [this];
    }

    public IEnumerable<AlertMatcher> AllMatchers => Matchers.Concat(Routes.SelectMany(r => r.AllMatchers));

    public static AlertRoute Of(YamlMapping route, string parentReceiver)
    {
        var receiver = Text(route, "receiver") is { Length: > 0 } own ? own : parentReceiver;
        List<AlertMatcher> matchers =
        [
            .. Pairs(route, "match").Select(p => AlertMatcher.Of(p.Name, "=", p.Value)),
            .. Pairs(route, "match_re").Select(p => AlertMatcher.Of(p.Name, "=~", p.Value)),
        ];
        foreach (var text in Texts(route, "matchers"))
            matchers.AddRange(AlertMatcher.TryParseList(text, out var listed) ? listed : throw new Unanswered($"a route has a matcher that can't be read here: {text}"));
        return new(
            receiver,
            matchers,
            Text(route, "continue") == "true",
            [.. Texts(route, "mute_time_intervals").Select(t => "mute during " + t), .. Texts(route, "active_time_intervals").Select(t => "active during " + t)],
            [.. ((route.Value("routes") as YamlList)?.Items ?? []).OfType<YamlMapping>().Select(r => Of(r, receiver))]);
    }

    internal static string? Text(YamlMapping mapping, string key) => mapping.Value(key) is YamlScalar { IsNothing: false } scalar ? scalar.Text : null;

    private static IEnumerable<string> Texts(YamlMapping mapping, string key) => mapping.Value(key) switch
    {
        YamlList list => list.Items.OfType<YamlScalar>().Select(s => s.Text),
        YamlScalar { IsNothing: false } one => [one.Text],
        _ => [],
    };

    private static IEnumerable<(string Name, string Value)> Pairs(YamlMapping mapping, string key) =>
        ((mapping.Value(key) as YamlMapping)?.Entries ?? []).Select(e => (e.Key, (e.Value as YamlScalar)?.Text ?? ""));
}
