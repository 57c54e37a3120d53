using System.Globalization;

namespace Holdpoint.Rollouts;

/// <summary>What <see cref="SystemdScripts.Look"/> saw of a unit.</summary>
/// <param name="Shown">Properties by name, as <c>systemctl show</c> has them (org.freedesktop.systemd1(5)).</param>
/// <param name="Told">What was said of it beside that: a word and its fields.</param>
/// <param name="Releases">The folder of releases, without symlinks in it.</param>
internal sealed record SystemdSight(SystemdService Service, IReadOnlyDictionary<string, string> Shown, IReadOnlyList<string[]> Told, string Releases)
{
    private const int ManyRestarts = 3;

    /// <exception cref="Unreachable">Half an answer.</exception>
    public static IReadOnlyList<SystemdSight> Read(string output, SystemdSettings settings)
    {
        // A block of properties for each unit in the order asked for, their own order being systemd's; then what else was seen.
        var end = output.IndexOf("\nreleases\t", StringComparison.Ordinal);
        var blocks = output[..Math.Max(end, 0)].Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(Properties).ToList();
        if (blocks.Count != settings.Services.Count || blocks.Any(b => !b.ContainsKey("ActiveState") || !b.ContainsKey("LoadState")))
            throw new Unreachable($"systemctl show does not tell the state of {Moves.Words([.. settings.Services.Select(s => s.Unit)])}");
        var told = output[(end + 1)..].Split('\n').Select(l => l.Split('\t')).Where(t => t.Length > 1).ToList();
        return [.. settings.Services.Select((s, i) => new SystemdSight(s, blocks[i], [.. told.Skip(1).Where(t => t[1] == $"{i}")], told[0][1]))];
    }

    /// <summary>Why it can't be started at all; null: it can.</summary>
    public string? WhyNotLoaded => Property("LoadState") switch
    {
        "loaded" => null,
        "not-found" => $"systemd has no unit {Service.Unit}",
        var state => $"systemd can't load {Service.Unit}, which is {state}: systemctl status {Service.Unit} tells why",
    };

    /// <exception cref="Unreachable">It runs, and nothing tells what.</exception>
    public UnitState State()
    {
        var (active, sub) = (Property("ActiveState"), Property("SubState"));
        var condition = sub.Length == 0 || sub == active ? active : $"{active}, {sub}";
        if (WhyNotLoaded is { } because)
            return UnitState.Nothing(Property("LoadState")) with { Lost = because };
        if (active is "failed" or "inactive")
            return UnitState.Nothing(condition) with { Lost = active == "failed" ? $"it failed ({Result}){Said}" : null };
        if (sub == "auto-restart")
            return UnitState.Nothing(condition) with { Restarts = Restarts, Lost = Restarts >= ManyRestarts ? $"it ended ({Result}) and was restarted {Restarts} times{Said}" : null };
        var goal = Runs();
        var waits = Link is { } link && link.Goal != goal ? $" ({Path.GetFileName(link.Goal)} not started)" : "";
        return new(Path.GetFileName(goal), goal, active == "active" && sub == "running" && waits.Length == 0, condition + waits) { Restarts = Restarts, Since = Moment("ActiveEnterTimestamp") };
    }

    private (decimal Since, string Goal)? Link => Told.FirstOrDefault(t => t[0] == "link") is [_, _, var since, var goal] && Seconds(since) is { } made ? (made, goal) : null;

    private int? Restarts => int.TryParse(Property("NRestarts"), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts) ? restarts : null;

    private string Result => Property("ExecMainStatus") is { Length: > 0 } status and not "0" ? $"{Property("Result")}, status {status}" : Property("Result");

    private string Said => Told.FirstOrDefault(t => t[0] == "said") is [_, _, { Length: > 0 } line, ..] ? $": {(line.Length > 200 ? line[..199] + "…" : line)}" : "";

    /// <summary>The release that its process was started from: that of its program or its folder; else the one its link led to when it was started.</summary>
    private string Runs()
    {
        if (Told.FirstOrDefault(t => t[0] == "process") is [_, _, var program, var folder, ..] && (In(program) ?? In(folder)) is { } release)
            return release;
        if (Link is { } link && StartedSince(link.Since))
            return link.Goal;
        var earlier = Told.Where(t => t is ["earlier", _, _, _]).Select(t => (Since: Seconds(t[2]), Goal: t[3])).Where(e => e.Since is { } since && StartedSince(since)).ToList();
        if (earlier.Count > 0)
            return earlier.MaxBy(e => e.Since).Goal;
        throw new Unreachable(Link is { } newer
            ? $"{Service.Unit} was started before {Service.Link} led to {Path.GetFileName(newer.Goal)}, and which release it runs is not to be seen: systemctl restart {Service.Unit}"
            : Told.Any(t => t[0] == "folder") ? $"{Service.Link} is no symlink: move it to a release, and let a symlink lead there"
            : $"{Service.Unit} runs, and {Service.Link} is not there to say what: is current: right?");
    }

    private string? In(string path) =>
        path.StartsWith(Releases + "/", StringComparison.Ordinal) && path[(Releases.Length + 1)..].Split('/')[0] is { Length: > 0 } release ? $"{Releases}/{release}" : null;

    /// <summary>Before version 248 systemd tells whole seconds; who restarts a unit does so right after changing its link, so the same second counts.</summary>
    private bool StartedSince(decimal since) =>
        Moment("ExecMainStartTimestamp") is { } started && (decimal)(started - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerSecond >= (Property("ExecMainStartTimestamp").Contains('.', StringComparison.Ordinal) ? since : Math.Floor(since));

    private string Property(string name) => Shown.GetValueOrDefault(name, "");

    /// <summary><c>Sat 2026-11-21 03:18:07.163592 UTC</c>.</summary>
    private DateTimeOffset? Moment(string property) =>
        Property(property).Split(' ') is [_, var day, var hour, "UTC"]
        && DateTimeOffset.TryParseExact($"{day} {hour}", ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.ffffff"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static decimal? Seconds(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    /// <summary>Lines <c>Name=value</c>.</summary>
    private static Dictionary<string, string> Properties(string block) =>
        block.Split('\n').Where(l => l.IndexOf('=', StringComparison.Ordinal) > 0).ToDictionary(l => l[..l.IndexOf('=', StringComparison.Ordinal)], l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim(), StringComparer.Ordinal);
}
