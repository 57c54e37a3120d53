using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Statistics;
using Holdpoint.Watching;

namespace Holdpoint.Rollouts;

/// <summary>
/// Asks metrics of both sides of a canary at the same moments, from its first look on, and compares what they say (<see cref="SampleComparison"/>).
/// While the pause lasts a worse side is one by less than one chance in 10,000, since it is looked at again and again; at its end by the usual one.
/// </summary>
/// <param name="metrics">Each on the new side and on the stable one.</param>
internal sealed class MetricSides(IReadOnlyList<(MetricSource Fresh, MetricSource Stable)> metrics, TimeSpan pause, TimeProvider time)
{
    /// <summary>So many samples of each side fit a pause, where their period is not at its bounds.</summary>
    private const int SamplesInPause = 20;

    private const double EarlyChance = 0.0001;

    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromSeconds(1);

    private readonly List<Pair> _pairs = [.. metrics.Select(m => new Pair(m.Fresh, m.Stable, m.Fresh.Definition.Every ?? PeriodOf(pause), time))];

    private long? _began;

    /// <returns>Failed: the new side is worse. Unknown: a side has no number now, or there are too few yet.</returns>
    public async Task<Verdict> CompareAsync(CancellationToken cancel)
    {
        if (_pairs.Count == 0)
            return new Verdict.Passed("");
        _began ??= time.GetTimestamp();
        var passed = time.GetElapsedTime(_began.Value);
        var chance = passed >= pause ? SampleComparison.Chance : EarlyChance;
        return Worst(await Task.WhenAll(_pairs.Select(p => p.LookAsync(passed, chance, cancel))));
    }

    /// <summary>The first that failed, else the first that is unknown or warns, else what all of them say.</summary>
    public static Verdict Worst(IReadOnlyList<Verdict> verdicts) => verdicts.FirstOrDefault(v => v is Verdict.Failed) ?? verdicts.FirstOrDefault(v => v is Verdict.Unknown) ?? verdicts.FirstOrDefault(v => v is Verdict.Warned)
        ?? new Verdict.Passed(string.Join("; ", verdicts.Select(v => v.Message).Where(m => m.Length > 0)));

    private static TimeSpan PeriodOf(TimeSpan pause)
    {
        var wanted = pause / SamplesInPause;
        return wanted < ShortestPeriod ? ShortestPeriod : wanted > RuleTiming.LongestPeriod ? RuleTiming.LongestPeriod : wanted;
    }

    /// <summary>One metric on both sides. A look at which one side has no number counts for neither.</summary>
    private sealed class Pair(MetricSource fresh, MetricSource stable, TimeSpan period, TimeProvider time)
    {
        private readonly List<double> _fresh = [], _stable = [];
        private TimeSpan _due;
        private string? _blind;
        private (Verdict Verdict, double Chance)? _newest;

        public async Task<Verdict> LookAsync(TimeSpan passed, double chance, CancellationToken cancel)
        {
            if (passed >= _due)
            {
                _due = period * (Math.Floor(passed / period) + 1);
                var at = time.GetUtcNow();
                var samples = await Task.WhenAll(fresh.SampleAsync(at, cancel), stable.SampleAsync(at, cancel));
                _blind = samples is [Sample.Measured, Sample.Measured] ? null : Because(samples);
                if (samples is [Sample.Measured newer, Sample.Measured older])
                {
                    _fresh.Add(newer.Value);
                    _stable.Add(older.Value);
                }

                _newest = null;
            }

            if (_blind is not null)
                return new Verdict.Unknown(_blind);
            if (_newest is not { } judged || judged.Chance != chance)
                _newest = judged = (SampleComparison.Judge(fresh.Definition, _fresh.ToArray(), _stable.ToArray(), chance), chance);
            return judged.Verdict;
        }

        private static string Because(Sample[] samples) => $"{(samples[0] is Sample.Measured ? "on the stable side" : "on the new side")} {samples.First(s => s is not Sample.Measured).Reason}";
    }
}
