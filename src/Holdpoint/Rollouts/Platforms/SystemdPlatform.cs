using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>
/// Units of systemd on this machine. A version is a folder among the releases, and a symbolic link says which of them a unit runs;
/// the unit's own file names that link in what it executes.
/// </summary>
internal sealed class SystemdPlatform(SystemdSettings settings, RolloutContext context) : Platform
{
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// <c>--system</c> or <c>--user</c>; units, each with its link and the release that it is to lead to. Every release is looked for before the first link moves.
    /// A link that is right already keeps its time, by which other units of it are judged.
    /// </summary>
    private const string Switch = """
        set -e
        scope=$1; shift
        n=$(($# / 3))
        i=0; while [ $i -lt $n ]; do
          unit=$1 link=$2 release=$3; shift 3
          [ -d "$release" ] || { echo "the release $release is not there: unpack it again"; exit 1; }
          [ -L "$link" ] || [ ! -e "$link" ] || { echo "$link is no symbolic link: move it away, and it becomes one"; exit 1; }
          set -- "$@" "$unit" "$link" "$release"
          i=$((i+1))
        done
        i=0; while [ $i -lt $n ]; do
          unit=$1 link=$2 release=$3; shift 3
          if [ "$(readlink -- "$link")" != "$release" ]; then
            trap 'rm -f -- "$link.holdpoint"' EXIT
            ln -sfn -- "$release" "$link.holdpoint"
            mv -fT -- "$link.holdpoint" "$link"
            echo "$link -> $release"
          fi
          set -- "$@" "$unit"
          i=$((i+1))
        done
        systemctl "$scope" reset-failed -- "$@" 2>/dev/null || :

        """;

    /// <summary>systemctl ends its complaints with an advice to look at the journal; the reason stands before it.</summary>
    private const string Do = """
        said=$(systemctl "$scope" "$verb" -- "$@" 2>&1) || { echo "$said" | grep -v '^See ' || echo "systemctl $verb $* has failed"; exit 1; }
        """;

    public override IReadOnlyList<string> Units => settings.Units;

    public override async Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel)
    {
        var shown = SystemdUnit.Read(await AskAsync(cancel), settings.Units, settings.Scope);
        return shown.ToDictionary(u => u.Name, u => u.State(ReleaseLink.Of(settings.LinkOf(u.Name)), context.Time), StringComparer.Ordinal);
    }

    public override IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> units, string version) =>
        [new RolloutStep.Do($"look for the release {version}", _ => Task.FromResult<Verdict>((Verdict?)IsThere(version) ?? (Verdict?)MayLink(units) ?? new Verdict.Passed(settings.ReleaseOf(version))))];

    public override Command Run(IReadOnlyList<string> units, Release release) =>
        Script(Switch + "verb=restart\n" + Do, units.SelectMany(u => (string[])[u, settings.LinkOf(u), release.Pins.GetValueOrDefault(u) ?? settings.ReleaseOf(release.VersionOf(u))]));

    public override Command Stop(IReadOnlyList<string> units) => Script("set -e\nscope=$1; shift\nverb=stop\n" + Do, units);

    private Verdict.Failed? IsThere(string version)
    {
        var folder = settings.ReleaseOf(version);
        var expected = $"the release {version} in {settings.Releases}";
        if (version is "" or "." or ".." || version.Contains('/', StringComparison.Ordinal))
            return new(expected, $"'{version}' can't be the name of a folder");
        if (!Directory.Exists(folder))
            return new(expected, $"there is no folder {folder}: unpack the release there first{Others()}");
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Any() ? null : new(expected, $"{folder} is empty: unpack the release into it first");
        }
        catch (UnauthorizedAccessException e)
        {
            return new(expected, $"{folder} can't be read: {e.Message}");
        }
    }

    private string Others() => Directory.Exists(settings.Releases)
        && Directory.EnumerateDirectories(settings.Releases, "*", new EnumerationOptions { IgnoreInaccessible = true }).Select(Path.GetFileName).Order(StringComparer.Ordinal).TakeLast(5).ToList() is { Count: > 0 } others
            ? $"; there are {string.Join(", ", others)}" : "";

    private Verdict.Failed? MayLink(IReadOnlyList<string> units)
    {
        foreach (var link in units.Select(settings.LinkOf).Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(link) && new FileInfo(link).LinkTarget is null)
                return new($"a symbolic link at {link}", $"it is a folder: move it to {settings.ReleaseOf("VERSION")} and link it from there (ln -s)");
            if (!Directory.Exists(Path.GetDirectoryName(link)))
                return new($"a folder for the link {link}", $"there is no {Path.GetDirectoryName(link)}: make it first");
        }

        return null;
    }

    private async Task<string> AskAsync(CancellationToken cancel)
    {
        // In UTC, because the abbreviations of other zones mean several.
        var environment = context.Variables.ToDictionary();
        environment["TZ"] = "UTC";
        environment["LC_ALL"] = "C";
        var question = new Command("systemctl", [settings.Scope, "show", "--no-pager", $"--property={string.Join(',', SystemdUnit.Properties)}", "--", .. settings.Units]) { WorkingDirectory = context.Directory, Environment = environment };
        return await context.Commands.RunAsync(question, LookTimeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } e => e.Output.Text,
            CommandResult.Exited e when e.Error.Text.Contains("not been booted with systemd", StringComparison.Ordinal) || e.Error.Text.Contains("Failed to connect to", StringComparison.Ordinal) =>
                throw new Unreachable($"systemd {(settings.Scope == "--user" ? "of this user does not answer (loginctl enable-linger starts it)" : "does not run on this machine")}: {DockerCommands.Complaint(e)}"),
            var failed => throw new Unreachable($"systemctl show: {DockerCommands.Complaint(failed)}"),
        };
    }

    private Command Script(string script, IEnumerable<string> arguments) =>
        new("sh", ["-c", script, "sh", settings.Scope, .. arguments]) { WorkingDirectory = context.Directory, Environment = context.Variables };
}

