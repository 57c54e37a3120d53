using System.Globalization;
using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Alertmanager;

namespace Holdpoint.Actions;

/// <summary>Fires a test alert, or ends it (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, postAlerts).</summary>
public sealed class AlertAction : ActionVerb
{
    /// <summary>How long the alert fires where nobody says: 5 min.</summary>
    private static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(5);

    /// <summary>What Alertmanager gets to show what it was told: 30 s; looked at every 200 ms.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>What all of it may take: 1 min.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(1);

    public override Signature Signature { get; } = new("alert", "Fires a test alert at an Alertmanager, which ends by itself, so that its way to people is proven.")
    {
        Kind = "action",
        ServerKind = "alertmanager",
        Arguments = [new("SERVER", "a name under servers: alertmanager: in holdpoint.yaml: url; token, or user and password; tenant (X-Scope-OrgID); insecure: true")],
        Options =
        [
            new("labels", "the alert's labels, by which it is routed: \"severity=critical,service=api\"; its alertname is HoldpointTest if they name no other"),
            new("lasts", "how long it fires; 5m by default", Dimension.Duration),
            new("resolve", "ends the alert of these labels instead", Dimension.Boolean) { OneOf = ["true", "false"] },
        ],
        Example = "alert main labels=\"severity=critical,service=api\"",
        Needs = "the server",
    };

    /// <summary>The same labels are the same alert.</summary>
    public override bool Repeatable => true;

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (call.Options.GetValueOrDefault("labels") is { } text)
        {
            if (!AlertMatcher.TryParseList(text, out var listed) || listed.Count == 0 || listed.Any(l => l.Sign != "=" || l.Value.Length == 0) || listed.DistinctBy(l => l.Name).Count() != listed.Count)
                return Task.FromResult<Deed>(new Deed.Refused($"labels=\"{text}\": write each name once with its value, parted by commas: labels=\"severity=critical,service=api\""));
            foreach (var label in listed)
                labels[label.Name] = label.Value;
        }

        labels.TryAdd("alertname", "HoldpointTest");
        var lasts = UsualTime;
        if (call.Options.GetValueOrDefault("lasts") is { } written)
        {
            if (Units.ParseDuration(written) is not { Ticks: > 0 } time)
                return Task.FromResult<Deed>(new Deed.Refused($"lasts={written}: write a time as 5m"));
            lasts = time;
        }

        return Task.FromResult<Deed>(new Deed.Direct(async token =>
        {
            var resolves = call.Options.GetValueOrDefault("resolve") == "true";
            var wanted = $"{(resolves ? "an end of the test alert" : "a test alert")} at {call.Arguments[0]}";
            using var limit = new CancellationTokenSource(AnswerTime, call.Context.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
            try
            {
                return resolves ? await ResolveAsync(call, labels, both.Token) : await FireAsync(call, labels, lasts, both.Token);
            }
            catch (Unanswered e)
            {
                return new Verdict.Failed(wanted, e.Message);
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                return new Verdict.Failed(wanted, $"no answer within {Units.Duration(AnswerTime)}");
            }
        }));
    }

    private static async Task<Verdict> FireAsync(ActionCall call, Dictionary<string, string> labels, TimeSpan lasts, CancellationToken cancel)
    {
        var (server, end) = (call.Arguments[0], call.Context.Time.GetUtcNow() + lasts);
        var api = await PostAsync(call, labels, end, cancel);
        var found = await UntilAsync(api, call, labels, there: true, cancel);
        if (found is null)
            return new Verdict.Failed($"the test alert at {server}", "Alertmanager took it and does not show it: does its clock go right?");
        if (found.State != AlertState.Firing)
            return new Verdict.Failed("a test alert that somebody is told of", found.State == AlertState.Silenced ? "a silence keeps it quiet" : "another alert keeps it quiet");
        return new Verdict.Passed($"{labels["alertname"]} fires at {server} until {end.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} UTC{(found.Receivers.Count > 0 ? $", for {string.Join(", ", found.Receivers)}" : "")}");
    }

    private static async Task<Verdict> ResolveAsync(ActionCall call, Dictionary<string, string> labels, CancellationToken cancel)
    {
        var api = await PostAsync(call, labels, call.Context.Time.GetUtcNow(), cancel);
        return await UntilAsync(api, call, labels, there: false, cancel) is null
            ? new Verdict.Passed($"{labels["alertname"]} no longer fires at {call.Arguments[0]}")
            : new Verdict.Failed($"an end of the test alert at {call.Arguments[0]}", "it still fires: is it fired by somebody else too, or does Alertmanager's clock go wrong?");
    }

    private static async Task<WebApi> PostAsync(ActionCall call, Dictionary<string, string> labels, DateTimeOffset end, CancellationToken cancel)
    {
        var api = WebApi.Of(new ProbeCall(call.Arguments, call.Options, []) { Context = call.Context, Timeout = AnswerTime }, "alertmanager", call.Arguments[0]);
        var annotations = new Dictionary<string, string> { ["summary"] = "A test by Holdpoint: nothing is wrong", ["description"] = "Fired by a checklist to see whom it reaches; it ends by itself." };
        var body = JsonSerializer.Serialize([new(labels, annotations, end.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture))], AlertJson.Default.PostedAlertArray);
        var answer = await api.AskAsync("POST", "/api/v2/alerts", body, cancel);
        // Taken is 200 with nothing in it; only a refusal is read.
        if (answer.Status is < 200 or > 299)
            api.Document("/api/v2/alerts", answer);
        return api;
    }

    /// <summary>The alert once it is there, or once it is not; what there is when the time is over.</summary>
    private static async Task<Alert?> UntilAsync(WebApi api, ActionCall call, Dictionary<string, string> labels, bool there, CancellationToken cancel)
    {
        var began = call.Context.Time.GetTimestamp();
        while (true)
        {
            var alerts = Alert.ListIn(await api.GetAsync("/api/v2/alerts", cancel)) ?? throw new Unanswered($"alertmanager `{call.Arguments[0]}` answers, but not as Alertmanager does: is this its address?");
            var found = alerts.FirstOrDefault(a => a.Labels.Count == labels.Count && labels.All(l => a.Labels.GetValueOrDefault(l.Key) == l.Value));
            if (found is not null == there || call.Context.Time.GetElapsedTime(began) > Patience)
                return found;
            await Task.Delay(Look, call.Context.Time, cancel);
        }
    }
}
