using Holdpoint.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Backtesting;

/// <summary>What is replayed.</summary>
public sealed record BacktestRequest(IReadOnlyList<RuleDefinition> Rules, IReadOnlyDictionary<string, MetricPast> Pasts, DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Null: the whole time is one healthy watch.</summary>
    public IReadOnlyList<Deployment>? Deployments { get; init; }

    /// <summary>How long the checklist's watch lasts: the end of deployments that have none, and how often a baseline is taken anew without deployments.</summary>
    public TimeSpan WatchLength { get; init; } = TimeSpan.FromDays(1);

    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>What is stored of baselines that are not of the time before a watch; null where nothing is.</summary>
    public Func<BaselineOrigin, string, BaselineTaking?> Stored { get; init; } = (_, _) => null;

    public SuggestRate? Suggest { get; init; }
}

/// <summary>Replays rules over the past: each as if it had been watched live, on nothing but the numbers of that time.</summary>
public static class Backtest
{
    public static BacktestResult Run(BacktestRequest request, CancellationToken cancel)
    {
        var windows = Windows(request);
        var breaches = new PastBreaches(request.Rules, request.Pasts, request.Variable);
        var done = new RulePast?[request.Rules.Count];
        var suggestions = new LimitSuggestion?[request.Rules.Count];
        Parallel.For(0, request.Rules.Count, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            var rule = request.Rules[i];
            var replay = new RuleReplay(rule, request.Pasts, request.Variable) { Stored = request.Stored, Breaches = breaches };
            var renewed = request.Deployments is null ? request.WatchLength : (TimeSpan?)null;
            done[i] = new(rule, replay.Every, [.. windows.Select(w => replay.Watch(w.From, w.To, w.Deployment, renewed, latched: w.Deployment is not null))]);
            if (request.Suggest is { } rate)
                suggestions[i] = LimitSearch.Suggest(done[i]!, replay, renewed, rate);
        });
        return new(request, [.. done.Select(d => d!)], [.. suggestions.OfType<LimitSuggestion>()])
        {
            LeftOut = request.Deployments is { } all ? [.. all.Where(d => windows.All(w => w.Deployment != d))] : [],
        };
    }

    /// <summary>A newer deployment takes the watch over from the one before it.</summary>
    private static List<(DateTimeOffset From, DateTimeOffset To, Deployment? Deployment)> Windows(BacktestRequest request)
    {
        if (request.Deployments is null)
            return [(request.From, request.To, null)];
        var all = request.Deployments.Where(d => d.Start >= request.From && d.Start < request.To).OrderBy(d => d.Start).ToList();
        return [.. all.Select((d, i) =>
        {
            var end = d.End ?? d.Start + request.WatchLength;
            if (i + 1 < all.Count && all[i + 1].Start < end)
                end = all[i + 1].Start;
            return (d.Start, end < request.To ? end : request.To, (Deployment?)d);
        })];
    }
}

/// <param name="Rules">In the file's order.</param>
public sealed record BacktestResult(BacktestRequest Request, IReadOnlyList<RulePast> Rules, IReadOnlyList<LimitSuggestion> Suggestions)
{
    /// <summary>Deployments that began outside of the time.</summary>
    public IReadOnlyList<Deployment> LeftOut { get; init; } = [];

    /// <summary>With what instruments and conditions said run through a mask.</summary>
    public BacktestResult Masked(Func<string, string> mask) => this with
    {
        Rules = [.. Rules.Select(r => r with
        {
            Watches = [.. r.Watches.Select(w => w with { Firings = [.. w.Firings.Select(f => f with { Shown = mask(f.Shown) })], BlindBecause = w.BlindBecause is { } because ? mask(because) : null })],
        })],
        Suggestions = [.. Suggestions.Select(s => s with { Because = s.Because is { } because ? mask(because) : null })],
    };

    public bool AnythingJudged => Rules.Any(r => r.WasJudged);

    /// <summary>All rules of a deployment together: one that fires is enough to find it, and to raise a false alarm.</summary>
    public RuleScore? Together => Request.Deployments is null || Rules.Count == 0 ? null : RuleScore.Of(
        Enumerable.Range(0, Rules[0].Watches.Count).Select(i => Rules.Select(r => r.Watches[i]).ToList()).Select(all =>
        {
            var fired = all.Where(w => w.Firings.Count > 0).ToList();
            return fired.Count > 0
                ? (fired[0].Judged, fired.Min(w => w.Detection))
                : (all.Any(w => w.Judged == Judged.Blind) ? Judged.Blind : all[0].Judged, (TimeSpan?)null);
        }));
}
