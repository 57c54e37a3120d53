using Holdpoint.Expressions;
using Holdpoint.Statistics;

namespace Holdpoint.Rollouts;

/// <summary>
/// Compares the failed requests of a new side with those of the stable side, as the proxy counts them, from its first look on.
/// The new side is worse where so many failures would come by chance less than once in 10,000 looks (exact binomial test, one-sided)
/// if its share of failures were the stable side's plus the tolerance.
/// </summary>
internal sealed class SideBySide(Traffic traffic, IReadOnlyList<string> fresh, IReadOnlyList<string> stable, double tolerance)
{
    private const double Chance = 0.0001;

    private ((long Answers, long Failures) Fresh, (long Answers, long Failures) Stable)? _first;

    /// <returns>Unknown: the proxy gives no answer, or nobody has asked the new side anything. Warned: it does not count.</returns>
    public async Task<Verdict> CompareAsync(CancellationToken cancel)
    {
        IReadOnlyDictionary<string, UnitTraffic> now;
        try
        {
            now = await traffic.LookAsync(cancel);
        }
        catch (Unreachable e)
        {
            return new Verdict.Unknown(e.Message);
        }

        if (Sum(now, fresh) is not { } newer || Sum(now, stable) is not { } older)
            return new Verdict.Warned("nothing compares the new side with the stable one: the proxy does not count failed requests by unit, and no metric is named under compare:");
        // A proxy that was restarted counts from 0 again.
        if (_first is not { } first || newer.Answers < first.Fresh.Answers || older.Answers < first.Stable.Answers)
            _first = first = (newer, older);
        return Judge(Since(newer, first.Fresh), Since(older, first.Stable), tolerance);
    }

    public static Verdict Judge((long Answers, long Failures) fresh, (long Answers, long Failures) stable, double tolerance)
    {
        var usual = stable.Answers == 0 ? 0 : (double)stable.Failures / stable.Answers;
        var shown = $"failed on the new side {Share(fresh)}, on the stable side {Share(stable)}";
        if (fresh.Answers == 0)
            return new Verdict.Unknown("no request has reached the new side at this share, so nothing is known of it: send some, or go on with holdpoint promote --reason …");
        if (fresh.Failures == 0)
            return new Verdict.Passed(shown);
        var allowed = Math.Min(1, usual + tolerance);
        var answers = Math.Min(int.MaxValue, fresh.Answers);
        var chance = ExactBinomial.Chance(Math.Min(answers, fresh.Failures), answers, allowed, Alternative.Greater);
        return chance < Chance
            ? new Verdict.Failed($"failed requests on the new side at most {Units.Ratio(tolerance)} above the stable side's", shown)
            : new Verdict.Passed(shown);
    }

    private static string Share((long Answers, long Failures) side) => side.Answers == 0 ? "none of 0" : $"{side.Failures} of {side.Answers} ({Units.Ratio((double)side.Failures / side.Answers)})";

    private static (long, long) Since((long Answers, long Failures) now, (long Answers, long Failures) first) => (now.Answers - first.Answers, Math.Max(0, now.Failures - first.Failures));

    private static (long Answers, long Failures)? Sum(IReadOnlyDictionary<string, UnitTraffic> units, IReadOnlyList<string> side)
    {
        var counted = side.Select(u => units[u].Counted).ToList();
        return counted.Any(c => c is null) ? null : (counted.Sum(c => c!.Value.Answers), counted.Sum(c => c!.Value.Failures));
    }
}
