using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

/// <summary>Units and their traffic in memory, with a log of what was done to them.</summary>
internal sealed class FakeFleet(params IReadOnlyList<string> units) : Platform
{
    public Dictionary<string, UnitState> States { get; } = units.ToDictionary(u => u, _ => new UnitState("v1", "pin-v1", true, "running"));

    public Dictionary<string, double> Shares { get; } = units.ToDictionary(u => u, _ => 1.0 / units.Count);

    public Dictionary<string, (long, long)> Counts { get; } = [];

    public List<string> Done { get; } = [];

    /// <summary>How a version is where it runs; well by default.</summary>
    public Func<string, string, UnitState>? Coming { get; set; }

    /// <summary>Not null: the platform gives no answer.</summary>
    public string? Silent { get; set; }

    /// <summary>Not null: the proxy gives no answer.</summary>
    public string? ProxySilent { get; set; }

    public override IReadOnlyList<string> Units => units;

    public Traffic Traffic => new FakeTraffic(this);

    public override Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel) =>
        Silent is null ? Task.FromResult<IReadOnlyDictionary<string, UnitState>>(States) : throw new Unreachable(Silent);

    public override IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> units, string version) =>
        [new RolloutStep.Do($"fetch {version}", _ => Log($"fetch {version}"))];

    public override Command Run(IReadOnlyList<string> units, Release release) => new("run", [string.Join(',', units), release.Version]);

    public override Command Stop(IReadOnlyList<string> units) => new("stop", [string.Join(',', units)]);

    /// <summary>Does what a command of its own says.</summary>
    public void Do(Command command)
    {
        Done.Add(command.ToString());
        foreach (var unit in command.Arguments[0].Split(','))
            States[unit] = command.Program == "stop" ? UnitState.Nothing("exited")
                : Coming?.Invoke(unit, command.Arguments[1]) ?? new UnitState(command.Arguments[1], $"pin-{command.Arguments[1]}", true, "running");
    }

    /// <summary>Goes through steps as a run does, without a journal. An answer: how the first one ended that failed.</summary>
    public async Task<Verdict?> GoAsync(IEnumerable<RolloutStep> steps)
    {
        foreach (var step in steps)
        {
            Verdict verdict = new Verdict.Passed("");
            switch (step)
            {
                case RolloutStep.Change change when change.Unless is null || await change.Unless(default) is null:
                    Do(change.Command);
                    break;
                case RolloutStep.Do it:
                    verdict = await it.Doing(default);
                    break;
                case RolloutStep.Observe pause:
                    verdict = await pause.Ask(default);
                    break;
            }

            if (verdict.Holds)
                return verdict;
        }

        return null;
    }

    private Task<Verdict> Log(string what)
    {
        Done.Add(what);
        return Task.FromResult<Verdict>(new Verdict.Passed(what));
    }

    private sealed class FakeTraffic(FakeFleet fleet) : Traffic
    {
        public override Task<IReadOnlyDictionary<string, UnitTraffic>> LookAsync(CancellationToken cancel) => fleet.ProxySilent is { } because ? throw new Unreachable(because)
            : Task.FromResult<IReadOnlyDictionary<string, UnitTraffic>>(fleet.Shares.ToDictionary(s => s.Key, s => new UnitTraffic(s.Value, 0) { Counted = fleet.Counts.TryGetValue(s.Key, out var count) ? count : null }));

        public override Task<Verdict> AdmitAsync(IReadOnlyList<string> units, CancellationToken cancel) => Set($"admit {string.Join(',', units)}", units, 1);

        public override Task<Verdict> WithdrawAsync(IReadOnlyList<string> units, TimeSpan drain, CancellationToken cancel) => Set($"drain {string.Join(',', units)}", units, 0);

        public override Task<Verdict> SplitAsync(IReadOnlyDictionary<string, double> shares, CancellationToken cancel)
        {
            foreach (var (unit, share) in shares)
                fleet.Shares[unit] = share;
            return fleet.Log($"split {string.Join(' ', shares.Select(s => $"{s.Key}={s.Value:0.##}"))}");
        }

        private Task<Verdict> Set(string what, IReadOnlyList<string> units, double share)
        {
            if (fleet.ProxySilent is { } because)
                throw new Unreachable(because);
            foreach (var unit in units)
                fleet.Shares[unit] = share;
            return fleet.Log(what);
        }
    }
}
