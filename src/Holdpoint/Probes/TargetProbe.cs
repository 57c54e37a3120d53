using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>What runs on a target, by its platform's own account.</summary>
public sealed class TargetProbe : AskingProbe
{
    public override Signature Signature { get; } = new("target", "What runs on a target of the configuration, and whether it is ready.")
    {
        Arguments = [new("TARGET", "a name under targets: in holdpoint.yaml. Of two colours the one that gets requests is looked at.")],
        Facts =
        [
            new("version", Dimension.Version, "the version that its units run; unknown while they run several, or none"),
            new("ready", Dimension.Count, "units that run and are well. Of a target by commands (command:) only the version is known"),
            new("unready", Dimension.Count, "units that do not, or are not"),
            new("total", Dimension.Count, "its units"),
            new("restarts", Dimension.Count, "how often its units were started again by what supervises them, in sum"),
            new("age", Dimension.Duration, "since when all of its units run: time since the start of the newest"),
        ],
        DefaultCondition = "ready == total",
        Example = "target web version == \"2.4.0\" and ready == total",
        Needs = "what its platform is looked at with: docker, kubectl, systemctl, or the target's own commands",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        var target = call.Context.Target(name) ?? throw new Unanswered($"there is no target {name}: add it under targets: in holdpoint.yaml");
        return await target.SeeAsync(cancel) switch
        {
            TargetSight.Unreadable u => throw new Unanswered(u.Because),
            TargetSight.VersionOnly v => OfVersion(name, v.Version),
            TargetSight.OfUnits { Units: { Count: > 0 } units } => OfUnits(units, call.Context.Time.GetUtcNow()),
            _ => throw new Unanswered($"the target {name} has no units"),
        };
    }

    private static Reading OfVersion(string name, string? version)
    {
        var unknown = new Value.Unknown($"the commands of {name} tell its version alone: write a condition on version, or describe it by a platform");
        return Reading.Of(("version", version is null ? new Value.Unknown($"nothing runs on {name}") : Value.OfVersion(version)),
            ("ready", unknown), ("unready", unknown), ("total", unknown), ("restarts", unknown), ("age", unknown));
    }

    private static Reading OfUnits(IReadOnlyList<UnitSight> units, DateTimeOffset now)
    {
        var ready = units.Count(u => u.IsReady);
        return Reading.Of(
            ("version", Version(units)),
            ("ready", Value.Count(ready)),
            ("unready", Value.Count(units.Count - ready)),
            ("total", Value.Count(units.Count)),
            ("restarts", units.FirstOrDefault(u => u.Restarts is null) is { } uncounted ? new Value.Unknown($"restarts of {uncounted.Name} are not counted: {uncounted.Condition}") : Value.Count(units.Sum(u => u.Restarts!.Value))),
            ("age", units.FirstOrDefault(u => u.Since is null) is { } silent ? new Value.Unknown($"since when {silent.Name} runs is not told: {silent.Condition}") : Age(now, units.Max(u => u.Since!.Value)))) with
        {
            Evidence = [Evidence.OfText("units.txt", string.Concat(units.Select(u => Told(u, now))))],
        };
    }

    private static Value Version(IReadOnlyList<UnitSight> units)
    {
        var versions = units.Where(u => u.Version.Length > 0).GroupBy(u => u.Version).ToList();
        return versions.Count switch
        {
            0 => new Value.Unknown($"nothing runs: {units[0].Name} is {units[0].Condition}"),
            1 => Value.OfVersion(versions[0].Key),
            _ => new Value.Unknown($"several versions run: {string.Join(", ", versions.Select(v => $"{v.Key} on {string.Join(" and ", v.Select(u => u.Name))}"))}"),
        };
    }

    private static Value Age(DateTimeOffset now, DateTimeOffset since) => Value.Duration(now > since ? now - since : TimeSpan.Zero);

    private static string Told(UnitSight unit, DateTimeOffset now) =>
        $"{(unit.IsReady ? "ready  " : "unready")}  {unit.Name}  {(unit.Version.Length > 0 ? unit.Version : "-")}  {unit.Condition}"
        + (unit.Restarts is > 0 and var restarts ? $"  restarted {restarts} times" : "")
        + (unit.Since is { } since && now > since ? $"  since {Units.Duration(now - since)}" : "") + "\n";
}
