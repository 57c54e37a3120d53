using System.Text.Json;
using Holdpoint.Backtesting;

namespace Holdpoint.Cli.Backtesting;

/// <summary>A backtest as JSON: everything, times in UTC, spans in seconds, values in base units, shares from 0 to 1.</summary>
internal static class BacktestJson
{
    public static void Write(Utf8JsonWriter json, BacktestResult result, BacktestOf of)
    {
        json.WriteString("title", of.Title);
        json.WriteString("source", of.Source);
        json.WriteString("from", Moment.Iso(result.Request.From));
        json.WriteString("to", Moment.Iso(result.Request.To));
        json.WriteBoolean("judged", result.AnythingJudged);
        json.WriteStartArray("rules");
        foreach (var rule in result.Rules)
            Rule(json, rule, result.Request.Deployments is not null);
        json.WriteEndArray();
        JsonOut.Strings(json, "not_replayed", of.Skipped);
        if (result.Together is { } together)
            Score(json, "together", together);
        JsonOut.Strings(json, "deployments_outside", result.LeftOut.Select(d => d.Name));
        if (result.Request.Suggest is { } rate)
        {
            json.WriteString("suggest_rate", BacktestWords.Rate(rate));
            json.WriteStartArray("suggestions");
            foreach (var suggestion in result.Suggestions)
                Suggestion(json, suggestion);
            json.WriteEndArray();
        }
    }

    private static void Rule(Utf8JsonWriter json, RulePast rule, bool deployments)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Rule.Id);
        json.WriteString("rule", rule.Rule.Text);
        json.WriteString("effect", rule.Rule.Rule.Effect.ToString().ToLowerInvariant());
        json.WriteNumber("every_seconds", rule.Every.TotalSeconds);
        json.WriteNumber("looks", rule.Watches.Sum(w => w.Looks));
        json.WriteNumber("judged_looks", rule.Watches.Sum(w => w.JudgedLooks));
        json.WriteNumber("fired", rule.Fired);
        json.WriteNumber("fired_per_day", rule.PerDay);
        json.WriteNumber("fired_per_week", rule.PerDay * 7);
        json.WriteNumber("held_seconds", rule.Held.TotalSeconds);
        json.WriteNumber("longest_seconds", rule.LongestHeld.TotalSeconds);
        json.WriteNumber("watched_seconds", rule.Watched.TotalSeconds);
        json.WriteNumber("blind_share", rule.BlindShare);
        json.WriteNumber("sparse_seconds", rule.Sparse.TotalSeconds);
        json.WriteString("blind_because", rule.BlindBecause);
        Worst(json, rule.Worst);
        if (deployments)
            Score(json, "score", rule.Score);
        json.WriteStartArray("watches");
        foreach (var watch in rule.Watches)
            Watch(json, watch);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Watch(Utf8JsonWriter json, WatchPast watch)
    {
        json.WriteStartObject();
        json.WriteString("from", Moment.Iso(watch.From));
        json.WriteString("to", Moment.Iso(watch.To));
        if (watch.Deployment is { } deployment)
        {
            json.WriteString("deployment", deployment.Name);
            json.WriteString("outcome", deployment.Good switch { true => "good", false => "bad", null => null });
            json.WriteString("judged", watch.Judged switch { Judged.FalseAlarm => "false_alarm", var j => j.ToString().ToLowerInvariant() });
            json.WriteBoolean("breached_before", watch.BreachedBefore);
            if (watch.Detection is { } detection)
                json.WriteNumber("detected_after_seconds", detection.TotalSeconds);
        }

        json.WriteNumber("blind_share", watch.Sight.BlindShare);
        foreach (var baseline in watch.Baselines)
            json.WriteNumber($"baseline_{baseline.Metric}", baseline.Median);
        Worst(json, watch.Worst);
        json.WriteStartArray("firings");
        foreach (var firing in watch.Firings)
        {
            json.WriteStartObject();
            json.WriteString("at", Moment.Iso(firing.At));
            json.WriteString("since", Moment.Iso(firing.Since));
            json.WriteString("until", Moment.Iso(firing.Until));
            json.WriteNumber("held_seconds", firing.Held.TotalSeconds);
            json.WriteString("shown", firing.Shown);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Worst(Utf8JsonWriter json, WorstPast? worst)
    {
        if (worst is null)
            return;
        json.WriteStartObject("worst");
        json.WriteString("of", worst.Operand);
        json.WriteNumber("value", worst.Value.Amount);
        json.WriteString("shown", worst.Value.ToString());
        json.WriteString("at", Moment.Iso(worst.At));
        json.WriteEndObject();
    }

    private static void Score(Utf8JsonWriter json, string name, RuleScore score)
    {
        json.WriteStartObject(name);
        json.WriteNumber("hits", score.Hits);
        json.WriteNumber("misses", score.Misses);
        json.WriteNumber("false_alarms", score.FalseAlarms);
        json.WriteNumber("quiet", score.Quiets);
        json.WriteNumber("blind", score.Blind);
        json.WriteNumber("uncounted", score.Uncounted);
        Share(json, "precision", score.Precision);
        Share(json, "recall", score.Recall);
        Share(json, "detected_after_seconds", score.Detection?.TotalSeconds);
        json.WriteEndObject();
    }

    private static void Suggestion(Utf8JsonWriter json, LimitSuggestion suggestion)
    {
        json.WriteStartObject();
        json.WriteString("id", suggestion.Rule.Id);
        json.WriteNumber("allowed_false_alarms", suggestion.Allowed);
        json.WriteNumber("good_deployments", suggestion.Good);
        json.WriteNumber("bad_deployments", suggestion.Bad);
        Effect(json, "now", suggestion.Now);
        Effect(json, "proposed", suggestion.Proposed);
        json.WriteString("because", suggestion.Because);
        json.WriteEndObject();
    }

    private static void Effect(Utf8JsonWriter json, string name, LimitEffect? effect)
    {
        if (effect is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("condition", effect.Limit.ToString());
        json.WriteNumber("limit", effect.Limit.Amount);
        json.WriteNumber("false_alarms", effect.FalseAlarms);
        json.WriteNumber("hits", effect.Hits);
        json.WriteEndObject();
    }

    private static void Share(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
