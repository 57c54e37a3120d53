using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Bench;

/// <summary>
/// What the rules of <c>examples/rollback-criteria</c> do to simulated deployments, judged by the product's own code in virtual time: of 1,000 healthy ones, each watched for a day,
/// fewer than 1 % may roll back; of 1,000 slow and 1,000 failing ones each, at least 99 % have to within the first hour.
/// </summary>
internal static class FalseAlarms
{
    private const int Deployments = 1_000;
    private const double MostFalse = 0.01;
    private const double LeastCaught = 0.99;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>What is sampled before the deploy, for the baseline.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(10);

    /// <summary>The finest period of a rule of the example: those with <c>for 30s</c>.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(7.5);

    public static int Run(int seed)
    {
        var criteria = RollbackCriteria.Read();
        Console.WriteLine($"{criteria.Rules.Count} rules, seed {seed}");
        var healthy = Simulate(criteria, Fault.None, Day, seed);
        var ok = Tell("healthy, watched for 24 h", healthy, healthy.Count(d => d.WentBackAt is not null) / (double)Deployments, "rolled back", share => share < MostFalse, $"promised: less than {Units.Ratio(MostFalse)}");
        foreach (var (fault, words) in new[] { (Fault.Slow, "twice as slow"), (Fault.Failing, "2 % more failures") })
        {
            var bad = Simulate(criteria, fault, Hour, seed + (int)fault);
            ok &= Tell(words, bad, bad.Count(d => d.WentBackAt <= Hour) / (double)Deployments, "rolled back within the first hour", share => share >= LeastCaught, $"promised: at least {Units.Ratio(LeastCaught)}");
            var times = bad.Where(d => d.WentBackAt is not null).Select(d => d.WentBackAt!.Value).Order().ToArray();
            if (times.Length > 0)
                Console.WriteLine($"  after {Units.Duration(times[times.Length / 2])} (median), {Units.Duration(times[(int)(times.Length * 0.95)])} (95 of 100)");
        }

        return ok ? 0 : 1;
    }

    private static bool Tell(string what, Outcome[] outcomes, double share, string happened, Func<double, bool> isKept, string promised)
    {
        Console.WriteLine($"{Deployments:N0} deployments, {what}: {Units.Ratio(share)} {happened}; {promised}{(isKept(share) ? "" : ": MISSED")}");
        foreach (var rule in outcomes.SelectMany(o => o.Fired).GroupBy(f => f).OrderByDescending(f => f.Count()))
            Console.WriteLine($"  {rule.Count(),5} {rule.Key}");
        return isKept(share);
    }

    private static Outcome[] Simulate(RollbackCriteria criteria, Fault fault, TimeSpan length, int seed)
    {
        var outcomes = new Outcome[Deployments];
        Parallel.For(0, Deployments, i => outcomes[i] = Watch(criteria, fault, length, (seed * 10_000) + i));
        return outcomes;
    }

    private static Outcome Watch(RollbackCriteria criteria, Fault fault, TimeSpan length, int seed)
    {
        var deploy = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero) + (Tick * new Random(seed).Next((int)(Day / Tick)));
        var shop = new SimulatedShop(seed, fault, deploy);
        var series = criteria.Project.Metrics.Values.ToDictionary(m => m.Name, m => new Series(m.Name, m.Dimension) { Objective = m.Objective, CountsFrom = deploy });
        var baselines = new Dictionary<string, Value>();
        var lens = new RuleLens(series) { Baseline = metric => baselines.GetValueOrDefault(metric, new Value.Unknown($"{metric} has no baseline")) };
        for (var at = deploy - Before; at < deploy; at += SimulatedShop.Step)
            Keep(series, shop.Look(at));
        foreach (var metric in criteria.Project.Metrics.Values)
        {
            if (series[metric.Name].Summarise(Statistic.Parse("p50")!, Before, deploy) is Value.Number median)
                baselines[metric.Name] = median with { Amount = Math.Max(median.Amount, metric.Floor ?? 0) };
            series[metric.Name].BeginAnew(deploy);
        }

        var states = criteria.Rules.ToDictionary(r => r.Id, _ => RuleState.Start);
        var fired = new List<string>();
        TimeSpan? wentBack = null;
        for (var (at, tick) = (deploy, 0); at <= deploy + length && wentBack is null; at += Tick, tick++)
        {
            var sampled = tick * Tick.Ticks % SimulatedShop.Step.Ticks == 0;
            if (sampled)
                Keep(series, shop.Look(at));
            foreach (var rule in criteria.Rules)
            {
                if (at > rule.EndsAt(deploy) || tick * Tick.Ticks % rule.Timing.Period.Ticks != 0)
                    continue;
                var reading = rule.Rule.Unless is { } check ? RuleReading.Of(shop.Ask(check, at)) : lens.ReadingOf(rule, at);
                (states[rule.Id], var transition) = RuleJudge.Step(rule.Id, states[rule.Id], reading, at, rule.Timing);
                if (transition is not { Fires: true })
                    continue;
                fired.Add($"{rule.Rule.Effect.ToString().ToLowerInvariant()}: {rule.Text}");
                if (rule.Rule.Effect == RuleEffect.Rollback)
                    wentBack ??= at - deploy;
            }
        }

        return new(wentBack, fired);
    }

    private static void Keep(Dictionary<string, Series> series, IReadOnlyDictionary<string, Sample> samples)
    {
        foreach (var (metric, sample) in samples)
            series[metric].Add(sample);
    }

    private sealed record Outcome(TimeSpan? WentBackAt, IReadOnlyList<string> Fired);
}
