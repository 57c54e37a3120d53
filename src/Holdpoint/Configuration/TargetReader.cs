using Holdpoint.Expressions;
using Holdpoint.Rollouts;

namespace Holdpoint.Configuration;

/// <summary>Reads <c>targets:</c>. Kinds of platforms and of traffic bring their own shapes.</summary>
internal static class TargetReader
{
    public static Shape Shape { get; } = new Shape.Mapping("What is deployed and rolled back.",
    [
        new("command", new Shape.Mapping("Commands of your own, run by bash.",
        [
            new("now", new Shape.Scalar("Prints the version that runs.", ScalarKind.Script) { Examples = ["./bin/current"] }) { Required = true },
            new("deploy", new Shape.Scalar("Makes $HOLDPOINT_VERSION run.", ScalarKind.Script) { Examples = ["./bin/switch \"$HOLDPOINT_VERSION\""] }) { Required = true },
            new("rollback", new Shape.Scalar("Makes $HOLDPOINT_PREVIOUS_VERSION run again.", ScalarKind.Script) { Examples = ["./bin/switch \"$HOLDPOINT_PREVIOUS_VERSION\""] }) { Required = true },
            new("health", new Shape.Scalar("Exits with 0 where what runs is well.", ScalarKind.Script)),
        ])),
        .. RolloutKinds.Platforms.Values.Select(p => new Key(p.Name, p.Shape)),
        new("healthy", new Shape.Scalar("A check that has to pass after a change.", ScalarKind.Text) { Examples = ["http ${api}/health"] }),
        new("within", new Shape.Scalar("How long that check is tried, and how long a unit may take to be well.", ScalarKind.Duration)) { Default = "60s" },
        new("dir", new Shape.Scalar("Where the commands run, from this file's folder.", ScalarKind.Text)),
        new("strategy", new Shape.Scalar("How units come to a new version. Not for command.", ScalarKind.Choice([.. Strategy.All.Keys]))) { Default = "rolling" },
        new("batch", new Shape.Scalar("Of a rolling change: how many units at a time, or which share of them.", ScalarKind.Quantity) { Examples = ["1", "25%"] }) { Default = "1" },
        new("settle", new Shape.Scalar("How long what was changed has to stay well before the next is touched.", ScalarKind.Duration)),
        new("drain", new Shape.Scalar("How long requests under way are waited for.", ScalarKind.Duration)) { Default = "30s" },
        new("keep", new Shape.Scalar("How long the old colour runs on after the switch. By default until the next deploy.", ScalarKind.Duration)),
        new("steps", new Shape.OneOrMany("Shares of a canary, rising.", new Shape.Scalar("A share of the traffic.", ScalarKind.Share with { Check = CheckStep })) ) { Default = "5%, 25%, 50%, 100%" },
        new("pause", new Shape.Scalar("How long each share of a canary is watched.", ScalarKind.Duration)) { Default = "5m" },
        new("tolerance", new Shape.Scalar("By how much the share of failed requests on the new side of a canary may be above the stable side's, where the proxy counts them.", ScalarKind.Share)) { Default = "1%" },
        new("compare", new Shape.OneOrMany("Metrics by which the new side of a canary is compared with the stable one, at each share. Their queries say by ${colour} which side is meant.", new Shape.Scalar("A metric.", ScalarKind.Literal) { Examples = ["latency_by_colour"] })),
        new("colours", new Shape.Mapping("Units of the two colours, for blue-green and canary. By default by their names, which end with blue and green.",
        [
            new("blue", new Shape.OneOrMany("Units of the one.", new Shape.Scalar("A unit.", ScalarKind.Text))) { Required = true },
            new("green", new Shape.OneOrMany("Units of the other.", new Shape.Scalar("A unit.", ScalarKind.Text))) { Required = true },
        ])),
        new("smoke", new Shape.Names("Checks that a unit or a colour has to pass after its change, before it gets requests.", "a unit or a colour", NameRule.Any, new Shape.Scalar("A check.", ScalarKind.Text) { Examples = ["http http://localhost:8082/health"] })),
        new("traffic", new Shape.Mapping("What sends requests to the units.", [.. RolloutKinds.Traffics.Values.Select(t => new Key(t.Name, t.Shape))]) { ExactlyOne = [.. RolloutKinds.Traffics.Keys] }),
    ])
    { ExactlyOne = ["command", .. RolloutKinds.Platforms.Keys] };

    private static readonly string[] OfRollouts = ["strategy", "batch", "settle", "drain", "keep", "steps", "pause", "tolerance", "compare", "colours", "smoke", "traffic"];

    public static Dictionary<string, TargetDefinition> Read(YamlView targets, ShapeCheck check)
    {
        var result = new Dictionary<string, TargetDefinition>(StringComparer.Ordinal);
        foreach (var (name, at, value) in targets.Entries)
            if (RolloutKinds.Platforms.Values.FirstOrDefault(p => value[p.Name].IsThere) is { } kind)
                result[name] = OfPlatform(name, kind, value, at, check);
            else if (OfCommands(name, value, at, check) is { } commands)
                result[name] = commands;
        return result;
    }

