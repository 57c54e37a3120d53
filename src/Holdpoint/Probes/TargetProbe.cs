using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>What runs on a target of the configuration, whatever it is made of.</summary>
public sealed class TargetProbe : AskingProbe
{
    public override Signature Signature { get; } = new("target", "What runs on a target of the configuration: its version, and whether its units are well.")
    {
        Arguments = [new("TARGET", "a name under targets: in holdpoint.yaml")],
        Facts =
        [
            new("version", Dimension.Version, "What it runs; unknown where its units run several. A target of your own commands tells this alone."),
            new("ready", Dimension.Count, "Units that run and are well. Of two colours, the units that get requests count."),
            new("unready", Dimension.Count, "Units that are not."),
            new("total", Dimension.Count, "Units in all."),
            new("restarts", Dimension.Count, "How often its units were started again by what supervises them; unknown where that is not told."),
            new("age", Dimension.Duration, "Time since the last of its units began to run; unknown while one does not."),
        ],
        DefaultCondition = "ready == total",
        Example = "target web ready == total and version == \"${version}\"",
        Needs = "the target",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        var target = call.Context.Target(name) ?? throw new Unanswered($"there is no target {name}: add it under targets: in holdpoint.yaml");
        return await target.LookAsync(cancel) switch
        {
            TargetLook.Seen seen => Reading.Of(FactsOf(seen, call.Context.Time.GetUtcNow(), name)) with { Evidence = [Evidence.OfText("target.txt", Told(seen))] },
            TargetLook.Unreadable no => throw new Unanswered(no.Because),
            var other => throw new InvalidOperationException($"no such look: {other.GetType().Name}"),
        };
    }

    private static (string Name, Value Value)[] FactsOf(TargetLook.Seen seen, DateTimeOffset now, string name)
    {
        if (seen.Units is not { } units)
        {
            var untold = new Value.Unknown(seen.WhyNoUnits);
            return [("version", seen.Version.Length > 0 ? Value.OfVersion(seen.Version) : new Value.Unknown($"nothing runs on {name}")), .. ((string[])["ready", "unready", "total", "restarts", "age"]).Select(f => (f, (Value)untold))];
        }

        var versions = units.Select(u => u.Version).Where(v => v.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var ready = units.Count(u => u.IsReady);
        return
        [
            ("version", versions switch
            {
                [] => new Value.Unknown($"nothing runs on {name}"),
                [var one] => Value.OfVersion(one),
                _ => new Value.Unknown($"{name} runs several: {string.Join(", ", units.Where(u => u.Version.Length > 0).Select(u => $"{u.Name} {u.Version}"))}"),
            }),
            ("ready", Value.Count(ready)),
            ("unready", Value.Count(units.Count - ready)),
            ("total", Value.Count(units.Count)),
            ("restarts", units.FirstOrDefault(u => u is { Version.Length: > 0, Restarts: null }) is { } silent ? new Value.Unknown($"restarts of {silent.Name} are not told") : Value.Count(units.Sum(u => u.Restarts ?? 0))),
            ("age", units.FirstOrDefault(u => u.Since is null) is { } still ? new Value.Unknown(still.Version.Length == 0 ? $"{still.Name} runs nothing: {still.Condition}" : $"since when {still.Name} runs is not told")
                : units.Max(u => u.Since) is { } last ? Value.Duration(now > last ? now - last : TimeSpan.Zero) : new Value.Unknown($"{name} has no units")),
        ];
    }

    private static string Told(TargetLook.Seen seen) => seen.Units is not { } units ? $"{seen.Version}\n"
        : EvidenceTable.Of(["unit", "version", "ready", "condition"], units.Select(u => (string[])[u.Name, u.Version.Length > 0 ? u.Version : "-", u.IsReady ? "yes" : "no", u.Condition]));
}