/// <param name="Units">With their endings.</param>
/// <param name="Releases">The folder of all releases, absolute.</param>
/// <param name="Current">The link to the release that a unit runs, absolute, with <c>%i</c> and <c>%n</c> still in it.</param>
/// <param name="Scope"><c>--system</c> or <c>--user</c>.</param>
internal sealed record SystemdSettings(IReadOnlyList<string> Units, string Releases, string Current, string Scope)
{
    public string ReleaseOf(string version) => Path.Combine(Releases, version);

    public string LinkOf(string unit) => Current.Replace("%n", NameOf(unit), StringComparison.Ordinal).Replace("%i", InstanceOf(unit), StringComparison.Ordinal);

    /// <summary><c>web@1</c> is <c>web@1.service</c>; as systemctl has it.</summary>
    public static string NameOf(string unit) => Path.HasExtension(unit) && unit[(unit.LastIndexOf('.') + 1)..] is "service" or "socket" or "timer" or "path" or "target" or "mount" or "scope" or "slice" ? unit : unit + ".service";

    /// <summary>Between the @ and the ending; empty where the unit is none of several.</summary>
    public static string InstanceOf(string unit) => unit.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && NameOf(unit) is var name ? name[(at + 1)..name.LastIndexOf('.')] : "";
}

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
    ]);

    internal override IReadOnlyList<string> UnitsOf(YamlView settings) => [.. settings["units"].Texts.Select(t => t.Content)];

    internal override void Check(YamlView settings, ShapeCheck check)
    {
        foreach (var unit in settings["units"].Texts.Where(u => !u.Content.Contains("${", StringComparison.Ordinal)))
            if (WhyNot(unit.Content, settings["current"].Text ?? "") is { } because)
                check.Add(unit.At, because, "write web@1, or a link without %i");
    }

    public override Platform Create(TargetSettings settings, RolloutContext context)
    {
        var (units, current) = (settings.List("units"), Path.GetFullPath(settings["current"]!, context.Directory));
        foreach (var unit in units)
            if (WhyNot(unit, current) is { } because)
                throw new ArgumentException($"systemd: {because}");
        return new SystemdPlatform(new(units, Path.GetFullPath(settings["releases"]!, context.Directory).TrimEnd('/'), current.TrimEnd('/'), settings["user"] == "true" ? "--user" : "--system"), context);
    }

    private static string? WhyNot(string unit, string current) =>
        unit.Length == 0 || unit.StartsWith('-') || unit.Any(c => char.IsWhiteSpace(c) || c is '/' or '*' or '?' or '[') ? $"'{unit}' can't be the name of a unit"
        : current.Contains("%i", StringComparison.Ordinal) && SystemdSettings.InstanceOf(unit).Length == 0 ? $"{unit} is no instance, and %i in current: stands for an instance's name"
        : null;
}
