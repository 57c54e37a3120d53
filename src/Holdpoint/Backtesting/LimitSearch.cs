using Holdpoint.Expressions;
using Holdpoint.Watching;

namespace Holdpoint.Backtesting;

/// <summary>How many false alarms are borne.</summary>
public abstract record SuggestRate
{
    /// <param name="Share">Of the good deployments.</param>
    public sealed record OfDeployments(double Share) : SuggestRate;

    /// <summary>Where the whole time counts as healthy.</summary>
    public sealed record InTime(double Times, TimeSpan Span) : SuggestRate;

    private SuggestRate() { }

    /// <summary><c>1%</c> (of the good deployments), <c>2/week</c>, <c>1 per day</c>; null where it is neither.</summary>
    public static SuggestRate? Parse(string text)
    {
        var words = text.Replace("per", "/", StringComparison.Ordinal).Split('/', StringSplitOptions.TrimEntries);
        var number = Units.ParseNumber(words[0]);
        return (number, words) switch
        {
            ({ Dimension: Dimension.Ratio, Amount: >= 0 and <= 1 } n, [_]) => new OfDeployments(n.Amount),
            ({ Dimension: Dimension.Count, Amount: >= 0 } n, [_, "day"]) => new InTime(n.Amount, TimeSpan.FromDays(1)),
            ({ Dimension: Dimension.Count, Amount: >= 0 } n, [_, "week"]) => new InTime(n.Amount, TimeSpan.FromDays(7)),
            ({ Dimension: Dimension.Count, Amount: >= 0 } n, [_, "month"]) => new InTime(n.Amount, TimeSpan.FromDays(30)),
            _ => null,
        };
    }
}

/// <summary>What a limit does to the past.</summary>
/// <param name="FalseAlarms">Good deployments it fires on; without deployments, how often it fires.</param>
/// <param name="Hits">Bad deployments it finds.</param>
public sealed record LimitEffect(RuleLimit Limit, int FalseAlarms, int Hits);

/// <summary>A limit that would have raised no more false alarms than are borne, beside the one in the file.</summary>
/// <param name="Allowed">How many false alarms that is.</param>
/// <param name="Good">Good deployments that it was tried on; 0 without deployments.</param>
/// <param name="Bad">Bad ones.</param>
/// <param name="Because">Why there is no proposal.</param>
public sealed record LimitSuggestion(RuleDefinition Rule, int Allowed, int Good, int Bad, LimitEffect? Now, LimitEffect? Proposed, string? Because)
{
    public bool Stays => Proposed is not null && Proposed == Now;
}

/// <summary>
/// Searches the tightest limit that keeps to a rate of false alarms, by judging the past again and again. A looser limit never fires more often,
/// so halving finds it; what is proposed is judged once more as it would be written. A limit that keeps to the rate and finds as much stays.
/// </summary>
internal static class LimitSearch
{
    public static LimitSuggestion Suggest(RulePast past, RuleReplay replay, TimeSpan? renewed, SuggestRate rate)
    {
        var counted = past.Watches.Where(w => w.Deployment is null or { Good: not null } && w.Judged is not Judged.Blind).ToList();
        var (good, bad) = (counted.Count(w => w.Deployment?.Good == true), counted.Count(w => w.Deployment?.Good == false));
        var allowed = rate switch
        {
            SuggestRate.OfDeployments r => (int)Math.Floor(r.Share * good + 1e-9),
            SuggestRate.InTime r => (int)Math.Floor(r.Times * (past.Watched / r.Span) + 1e-9),
            _ => throw new InvalidOperationException($"no such rate: {rate}"),
        };
        LimitSuggestion None(string because) => new(past.Rule, allowed, good, bad, null, null, because);
        if (RuleLimit.Of(past.Rule.Rule.When!) is not { } limit)
            return None("it has no single limit that could be moved");
        if (!past.WasJudged)
            return None("it could never be judged");
        if (rate is SuggestRate.OfDeployments && good == 0)
            return None("there is no good deployment that it saw");

        var watches = counted.Select(w => new Tried(w, replay.Values(limit, w.From, w.To, renewed))).ToList();
        var values = watches.SelectMany(w => w.Values).Select(v => v.Value).Where(double.IsFinite).Distinct().Order().ToArray();
        if (values.Length == 0)
            return None("it has no value that a limit could stand between");
        // From the tightest to the loosest.
        if (!limit.IsUpper)
            Array.Reverse(values);
        var now = Effect(past.Rule, limit, watches);
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (FalseAlarms(past.Rule, limit with { Amount = values[middle] }, watches, allowed) <= allowed)
                high = middle;
            else
                low = middle + 1;
        }

        for (; low < values.Length; low++)
        {
            var effect = Effect(past.Rule, limit.At(values[low]), watches);
            if (effect.FalseAlarms <= allowed)
                // A tighter limit that finds nothing more is only nearer to the next false alarm.
                return new(past.Rule, allowed, good, bad, now, now.FalseAlarms <= allowed && now.Hits >= effect.Hits ? now : effect, null);
        }

        return None("whatever its limit is, it fires more often than that: the target was gone");
    }

    private static LimitEffect Effect(RuleDefinition rule, RuleLimit limit, List<Tried> watches) => new(
        limit, FalseAlarms(rule, limit, watches, int.MaxValue), watches.Count(w => w.Watch.Deployment?.Good == false && w.Fires(rule, limit, 1) > 0));

    private static int FalseAlarms(RuleDefinition rule, RuleLimit limit, List<Tried> watches, int most)
    {
        var alarms = 0;
        foreach (var watch in watches)
            if (watch.Watch.Deployment?.Good != false && (alarms += watch.Fires(rule, limit, most)) > most)
                break;
        return alarms;
    }

    private sealed record Tried(WatchPast Watch, IReadOnlyList<(DateTimeOffset At, double Value, RuleReading? Otherwise)> Values)
    {
        private static readonly RuleReading Breach = new RuleReading.Breach("");
        private static readonly RuleReading Quiet = new RuleReading.Quiet("");

        /// <summary>How often it fires, counted up to one more than is borne.</summary>
        public int Fires(RuleDefinition rule, RuleLimit limit, int most)
        {
            var fold = new RuleFold(rule, latched: Watch.Deployment is not null);
            var first = true;
            foreach (var (at, value, otherwise) in Values)
            {
                var reading = otherwise ?? (limit.Breaches(value) ? Breach : Quiet);
                if (first && Watch.Deployment is not null && reading is RuleReading.Breach)
                    fold.Disarm();
                first = false;
                fold.Step(reading, at);
                if (fold.Firings.Count > most || (fold.Firings.Count > 0 && Watch.Deployment is not null))
                    break;
            }

            return fold.Firings.Count;
        }
    }
}
