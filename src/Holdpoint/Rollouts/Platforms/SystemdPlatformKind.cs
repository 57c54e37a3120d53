using Holdpoint.Configuration;

namespace Holdpoint.Rollouts;

/// <summary><c>systemd: { units: [web@1, web@2], releases: /srv/web/releases, current: /srv/web/current-%i }</c></summary>
public sealed class SystemdPlatformKind : PlatformKind
{
    public override string Name => "systemd";

    internal override Shape.Mapping Shape { get; } = new("Units of this machine's systemd, which run what a symbolic link leads to. A release is a folder that is unpacked before the deploy.",
    [
        new("units", new Shape.OneOrMany("The units that come to a version, in this order.", new Shape.Scalar("A service; its ending may be left out.", ScalarKind.Text) { Examples = ["web@1"] })) { Required = true },
        new("releases", new Shape.Scalar("The folder of all releases, one folder a version, by its name.", ScalarKind.Text) { Examples = ["/srv/web/releases"] }) { Required = true },
        new("current", new Shape.Scalar("The symbolic link to the release that a unit runs. %i stands for the instance's name, %n for the unit's whole name; without them all units share one link.", ScalarKind.Text) { Examples = ["/srv/web/current-%i"] }) { Required = true },
        new("user", new Shape.Scalar("The units are of the user who runs the checklist (systemctl --user), not of the machine.", ScalarKind.Boolean)) { Default = "false" },
        new("reload", new Shape.Scalar("Unit files come with a release: systemctl daemon-reload ahead of each restart.", ScalarKind.Boolean)) { Default = "false" },
    ]);

    internal override void Check(YamlView settings, ShapeCheck check)
    {
        var current = settings["current"].Text ?? "";
        foreach (var unit in settings["units"].Texts.Where(u => !u.Content.Contains("${", StringComparison.Ordinal)))
            if (SystemdService.WhyNot(unit.Content, current) is var (what, fix))
                check.Add(unit.At, what, fix);
        foreach (var twice in settings["units"].Texts.GroupBy(t => t.Content).Where(g => g.Count() > 1))
            check.Add(settings["units"].At, $"the unit `{twice.Key}` stands here more than once", "keep one of them");
    }

    internal override IReadOnlyList<string> UnitsOf(YamlView settings) => [.. settings["units"].Texts.Select(t => t.Content)];

    public override Platform Create(TargetSettings settings, RolloutContext context)
    {
        var (current, releases) = (settings["current"]!, settings["releases"]!);
        foreach (var path in (string[])[current, releases])
            if (path.Length == 0 || path.Any(char.IsControl))
                throw new ArgumentException($"systemd: '{path}' is no path");
        return new SystemdPlatform(
            new([.. settings.List("units").Select(u => SystemdService.Of(u, current, context.Directory))], Path.GetFullPath(releases, context.Directory).TrimEnd('/'), settings["user"] == "true", settings["reload"] == "true"),
            context);
    }
}
