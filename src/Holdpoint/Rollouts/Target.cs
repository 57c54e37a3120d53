using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Something that versions run on. A kind of target is one file.</summary>
public abstract class Target
{
    public abstract string Name { get; }

    /// <summary>What runs now. Looks, and changes nothing.</summary>
    public abstract Task<RunsNow> NowAsync(CancellationToken cancel);

    /// <summary>What makes a version run.</summary>
    public abstract Command Deploy(string version);

    /// <summary>What makes the version of before run again.</summary>
    /// <param name="before">As <see cref="RunsNow.Version"/> told it; empty: nothing ran.</param>
    public abstract Command Return(string before);

    /// <summary>Whether what runs is well, tried until it is or its time is over. Null where the target says nothing about health.</summary>
    public abstract Task<Verdict?> HealthAsync(CancellationToken cancel);
}

public abstract record RunsNow
{
    public sealed record Version(string Text) : RunsNow;

    /// <summary>Nothing runs, and that is a state.</summary>
    public sealed record Nothing : RunsNow;

    public sealed record Unreadable(string Because) : RunsNow;

    private RunsNow() { }

    /// <summary>Versions are compared without a leading v: tags carry it, programs rarely do.</summary>
    public bool Is(string version) => this is Version v && string.Equals(v.Text.TrimStart('v', 'V'), version.TrimStart('v', 'V'), StringComparison.Ordinal);
}
