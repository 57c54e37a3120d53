using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>
/// What versions run on: units (services, containers, deployments, systemd units) each of which can be brought to a version.
/// It knows no order, no traffic and no waiting; those are the strategy's.
/// </summary>
public abstract class Platform
{
    /// <summary>Its units, in the order in which they are brought to a new version.</summary>
    public abstract IReadOnlyList<string> Units { get; }

    /// <summary>What each unit runs now; every unit is in the answer.</summary>
    /// <exception cref="Unreachable">It gives no answer: the daemon is gone, the program is missing.</exception>
    public abstract Task<IReadOnlyDictionary<string, UnitState>> LookAsync(CancellationToken cancel);

    /// <summary>What comes ahead of the first change and is seen by no user: images fetched and their digests told, room on the disk looked at.</summary>
    public abstract IReadOnlyList<RolloutStep> Prepare(IReadOnlyList<string> units, string version);

    /// <summary>Brings units to a release, and only these. Doing it again does no harm. Need not wait for their health.</summary>
    public abstract Command Run(IReadOnlyList<string> units, Release release);

    /// <summary>Has units run no more, gracefully. Doing it again does no harm.</summary>
    public abstract Command Stop(IReadOnlyList<string> units);
}

/// <summary>What a unit runs.</summary>
/// <param name="Version">What people call it; empty: nothing runs.</param>
/// <param name="Pin">What identifies it for good, by which it can be had back: an image's id, a digest, a link's goal.</param>
/// <param name="IsReady">It runs and says that it is well; where it has no way to say so, it runs.</param>
/// <param name="Condition">In words: <c>running, unhealthy</c>.</param>
public sealed record UnitState(string Version, string Pin, bool IsReady, string Condition)
{
    public static UnitState Nothing(string condition) => new("", "", false, condition);

    /// <summary>Why waiting is no use: it ended, its image is missing. Null: it may still come.</summary>
    public string? Lost { get; init; }

    /// <summary>How often it was started again by whatever supervises it; null: that is not told.</summary>
    public long? Restarts { get; init; }

    /// <summary>Since when it runs; null: it does not, or that is not told.</summary>
    public DateTimeOffset? Since { get; init; }

    public bool IsOf(string unit, Release release) => release.Pins.TryGetValue(unit, out var pin) ? Pin == pin : Versions.AreSame(Version, release.Version);
}

/// <summary>What units are to run: a version that comes new, or what ran before, to the digest.</summary>
/// <param name="Version">What people call it; empty: nothing is to run.</param>
/// <param name="Pins">By unit, as <see cref="UnitState.Pin"/> told it; a unit that is missing here gets <paramref name="Version"/> as it comes.</param>
public sealed record Release(string Version, IReadOnlyDictionary<string, string> Pins)
{
    public static Release New(string version) => new(version, new Dictionary<string, string>());

    /// <summary>By unit, what people call it where units run several versions.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    public string VersionOf(string unit) => Versions.GetValueOrDefault(unit, Version);
}

/// <summary>A platform, or what steers its traffic, gives no answer.</summary>
public sealed class Unreachable(string because) : Exception(because);

public static class Versions
{
    /// <summary>Without a leading v: tags carry it, programs rarely do.</summary>
    public static bool AreSame(string one, string other) => string.Equals(one.TrimStart('v', 'V'), other.TrimStart('v', 'V'), StringComparison.Ordinal);
}
