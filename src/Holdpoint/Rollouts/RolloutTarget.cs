using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Probes;

namespace Holdpoint.Rollouts;

/// <summary>A target that is changed step by step: a platform's units, the traffic to them, and a strategy.</summary>
/// <param name="traffic">Null: nothing steers requests.</param>
/// <param name="smoke">Checks by unit or colour, each run once.</param>
/// <param name="healthy">The configured check <c>healthy</c>, run once; null where there is none.</param>
/// <param name="sideOf">A metric of <see cref="RolloutSettings.Compare"/> as a colour has it; null: there are no metrics.</param>
public sealed class RolloutTarget(string name, Platform platform, Traffic? traffic, RolloutSettings settings, IReadOnlyDictionary<string, Func<CancellationToken, Task<Verdict>>> smoke,
    Func<CancellationToken, Task<Verdict>>? healthy, TimeProvider time, Func<string, string, MetricSource>? sideOf = null) : Target
{
    public override string Name => name;

    public override async Task<RunsNow> NowAsync(CancellationToken cancel)
    {
        try
        {
            var states = await platform.LookAsync(cancel);
            var (serving, idle, colour) = await ServingAsync(states, cancel);
            if (serving.Count == 0)
                return new RunsNow.Nothing();
            var state = new ServingState(colour, new SortedDictionary<string, ServingUnit>(serving.ToDictionary(u => u, u => new ServingUnit(states[u].Version, states[u].Pin, idle.Contains(u))), StringComparer.Ordinal));
            return new RunsNow.Version(state.Version) { State = state.Write() };
        }
        catch (Unreachable e)
        {
            return new RunsNow.Unreadable(e.Message);
        }
    }

    public override Way Deploy(string version, string before, IReadOnlyDictionary<string, string> options)
    {
        var (wanted, mistake) = RolloutOptions.Over(settings, options);
        if (mistake is not null)
            return new Way.Impossible(mistake);
        if (Strategy.All[wanted.Strategy] is { NeedsColours: true } && (wanted.Colours is null || traffic is null))
            return new Way.Impossible($"{wanted.Strategy} needs two colours and a traffic: see colours: and traffic: of the target {name}");
        if (wanted.Strategy == "canary" && traffic!.WhyNoShares is { } why)
            return new Way.Impossible($"a canary needs shares: {why}");
        try
        {
            return new Way.Steps(Strategy.All[wanted.Strategy].Deploy(MovesWith(wanted), Release.New(version), ServingState.Read(before)))
            {
                Keep = Strategy.All[wanted.Strategy].NeedsColours && before.Length > 0 ? wanted.Keep : null,
            };
        }
        catch (Exception e) when (e is FormatException or UndefinedVariable)
        {
            return new Way.Impossible($"the two sides of {name} can't be compared: {e.Message}");
        }
    }

    public override async Task<Way?> RetireAsync(CancellationToken cancel)
    {
        if (settings.Colours is not { } colours || traffic is null)
            return await base.RetireAsync(cancel);
        try
        {
            var (states, shares) = (await platform.LookAsync(cancel), await traffic.LookAsync(cancel));
            var idle = new[] { colours.Blue, colours.Green }.Where(c => c.All(u => shares[u].Share == 0)).ToList();
            if (idle is not [var colour])
                return new Way.Impossible(idle.Count == 0 ? $"both colours of {name} get requests" : $"neither colour of {name} gets requests");
            var running = colour.Where(u => states[u].Version.Length > 0).ToList();
            return running.Count == 0 ? null : new Way.Once(platform.Stop(running));
        }
        catch (Unreachable e)
        {
            return new Way.Impossible(e.Message);
        }
    }

    public override Way Return(string before)
    {
        if (before.Length == 0)
            return new Way.Steps([.. MovesWith(settings).Withdraw(platform.Units, null, "", forward: false), MovesWith(settings).Stop(platform.Units)]);
        return ServingState.Read(before) is { } state
            ? new Way.Steps(Strategy.All[settings.Colours is not null && traffic is not null ? "blue-green" : settings.Strategy].Return(MovesWith(settings), state.Release, state))
            : new Way.Impossible($"what ran on {name} before is not written down in a form that this version reads: {before}");
    }

    public override string VersionOf(string state) => ServingState.Read(state)?.Version ?? state;

    /// <summary>Every unit runs the one or the other, or nothing.</summary>
    public override bool? IsMixture(RunsNow.Version now, string version, string before)
    {
        if (ServingState.Read(now.State) is not { } state)
            return null;
        var earlier = ServingState.Read(before)?.Units.Values.Select(u => u.Version).ToHashSet() ?? [];
        return state.Units.Values.All(u => Versions.AreSame(u.Version, version) || earlier.Contains(u.Version));
    }

    public override async Task<Verdict?> HealthAsync(CancellationToken cancel)
    {
        if (healthy is null)
            return null;
        var began = time.GetTimestamp();
        while (true)
        {
            var verdict = await healthy(cancel);
            if (!verdict.Holds)
                return verdict;
            if (time.GetElapsedTime(began) + CommandTarget.HealthEvery > settings.Within)
                return new Verdict.Failed($"{name} healthy within {Units.Duration(settings.Within)}", verdict.Message);
            await Task.Delay(CommandTarget.HealthEvery, time, cancel);
        }
    }

    public override async Task<TargetSight> SeeAsync(CancellationToken cancel)
    {
        try
        {
            var states = await platform.LookAsync(cancel);
            // While requests go to both colours, as in a canary, both have to be well; the units of one that idles need not run.
            var seen = (await ServingAsync(states, cancel)).Colour is { } colour ? settings.Colours!.Of(colour) : platform.Units;
            return new TargetSight.OfUnits([.. seen.Select(u => new UnitSight(u, states[u].Version, states[u].IsReady, states[u].Condition, states[u].Restarts, states[u].Since))]);
        }
        catch (Unreachable e)
        {
            return new TargetSight.Unreadable(e.Message);
        }
    }

    private Moves MovesWith(RolloutSettings wanted) => new(platform, traffic, sideOf is null ? wanted with { Compare = [] } : wanted, smoke, sideOf ?? ((metric, _) => throw new InvalidOperationException($"there is no metric {metric}")), time);

    /// <summary>Units that run something; of two colours those that get requests.</summary>
    private async Task<(List<string> Units, HashSet<string> Idle, string? Colour)> ServingAsync(IReadOnlyDictionary<string, UnitState> states, CancellationToken cancel)
    {
        var running = platform.Units.Where(u => states[u].Version.Length > 0).ToList();
        if (traffic is null || running.Count == 0)
            return (running, [], null);
        var shares = await traffic.LookAsync(cancel);
        var serving = running.Where(u => shares[u].Share > 0).ToList();
        if (settings.Colours is not { } colours)
            return (running, [.. running.Except(serving)], null);
        var (blue, green) = (serving.Any(colours.Blue.Contains), serving.Any(colours.Green.Contains));
        return (serving, [], blue == green ? null : blue ? "blue" : "green");
    }
}
