using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Rollouts;

/// <summary>A unit as <c>systemctl show</c> tells it: systemctl(1), org.freedesktop.systemd1(5).</summary>
internal sealed class SystemdUnit
{
    public static IReadOnlyList<string> Properties { get; } =
    [
        "Id", "LoadState", "ActiveState", "SubState", "Result", "NRestarts", "ExecMainStatus",
        "ExecMainStartTimestamp", "ExecMainStartTimestampMonotonic", "ActiveEnterTimestamp", "ActiveEnterTimestampMonotonic",
    ];

    private const int ManyRestarts = 3;

    private readonly Dictionary<string, string> _properties;

    private SystemdUnit(string name, Dictionary<string, string> properties) => (Name, _properties) = (name, properties);

    /// <summary>As the configuration has it.</summary>
    public string Name { get; }

    private string this[string property] => _properties.GetValueOrDefault(property, "");

    /// <summary>Blocks of lines <c>Name=value</c>, one for each unit, in the order in which they were asked for.</summary>
    /// <exception cref="Unreachable">They are not those of the units, or systemd can't say what a unit is.</exception>
    public static IReadOnlyList<SystemdUnit> Read(string shown, IReadOnlyList<string> units, string scope)
    {
        var blocks = shown.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(b => b.Trim().Length > 0).ToList();
        if (blocks.Count != units.Count)
            throw new Unreachable($"systemctl show answers with {blocks.Count} units, and {units.Count} were asked for");
        return [.. units.Zip(blocks).Select(u => new SystemdUnit(u.First, Lines(u.Second)).Known(scope))];
    }

    /// <summary>What it runs: the release that its link leads to, if it was started after the link came to lead there.</summary>
    /// <exception cref="Unreachable">It runs, and what is not to be seen.</exception>
    public UnitState State(ReleaseLink link, TimeProvider time)
    {
        var (state, sub) = (this["ActiveState"], this["SubState"]);
        if (state == "failed")
            return Nothing("failed") with { Lost = $"it failed ({Ended()})" };
        if (state == "inactive")
            return Nothing(this["LoadState"] == "masked" ? "masked" : "inactive") with { Lost = this["LoadState"] == "masked" ? $"it is masked: systemctl unmask {this["Id"]}" : null };
        if ((state, sub) == ("active", "exited"))
            return Nothing("exited") with { Lost = $"it has ended by itself ({Ended()})" };
        if (link.Goal is null)
            throw new Unreachable($"{this["Id"]} is {state}, and {link.WhyNone}, so its version can't be told: link its release there (ln -s)");

        var begins = sub is "auto-restart" or "auto-restart-queued";
        var isOlder = !begins && state != "activating" && IsOlderThan(link, time);
        return new UnitState(link.Version, link.Goal, state == "active" && sub == "running" && !isOlder,
            isOlder ? $"{sub} since before {link.Path} led to {link.Version}: it runs an older release until it is restarted" : begins ? $"{state} again ({Ended()})" : state == "active" ? sub : $"{state}, {sub}")
        {
            Lost = begins && Restarts >= ManyRestarts ? $"it ended ({Ended()}) and was restarted {Restarts} times" : null,
            Restarts = Restarts,
            Since = Started,
        };
    }

    private long? Restarts => long.TryParse(this["NRestarts"], NumberStyles.None, CultureInfo.InvariantCulture, out var restarts) ? restarts : null;

    /// <summary>When its program was executed, which is when it followed the link; of another unit than a service when it became active.</summary>
    private DateTimeOffset? Started => Moment(this["ExecMainStartTimestamp"]) ?? Moment(this["ActiveEnterTimestamp"]);

    private UnitState Nothing(string condition) => UnitState.Nothing(condition) with { Restarts = Restarts };

    private string Ended() => this["Result"] is { Length: > 0 } result && result != "success" ? result == "exit-code" ? $"exit {this["ExecMainStatus"]}" : result : $"exit {this["ExecMainStatus"]}";

    /// <exception cref="Unreachable"/>
    private SystemdUnit Known(string scope)
    {
        if (this["LoadState"] is "" || this["ActiveState"] is "")
            throw new Unreachable($"systemctl show does not tell the state of {Name}");
        if (this["LoadState"] is "not-found")
            throw new Unreachable($"systemd has no unit {this["Id"]}: write its file, then systemctl {(scope == "--user" ? "--user " : "")}daemon-reload");
        if (this["LoadState"] is "bad-setting" or "error")
            throw new Unreachable($"systemd can't load {this["Id"]} ({this["LoadState"]}): systemctl status {this["Id"]} tells why");
        return this;
    }

    /// <summary>systemctl tells whole seconds. Within one and the same the clock that counts from the machine's start decides, which it tells to the microsecond.</summary>
    private bool IsOlderThan(ReleaseLink link, TimeProvider time)
    {
        if (Started is not { } started)
            return true;
        var changed = link.ChangedAt;
        var second = changed.AddTicks(-(changed.Ticks % TimeSpan.TicksPerSecond));
        return started < second || (started - second < TimeSpan.FromSeconds(1) && started.Ticks % TimeSpan.TicksPerSecond == 0 && started + Fraction(started, time) < changed);
    }

    private TimeSpan Fraction(DateTimeOffset started, TimeProvider time)
    {
        var property = Moment(this["ExecMainStartTimestamp"]) is null ? "ActiveEnterTimestampMonotonic" : "ExecMainStartTimestampMonotonic";
        if (!long.TryParse(this[property], NumberStyles.None, CultureInfo.InvariantCulture, out var micros))
            return TimeSpan.Zero;
        var age = time.GetElapsedTime(0) - TimeSpan.FromMicroseconds(micros);
        var fraction = time.GetUtcNow() - age - started;
        return fraction < TimeSpan.Zero ? TimeSpan.Zero : fraction < TimeSpan.FromSeconds(1) ? fraction : TimeSpan.FromSeconds(1);
    }

    /// <summary><c>Sat 2026-11-21 03:18:07 UTC</c>; null where it never was.</summary>
    private static DateTimeOffset? Moment(string text) =>
        text.Split(' ') is [_, var day, var hour, "UTC"]
        && DateTimeOffset.TryParseExact($"{day} {hour}", ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.ffffff"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static Dictionary<string, string> Lines(string block)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in block.Split('\n'))
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                lines[line[..equals]] = line[(equals + 1)..].Trim();
        return lines;
    }
}

/// <summary>The symbolic link that says which release runs.</summary>
/// <param name="Goal">Absolute; null: there is no such link.</param>
/// <param name="ChangedAt">When it came to lead there.</param>
/// <param name="WhyNone">Why there is no goal.</param>
internal sealed record ReleaseLink(string Path, string? Goal, DateTimeOffset ChangedAt, string WhyNone)
{
    public string Version => System.IO.Path.GetFileName(Goal) ?? "";

    public static ReleaseLink Of(string path)
    {
        var link = new FileInfo(path);
        try
        {
            return link.LinkTarget is { } goal
                ? new(path, System.IO.Path.GetFullPath(goal, System.IO.Path.GetDirectoryName(path)!).TrimEnd('/'), link.LastWriteTimeUtc, "")
                : new(path, null, default, Directory.Exists(path) || link.Exists ? $"{path} is no symbolic link" : $"there is no link {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unreachable($"the link {path} can't be read: {e.Message}");
        }
    }
}
