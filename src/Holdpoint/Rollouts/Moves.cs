using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Rollouts;

/// <summary>The steps that strategies are made of. Each looks first and changes only what is not yet as wanted.</summary>
/// <param name="smoke">Checks by unit or colour, each run once.</param>
/// <param name="sideOf">A metric of <see cref="RolloutSettings.Compare"/> as a colour has it.</param>
public sealed class Moves(Platform platform, Traffic? traffic, RolloutSettings settings, IReadOnlyDictionary<string, Func<CancellationToken, Task<Verdict>>> smoke,
    Func<string, string, MetricSource> sideOf, TimeProvider time)
{
    /// <summary>Between two looks at units that are to become well: 500 ms.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public IReadOnlyList<string> Units => platform.Units;

    public RolloutSettings Settings => settings;

    public bool HasTraffic => traffic is not null;

    public IEnumerable<RolloutStep> Prepare(IReadOnlyList<string> units, Release release) => platform.Prepare(units, release.Version);

    /// <summary>Brings units to a release and waits until they are well.</summary>
    public IEnumerable<RolloutStep> Replace(IReadOnlyList<string> units, Release release, string part) =>
    [
        new RolloutStep.Change($"run {VersionsOf(units, release)} on {Words(units)}", platform.Run(units, release))
        {
            Part = part,
            IsGuard = true,
            Unless = async cancel => (await AreWellAsync(units, release, cancel)).Verdict is { Holds: false } ? $"{Words(units)} {(units.Count == 1 ? "runs" : "run")} it and {(units.Count == 1 ? "is" : "are")} well" : null,
        },
        new RolloutStep.Do($"wait until {Words(units)} {(units.Count == 1 ? "is" : "are")} well", cancel => UntilAsync(c => AreWellAsync(units, release, c), looks: 2, cancel)) { Part = part, IsGuard = true },
        .. units.Where(smoke.ContainsKey).Select(u => Smoke(u, part)),
    ];

    /// <summary>Checks of a colour that are not those of a unit: it runs, and has no users yet.</summary>
    public IEnumerable<RolloutStep> SmokeOf(string colour) => smoke.ContainsKey(colour) && !Units.Contains(colour) ? [Smoke(colour, "")] : [];

    /// <summary>Has units run no more.</summary>
    public RolloutStep Stop(IReadOnlyList<string> units, string part = "") => new RolloutStep.Change($"stop {Words(units)}", platform.Stop(units)) { Part = part };

    /// <summary>Takes units out of the traffic, where there is one and they are about to change.</summary>
    /// <param name="forward">Then at least one other unit must be taking requests.</param>
    public IEnumerable<RolloutStep> Withdraw(IReadOnlyList<string> units, Release? toCome, string part, bool forward) => traffic is null ? [] :
    [
        new RolloutStep.Do($"drain {Words(units)}", async cancel =>
        {
            switch (toCome is null ? null : (await AreWellAsync(units, toCome, cancel)).Verdict)
            {
                case { Holds: false }:
                    return new Verdict.Passed($"nothing to change on {Words(units)}");
                case Verdict.Unknown blind:
                    // What can't be changed would stay drained, and in the end nobody would be served.
                    throw new Unreachable($"the requests to {Words(units)} stay as they are, since what runs there can't be seen: {blind.Because}");
            }

            var serving = (await traffic.LookAsync(cancel)).Where(t => t.Value.Share > 0).Select(t => t.Key).ToList();
            if (forward && serving.Count > 0 && !serving.Except(units).Any())
                return new Verdict.Failed("another unit that takes requests meanwhile", $"only {Words(serving)} {(serving.Count == 1 ? "takes" : "take")} requests");
            return await traffic.WithdrawAsync(units, settings.Drain, cancel);
        }) { Part = part },
    ];

    public IEnumerable<RolloutStep> Admit(IReadOnlyList<string> units, string part) => traffic is null ? [] :
        [new RolloutStep.Do($"send requests to {Words(units)}", cancel => traffic.AdmitAsync(units, cancel)) { Part = part }];

    /// <summary>
    /// On the way back: those that are well get requests again, also where their change failed and they run what they ran.
    /// Otherwise the units that come next would be drained while these take nothing, and in the end nobody would.
    /// </summary>
    public IEnumerable<RolloutStep> AdmitWell(IReadOnlyList<string> units, string part) => traffic is null ? [] :
    [
        new RolloutStep.Do($"send requests to {Words(units)}", async cancel =>
        {
            var states = await platform.LookAsync(cancel);
            var ill = units.Where(u => !states[u].IsReady).ToList();
            var verdict = ill.Count == units.Count ? new Verdict.Passed("") : await traffic.AdmitAsync([.. units.Except(ill)], cancel);
            return ill.Count == 0 || verdict.Holds ? verdict : new Verdict.Failed($"{Words(units)} well", string.Join(", ", ill.Select(u => $"{u} is {states[u].Condition}, and gets no requests")));
        }) { Part = $"requests to {part}" },
    ];

    /// <summary>Splits the traffic between the two colours.</summary>
    public RolloutStep Send(double share, string colour, Colours colours) =>
        new RolloutStep.Do($"send {Expressions.Units.Ratio(share)} to {colour}", cancel => traffic!.SplitAsync(Shares(share, colour, colours), cancel));

    /// <summary>A time in which what was changed has to stay well.</summary>
    public IEnumerable<RolloutStep> Settle(IReadOnlyList<string> units, Release release) => settings.Settle == TimeSpan.Zero ? [] :
        [new RolloutStep.Observe($"let {Words(units)} settle for {Expressions.Units.Duration(settings.Settle)}", settings.Settle, async cancel => (await AreWellAsync(units, release, cancel)).Verdict)];

    /// <summary>A time in which the new side has to do as well as the stable one.</summary>
    public RolloutStep Watch(double share, string colour, Colours colours, Release release, TimeSpan pause)
    {
        var requests = new SideBySide(traffic!, colours.Of(colour), colours.Of(Colours.Other(colour)), settings.Tolerance);
        var metrics = new MetricSides([.. settings.Compare.Select(m => (sideOf(m, colour), sideOf(m, Colours.Other(colour))))], pause, time);
        return new RolloutStep.Observe($"watch {Expressions.Units.Ratio(share)} on {colour} for {Expressions.Units.Duration(pause)}", pause, async cancel =>
        {
            if ((await AreWellAsync(colours.Of(colour), release, cancel)).Verdict is { Holds: true } ill)
                return ill;
            var counted = await requests.CompareAsync(cancel);
            return MetricSides.Worst([counted is Verdict.Warned && settings.Compare.Count > 0 ? new Verdict.Passed("") : counted, await metrics.CompareAsync(cancel)]);
        });
    }

    public static string Words(IReadOnlyList<string> units) => units.Count <= 1 ? string.Concat(units) : $"{string.Join(", ", units.SkipLast(1))} and {units[^1]}";

    private static string VersionsOf(IReadOnlyList<string> units, Release release) => units.Select(release.VersionOf).Distinct().ToList() is [var one] ? one : "what ran before";

    private static Dictionary<string, double> Shares(double share, string colour, Colours colours)
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (units, all) in new[] { (colours.Of(colour), share), (colours.Of(Colours.Other(colour)), 1 - share) })
            foreach (var unit in units)
                shares[unit] = all / units.Count;
        return shares;
    }

    private RolloutStep.Do Smoke(string name, string part) =>
        new($"try {name}", cancel => UntilAsync(async c => (await smoke[name](c), false), looks: 1, cancel)) { Part = part, IsGuard = true };

    /// <returns>Lost: waiting is no use.</returns>
    private async Task<(Verdict Verdict, bool Lost)> AreWellAsync(IReadOnlyList<string> units, Release release, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, UnitState> states;
        try
        {
            states = await platform.LookAsync(cancel);
        }
        catch (Unreachable e)
        {
            return (new Verdict.Unknown(e.Message), false);
        }

        foreach (var unit in units)
        {
            var (state, wanted) = (states[unit], release.VersionOf(unit));
            if (state is { Version.Length: 0, Lost: { } ended })
                return (new Verdict.Failed($"{unit} runs {wanted}", $"{unit}: {ended}"), true);
            if (!state.IsOf(unit, release))
                return (new Verdict.Failed($"{unit} runs {wanted}", state.Version.Length == 0 ? $"{unit} runs nothing: {state.Condition}"
                    : $"{unit} runs {state.Version}{(Versions.AreSame(state.Version, wanted) ? ", another build of it" : "")}"), false);
            if (!state.IsReady)
                return (new Verdict.Failed($"{unit} is well", state.Lost ?? $"{unit} is {state.Condition}"), state.Lost is not null);
        }

        return (new Verdict.Passed(string.Join(", ", units.Select(u => $"{u} {states[u].Version} {states[u].Condition}"))), false);
    }

    /// <summary>Asks until it holds a number of times on end, it can't any more, or the time is over.</summary>
    private async Task<Verdict> UntilAsync(Func<CancellationToken, Task<(Verdict Verdict, bool Lost)>> ask, int looks, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var good = 0;
        while (true)
        {
            var (verdict, lost) = await ask(cancel);
            good = verdict.Holds ? 0 : good + 1;
            if (good == looks || lost)
                return verdict;
            if (time.GetElapsedTime(began) > settings.Within)
                return new Verdict.Failed(verdict is Verdict.Failed f ? $"{f.Expected} within {Expressions.Units.Duration(settings.Within)}" : $"an answer within {Expressions.Units.Duration(settings.Within)}",
                    verdict is Verdict.Failed { Actual: var actual } ? actual : verdict.Message);
            await Task.Delay(Look, time, cancel);
        }
    }
}
