using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Alertmanager;

/// <summary>What an Alertmanager holds, and whom it would tell (its API v2). Whether Prometheus reaches it is not to be seen here.</summary>
public sealed class AlertmanagerProbe : AskingProbe
{
    public override Signature Signature { get; } = new("alertmanager", "No alert fires, and alerts reach whom they should")
    {
        Arguments = [new("SERVER", "a name under servers: alertmanager: in holdpoint.yaml: url; token, or user and password; tenant (X-Scope-OrgID); insecure: true")],
        Options =
        [
            new("severity", "only alerts with this label severity; part of the labels that are routed"),
            new("labels", "only alerts with all of these labels, and the labels whose receiver is looked for: \"severity=critical,service=api\""),
        ],
        Facts =
        [
            new("firing", Dimension.Count, "alerts that are neither silenced nor inhibited"),
            new("silenced", Dimension.Count, "alerts that a silence keeps quiet"),
            new("receiver", Dimension.Text, "who an alert with the labels would reach by the routing tree, several joined by \", \"; needs severity= or labels="),
        ],
        DefaultCondition = "firing == 0",
        Example = "alertmanager main labels=\"severity=critical,service=api\" receiver == \"pager\"",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        var wanted = WantedLabels(call);
        var api = WebApi.Of(call, "alertmanager", name);
        var alerts = Alert.ListIn(await api.GetAsync("/api/v2/alerts", cancel))
            ?? throw new Unanswered($"alertmanager `{name}` answers, but not as Alertmanager does: is this its address?");
        var found = alerts.Where(a => wanted.All(w => (a.Labels.GetValueOrDefault(w.Key) ?? "") == w.Value)).ToList();
        var (routing, unread) = wanted.Count == 0 ? (null, "say whose alert: labels=\"severity=critical,service=api\"") : await RoutingAsync(api, cancel);
        if (found.Count == 0)
            RefuseSlips(wanted, alerts, routing);
        var reached = routing?.Root.Reached(wanted) ?? [];
        var facts = Facts.Of(
            ("firing", Value.Count(found.Count(a => a.State == AlertState.Firing))),
            ("silenced", Value.Count(found.Count(a => a.State == AlertState.Silenced))),
            ("receiver", routing is null ? new Value.Unknown(unread) : Value.Of(string.Join(", ", reached.Select(r => r.Receiver).Distinct()))));
        return new Reading.Measured(facts) { Evidence = [Evidence.OfText("alerts.txt", Told(found, alerts.Count, call.Context.Time.GetUtcNow()) + Told(reached, routing))] };
    }

    private static Dictionary<string, string> WantedLabels(ProbeCall call)
    {
        var wanted = new Dictionary<string, string>(StringComparer.Ordinal);
        if (call.Option("labels") is { } text)
        {
            if (!AlertMatcher.TryParseList(text, out var listed) || listed.Count == 0 || listed.Any(m => m.Sign != "="))
                throw new Unanswered($"labels=\"{text}\": write name=value, several parted by commas: labels=\"severity=critical,service=api\"");
            foreach (var label in listed)
                if (!wanted.TryAdd(label.Name, label.Value))
                    throw new Unanswered($"labels=\"{text}\" names {label.Name} twice");
        }

        if (call.Option("severity") is { } severity && !wanted.TryAdd("severity", severity) && wanted["severity"] != severity)
            throw new Unanswered($"severity={severity} and labels=\"{call.Option("labels")}\" contradict each other");
        return wanted;
    }

    private static async Task<(AlertRouting? Routing, string Because)> RoutingAsync(WebApi api, CancellationToken cancel)
    {
        try
        {
            return (AlertRouting.Of(await api.GetAsync("/api/v2/status", cancel)), "");
        }
        catch (Unanswered e)
        {
            // The alerts are known all the same.
            return (null, e.Message);
        }
    }

    /// <summary>A mistyped label finds no alert, which must not look like quiet.</summary>
    private static void RefuseSlips(Dictionary<string, string> wanted, IReadOnlyList<Alert> alerts, AlertRouting? routing)
    {
        var known = alerts.SelectMany(a => a.Labels).Select(l => (l.Key, l.Value))
            .Concat(routing?.Root.AllMatchers.SelectMany(m => m.Sign == "=" ? [(m.Name, m.Value)] : m.Value.Split('|').Select(v => (m.Name, v))) ?? []).ToHashSet();
        var names = known.Select(k => k.Item1).ToHashSet(StringComparer.Ordinal);
        foreach (var (label, value) in wanted)
        {
            if (!names.Contains(label) && Nearest.To(label, names) is { } near)
                throw new Unanswered($"no alert and no route has a label {label}: did you mean `{near}`?");
            // Services and instances may be new; severities are few, and known to the routes.
            if (label == "severity" && !known.Contains((label, value)) && Nearest.To(value, known.Where(k => k.Item1 == label).Select(k => k.Item2)) is { } grade)
                throw new Unanswered($"no alert and no route knows severity={value}: did you mean `{grade}`?");
        }
    }

    private static string Told(List<Alert> found, int all, DateTimeOffset now)
    {
        const int Shown = 300;
        if (found.Count == 0)
            return all == 0 ? "no alert\n" : $"no such alert; {all} others\n";
        var text = new StringBuilder();
        foreach (var alert in found.OrderBy(a => a.State).ThenBy(a => a.Since).Take(Shown))
            text.Append(alert.Told(now)).Append('\n');
        if (found.Count > Shown)
            text.Append("… ").Append(found.Count).Append(" in all\n");
        return text.ToString();
    }

    private static string Told(IReadOnlyList<AlertRoute> reached, AlertRouting? routing) => string.Concat(reached.Select(route =>
        $"reaches {route.Receiver}"
        + (route.Matchers.Count > 0 ? $" by {string.Join(", ", route.Matchers)}" : "")
        + (route.Times.Count > 0 ? $" ({string.Join(", ", route.Times)})" : "")
        + (routing!.Silent.Contains(route.Receiver) ? "; it has no integration, so nobody is told" : "")
        + "\n"));
}
