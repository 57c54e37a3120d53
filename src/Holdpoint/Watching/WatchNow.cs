using System.Text.Json.Serialization;

namespace Holdpoint.Watching;

/// <summary>What a watch sees at a moment, for whoever looks on from another process. No part of the record: samples get there in chunks, transitions as events.</summary>
public sealed record WatchNow(DateTimeOffset At, IReadOnlyList<MetricNow> Metrics, IReadOnlyList<RuleNow> Rules, AvailabilityNow? Availability)
{
    /// <summary>How often it is shown at most.</summary>
    public static TimeSpan Pace { get; } = TimeSpan.FromSeconds(1);

    public bool ShowsTheSameAs(WatchNow? other) =>
        other is not null && Metrics.SequenceEqual(other.Metrics) && Rules.SequenceEqual(other.Rules) && Availability == other.Availability;

    public WatchNow Masked(Func<string, string> mask) => this with
    {
        Metrics = [.. Metrics.Select(m => m with { Samples = mask(m.Samples) })],
        Rules = [.. Rules.Select(r => r with { Shown = mask(r.Shown) })],
        Availability = Availability is null ? null : Availability with { Because = mask(Availability.Because) },
    };
}

/// <param name="PeriodSeconds">From one sample to the next.</param>
/// <param name="Samples">Those of which no chunk is stored yet, the newest at least, as <see cref="Holdpoint.Metrics.SeriesChunk"/> writes them.</param>
public sealed record MetricNow(string Name, double PeriodSeconds, string Samples);

/// <param name="State">As <see cref="RuleState.Name"/>; where the newest look says more than the state, that look: <c>breaching</c> before the rule is armed.</param>
/// <param name="Shown">The condition with its newest values, or why it can't be judged.</param>
/// <param name="BlindShare">Of its watch so far.</param>
public sealed record RuleNow(string Id, string State, DateTimeOffset? Since, string Shown, double BlindShare)
{
    public static RuleNow Of(RuleDefinition rule, RuleState state, RuleReading? newest, double blindShare) =>
        new(rule.Id, state.Name, state switch
        {
            RuleState.Breaching s => s.Since,
            RuleState.Fired s => s.Since,
            RuleState.Sparse s => s.Since,
            RuleState.Blind s => s.Since,
            _ => null,
        }, newest?.Message ?? "", Math.Round(blindShare, 3));
}

/// <param name="Up">What the newest look says; null: nobody can tell.</param>
/// <param name="UpSince">Since when it is so; null: from the first look on.</param>
/// <param name="Because">What was wrong, in the newest outage.</param>
public sealed record AvailabilityNow(bool? Up, DateTimeOffset? UpSince, string Because, DateTimeOffset? Since, DateTimeOffset? Until, double UpSeconds, double DownSeconds, double UnseenSeconds)
{
    public static AvailabilityNow Of(Availability seen)
    {
        var last = seen.Outages.LastOrDefault();
        return new(seen.Newest, seen.Newest is true ? last?.To ?? seen.Since : last?.From, last?.Because ?? "", seen.Since, seen.Until, seen.Uptime.TotalSeconds, seen.Downtime.TotalSeconds, seen.Unseen.TotalSeconds);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(WatchNow))]
internal sealed partial class WatchNowJson : JsonSerializerContext;