    private static TargetDefinition.OfCommands? OfCommands(string name, YamlView value, Checklists.Position at, ShapeCheck check)
    {
        var command = value["command"];
        if (command["now"].Placed is not { } now || command["deploy"].Placed is not { } deploy || command["rollback"].Placed is not { } rollback)
            return null;
        foreach (var key in OfRollouts.Where(k => value[k].IsThere))
            check.Add(value[key].At, $"`{key}` is nothing that commands of your own could follow", "remove it, or describe the target by compose, docker, kubernetes or systemd");
        return new(name, now, deploy, rollback, command["health"].Placed, value["healthy"].Placed, value["within"].Duration ?? TargetDefinition.DefaultWithin, value["dir"].Placed, at);
    }

    private static TargetDefinition.OfPlatform OfPlatform(string name, PlatformKind kind, YamlView value, Checklists.Position at, ShapeCheck check)
    {
        var units = kind.UnitsOf(value[kind.Name]);
        kind.Check(value[kind.Name], check);
        var traffic = RolloutKinds.Traffics.Values.FirstOrDefault(t => value["traffic"][t.Name].IsThere);
        traffic?.Check(value["traffic"][traffic.Name], check);
        var colours = value["colours"].IsThere ? new Colours([.. value["colours"]["blue"].Texts.Select(t => t.Content)], [.. value["colours"]["green"].Texts.Select(t => t.Content)]) : Colours.ByName(units);
        var rollout = new RolloutSettings();
        rollout = rollout with
        {
            Strategy = value["strategy"].Text ?? rollout.Strategy,
            Batch = value["batch"].Text is { } batch && Units.ParseNumber(batch) is { } size ? Math.Max(size.Amount, 0.0001) : rollout.Batch,
            Settle = value["settle"].Duration ?? rollout.Settle,
            Drain = value["drain"].Duration ?? rollout.Drain,
            Within = value["within"].Duration ?? rollout.Within,
            Keep = value["keep"].Duration,
            Steps = value["steps"].IsThere ? StepsOf(value["steps"], check) ?? rollout.Steps : rollout.Steps,
            Pause = value["pause"].Duration ?? rollout.Pause,
            Tolerance = value["tolerance"].Share ?? rollout.Tolerance,
            Compare = [.. value["compare"].Texts.Select(t => t.Content.Trim()).Distinct(StringComparer.Ordinal)],
            Colours = colours,
        };
        if (rollout.Batch > 1 && rollout.Batch != Math.Floor(rollout.Batch))
            check.Add(value["batch"].At, "a batch is a whole number of units, or a share below 100%", "write 1, 2 or 25%");
        if (Strategy.All.GetValueOrDefault(rollout.Strategy) is { NeedsColours: true })
        {
            if (colours is null)
                check.Add(at, $"{rollout.Strategy} needs units of two colours", "let their names end with blue and green, or add colours: { blue: […], green: […] }");
            if (traffic is null)
                check.Add(at, $"{rollout.Strategy} needs something that sends the requests", $"add traffic: with one of {string.Join(", ", RolloutKinds.Traffics.Keys)}");
        }

        foreach (var unit in (colours is null ? [] : colours.Blue.Concat(colours.Green)).Except(units).Where(_ => units.Count > 0))
            check.Add(value["colours"].At, $"the target {name} has no unit `{unit}`", Nearest.Hint(unit, units, $"it has {string.Join(", ", units)}"));
        string[] known = [.. units, "blue", "green"];
        foreach (var (unit, where, _) in value["smoke"].Entries.Where(s => units.Count > 0 && !known.Contains(s.Name)))
            check.Add(where, $"the target {name} has no unit `{unit}`", Nearest.Hint(unit, known, $"it has {string.Join(", ", units)}"));
        return new(name, kind.Name, TargetSettings.Read(value[kind.Name]), rollout, value["healthy"].Placed, value["dir"].Placed, at)
        {
            Smoke = value["smoke"].Entries.Where(s => s.Value.Placed is not null).ToDictionary(s => s.Name, s => s.Value.Placed!, StringComparer.Ordinal),
            Traffic = traffic is null ? null : (traffic.Name, TargetSettings.Read(value["traffic"][traffic.Name])),
        };
    }

    private static IReadOnlyList<double>? StepsOf(YamlView steps, ShapeCheck check)
    {
        var read = RolloutOptions.ReadSteps(steps.Texts.SelectMany(t => t.Content.Split(',', ' ')));
        if (read is null)
            check.Add(steps.At, "these are no rising shares", "write them as [5%, 25%, 50%, 100%]");
        return read;
    }

    private static Mistake? CheckStep(string text) => RolloutOptions.ReadSteps(text.Split(',', ' ')) is null ? new("a share of the traffic is meant here", "write it as 5%") : null;
}
