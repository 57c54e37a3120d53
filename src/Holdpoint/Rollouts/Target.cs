using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Something that versions run on. A kind of target is one file.</summary>
public abstract class Target : IObservedTarget
{
    public abstract string Name { get; }

    /// <summary>What runs now. Looks, and changes nothing.</summary>
    public abstract Task<RunsNow> NowAsync(CancellationToken cancel);

    /// <summary>What makes a version run.</summary>
    /// <param name="before">What ran before this run, as <see cref="RunsNow.Version.State"/> told it; empty: nothing did.</param>
    /// <param name="options">Of the deploy's line; they win over the configuration.</param>
    public abstract Way Deploy(string version, string before, IReadOnlyDictionary<string, string> options);

    /// <summary>What makes the version of before run again.</summary>
    /// <param name="before">As <see cref="RunsNow.Version.State"/> told it; empty: nothing ran.</param>
    public abstract Way Return(string before);

    /// <summary>Whether what runs is well, tried until it is or its time is over. Null where the target says nothing about health.</summary>
    public abstract Task<Verdict?> HealthAsync(CancellationToken cancel);

    /// <inheritdoc/>
    public virtual async Task<TargetSight> SeeAsync(CancellationToken cancel) => await NowAsync(cancel) switch
    {
        RunsNow.Version now => new TargetSight.VersionOnly(now.Text),
        RunsNow.Nothing => new TargetSight.VersionOnly(null),
        RunsNow.Unreadable unreadable => new TargetSight.Unreadable(unreadable.Because),
        var other => throw new InvalidOperationException($"no such state: {other.GetType().Name}"),
    };

    /// <summary>The version in a state that <see cref="RunsNow.Version.State"/> told.</summary>
    public virtual string VersionOf(string state) => state;

    /// <summary>What has the units run no more that get no requests: the colour that served before. Null: none of them runs.</summary>
    public virtual Task<Way?> RetireAsync(CancellationToken cancel) => Task.FromResult<Way?>(new Way.Impossible($"{Name} has no two colours of which one could be stopped"));

    /// <summary>Whether what runs is partly the one version and partly what ran before: what a change that broke off leaves. Null: it can't be told from something else.</summary>
    public virtual bool? IsMixture(RunsNow.Version now, string version, string before) => null;
}

/// <summary>How a target gets from one version to another.</summary>
public abstract record Way
{
    /// <summary>One program does it all. Whether it may be run again is not known.</summary>
    public sealed record Once(Command Command) : Way;

    /// <summary>Step by step; each may be repeated.</summary>
    public sealed record Steps(IReadOnlyList<RolloutStep> List) : Way
    {
        /// <summary>How long what served before runs on afterwards; null: until the next deploy.</summary>
        public TimeSpan? Keep { get; init; }
    }

    /// <summary>It can't be done, and nothing has been changed.</summary>
    public sealed record Impossible(string Because) : Way;

    private Way() { }
}

public abstract record RunsNow
{
    /// <param name="Text">What people call it.</param>
    public sealed record Version(string Text) : RunsNow
    {
        /// <summary>All that is needed to return to it: the text alone, or digests, a revision, a colour as the target writes them down.</summary>
        public string State { get; init; } = Text;
    }

    /// <summary>Nothing runs, and that is a state.</summary>
    public sealed record Nothing : RunsNow;

    public sealed record Unreadable(string Because) : RunsNow;

    private RunsNow() { }

    /// <summary>Versions are compared without a leading v: tags carry it, programs rarely do.</summary>
    public bool Is(string version) => this is Version v && (v.State == version || string.Equals(v.Text.TrimStart('v', 'V'), version.TrimStart('v', 'V'), StringComparison.Ordinal));
}
