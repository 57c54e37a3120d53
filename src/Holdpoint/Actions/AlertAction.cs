using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Alertmanager;

namespace Holdpoint.Actions;

/// <summary>
/// Posts a test alert to an Alertmanager (POST /api/v2/alerts, https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml).
/// It begins when the server takes it, by the server's own clock.
/// </summary>
public sealed class AlertAction : ActionVerb
{
    private const string DefaultName = "HoldpointTest";

    /// <summary>Long enough for a group's wait (30 s by default) and for who is told to see it: 5 min.</summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    public override Signature Signature { get; } = new("alert", "Fires a test alert that ends by itself after 5 minutes, so that its way can be proven: by the probe alertmanager, and by whom it reaches.")
    {
        Kind = "action",
        Arguments = [new("SERVER", "a name under servers: alertmanager: in holdpoint.yaml, as the probe alertmanager reads it")],
        Options = [new("labels", $"its labels: \"severity=critical,service=api\"; alertname is {DefaultName} unless they have one")],
        Example = "alert main labels=\"severity=critical,service=api\"",
        ServerKind = "alertmanager",
        Needs = "the Alertmanager",
    };

    /// <summary>An alert of the same labels is the same alert, which lasts longer then.</summary>
    public override bool Repeatable => true;

    public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (call.Options.GetValueOrDefault("labels") is { } text)
        {
            if (!AlertMatcher.TryParseList(text, out var listed) || listed.Count == 0 || listed.Any(m => m.Sign != "=" || m.Value.Length == 0))
                return Task.FromResult<Deed>(new Deed.Refused($"labels=\"{text}\": write name=value, several parted by commas: labels=\"severity=critical,service=api\""));
            foreach (var label in listed)
                if (!labels.TryAdd(label.Name, label.Value))
                    return Task.FromResult<Deed>(new Deed.Refused($"labels=\"{text}\" names {label.Name} twice"));
        }

        labels.TryAdd("alertname", DefaultName);
        return Task.FromResult<Deed>(new Deed.Direct(token => FireAsync(call, labels, token)));
    }

    private static async Task<Verdict> FireAsync(ActionCall call, Dictionary<string, string> labels, CancellationToken cancel)
    {
        var server = call.Arguments[0];
        var question = new ProbeCall(call.Arguments, call.Options, []) { Context = call.Context };
        using var limit = new AttemptLimit(question, cancel);
        try
        {
            var answer = await WebApi.Of(question, "alertmanager", server).AskAsync("POST", "/api/v2/alerts", Alert(labels, call), limit.Token);
            return answer.Status is >= 200 and < 300
                ? new Verdict.Passed($"{labels["alertname"]} fires on {server} for {Units.Duration(Lasts)}")
                : new Verdict.Failed($"an alert on {server}", $"it answers {answer.Status}: {Start(answer.Text)}");
        }
        catch (TargetRefused e)
        {
            return new Verdict.Failed($"an alert on {server}", e.Message);
        }
        catch (Unanswered e)
        {
            return new Verdict.Unknown($"whether the alert was taken is not known: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            limit.ThrowUnlessOver();
            return new Verdict.Unknown($"no answer from alertmanager {server} within {Units.Duration(question.Timeout)}");
        }
    }

    private static string Alert(Dictionary<string, string> labels, ActionCall call) => JsonSerializer.Serialize(new[]
    {
        new
        {
            labels,
            annotations = new { summary = $"A test of the alerts' way in the run of {call.World.Version}: nothing is wrong", description = "Fired by a checklist of Holdpoint; it ends by itself." },
            endsAt = call.Context.Time.GetUtcNow().Add(Lasts),
        },
    });

    private static string Start(string text) => text.Trim().ReplaceLineEndings(" ") is { Length: > 0 } line ? line[..Math.Min(200, line.Length)] : "with nothing";
}
