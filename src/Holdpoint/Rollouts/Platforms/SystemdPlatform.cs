using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>
/// Services of this machine's systemd, each of which runs the release that a symlink leads to: a version is a folder of releases.
/// A link says what a unit will run when it is next started; what it runs now is told by its process, or by when it was started.
/// </summary>
internal sealed class SystemdPlatform(SystemdSettings settings, RolloutContext context) : Platform
{
    /// <summary>What one look may take: 20 s.</summary>
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(20);

    public override IReadOnlyList<string> Units => [.. settings.Services.Select(s => s.Name)];

    public override async Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel) =>
        (await SeeAsync(cancel)).ToDictionary(s => s.Service.Name, s => s.State(), StringComparer.Ordinal);

    public override IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> units, string version) =>
        [new RolloutStep.Do($"look whether the release {version} is there", async cancel =>
        {
            if (SystemdSettings.WhyNoRelease(version) is { } not)
                return new Verdict.Failed("a version that is the name of a folder", not);
            var releases = Directory.Exists(settings.Releases) ? Directory.GetDirectories(settings.Releases).Select(d => Path.GetFileName(d)!).Where(d => d[0] != '.').ToList() : [];
            if (!releases.Contains(version))
                return new Verdict.Failed($"the release {settings.Releases}/{version}", Nearest.To(version, releases) is { } near ? $"it is not there; did you mean `{near}`?" : "it is not there: copy it there first, ahead of this deploy");
            if (WhyNoLink(units) is { } unlinked)
                return unlinked;
            var lost = (await SeeAsync(cancel)).Where(s => units.Contains(s.Service.Name)).Select(s => s.WhyNotLoaded).FirstOrDefault(w => w is not null);
            return lost is null ? new Verdict.Passed($"{settings.Releases}/{version} is there") : new Verdict.Failed($"units that can run {version}", lost);
        })];

    public override Command Run(IReadOnlyList<string> units, Release release) =>
        Script(SystemdScripts.Run, [settings.Scope, settings.Reloads ? "reload" : "", .. Of(units).SelectMany(s => (string[])[s.Unit, s.Link, release.Pins.GetValueOrDefault(s.Name) ?? Path.Combine(settings.Releases, release.VersionOf(s.Name))])]);

    public override Command Stop(IReadOnlyList<string> units) => Script("""exec systemctl "$1" stop -- "${@:2}" """, [settings.Scope, .. Of(units).Select(s => s.Unit)]);

    private Verdict.Failed? WhyNoLink(IReadOnlyList<string> units)
    {
        foreach (var link in Of(units).Select(s => s.Link).Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(link) && new FileInfo(link).LinkTarget is null)
                return new($"a symlink at {link}", $"it is a folder: move it to {settings.Releases}/VERSION, and link it from there (ln -s)");
            if (!Directory.Exists(Path.GetDirectoryName(link)))
                return new($"a folder for the link {link}", $"there is no {Path.GetDirectoryName(link)}: make it first");
        }

        return null;
    }

    /// <exception cref="Unreachable"/>
    private async Task<IReadOnlyList<SystemdSight>> SeeAsync(CancellationToken cancel)
    {
        var command = Script(SystemdScripts.Look, [settings.Scope, settings.Releases, $"{settings.Services.Count}", .. settings.Services.Select(s => s.Unit), .. settings.Services.Select(s => s.Link)]);
        var answer = await context.Commands.RunAsync(command with { OutputLimit = 16 * 1024 * 1024 }, LookTimeout, cancel) switch
        {
            CommandResult.Exited ended => new ProgramAnswer("systemctl show", ended.ExitCode, ended.Output.Text, ended.Error.Text),
            CommandResult.TimedOut late => throw new Unreachable($"systemctl show did not end within {Expressions.Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => throw new Unreachable(refused.Because),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
        if (answer.Exit == 127)
            throw new Unreachable("systemctl is not on PATH: is this machine run by systemd?");
        if (answer.Says("not been booted with systemd") || answer.Says("Failed to connect to bus"))
            throw new Unreachable($"{(settings.IsUsers ? "the user's systemd" : "systemd")} gives no answer: {answer.Complaint}");
        if (answer.Exit != 0)
            throw new Unreachable(answer.Refusal.Message);
        return SystemdSight.Read(answer.Output, settings);
    }

    private IEnumerable<SystemdService> Of(IReadOnlyList<string> units) => units.Select(u => settings.Services.First(s => s.Name == u));

    private Command Script(string script, IReadOnlyList<string> arguments) => new("bash", ["-c", script, "holdpoint-systemd", .. arguments])
    {
        WorkingDirectory = context.Directory,
        // In UTC, because the abbreviations of other zones mean several.
        Environment = new Dictionary<string, string?>(context.Variables) { ["LC_ALL"] = "C", ["TZ"] = "UTC" },
    };
}
