using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Runs;

namespace Holdpoint.Actions;

/// <summary>
/// Changes the world. An action is one file: a class with a parameterless constructor (and its line in
/// <see cref="ActionCatalogue"/>) that turns a call into something that can be run once, journaled before it starts.
/// </summary>
public abstract class ActionVerb
{
    public abstract Signature Signature { get; }

    /// <summary>Doing it twice does no harm, so an action in doubt is simply done again.</summary>
    public virtual bool Repeatable => false;

    /// <summary>Looks, and changes nothing yet.</summary>
    public abstract Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel);
}

/// <summary>What is to be done, before it is done.</summary>
public abstract record Deed
{
    /// <summary>A program that outlives its driver.</summary>
    /// <param name="Judge">Turns its end into a verdict; null: exit 0 passes.</param>
    public sealed record Detached(Command Command, Func<ActionOutcome, CancellationToken, Task<Verdict>>? Judge = null) : Deed;

    /// <summary>Step by step, each journaled; the driver that takes over goes on with the step that was under way.</summary>
    /// <param name="Judge">What has come of it, asked once every step has passed.</param>
    public sealed record Rollout(IReadOnlyList<RolloutStep> Steps, Func<CancellationToken, Task<Verdict>> Judge) : Deed
    {
        /// <summary>How long what served before runs on once this has passed; null: until the next deploy.</summary>
        public TimeSpan? Keep { get; init; }
    }

    /// <summary>Done by the driver itself: short, and over when the driver is.</summary>
    public sealed record Direct(Func<CancellationToken, Task<Verdict>> Do) : Deed;

    /// <summary>There is nothing to do, and that is proven.</summary>
    public sealed record AlreadyDone(string Shown) : Deed;

    /// <summary>It must not start; the run fails here.</summary>
    public sealed record Refused(string Because) : Deed;

    /// <summary>It must not start unless a person says so.</summary>
    public sealed record Asks(string Because) : Deed;

    private Deed() { }
}

/// <summary>A call with its words resolved.</summary>
/// <param name="Forced">A person has said: again.</param>
public sealed record ActionCall(PlannedStep.Act Step, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Options, ProbeContext Context, bool Forced)
{
    public required ActionWorld World { get; init; }

    /// <summary>Why the host that it is to act on can't be one; null: it can.</summary>
    public string? Misplaced { get; init; }
}

/// <summary>What actions may use of the run around them.</summary>
public sealed record ActionWorld
{
    /// <summary>The target of this name; null where the configuration has none.</summary>
    public required Func<string, Target?> Target { get; init; }

    /// <summary>What was recorded of a target before this run changed it: the version (empty: nothing ran); null where nothing was recorded.</summary>
    public required Func<string, string?> Before { get; init; }

    /// <summary>Whether this run's deploy of the target ended well, so that something else running there now is somebody else's doing.</summary>
    public required Func<string, bool> DeployedWell { get; init; }

    /// <summary>The version of this run.</summary>
    public required string Version { get; init; }

    /// <summary>Says something on a channel; null: said, else why not.</summary>
    public required Func<string, string, CancellationToken, Task<string?>> Tell { get; init; }

    /// <summary>Runs a check to its verdict.</summary>
    public required Func<Check, CancellationToken, Task<Verdict>> Ask { get; init; }

    /// <summary>The configuration.</summary>
    public required Project Project { get; init; }

    /// <summary>What the run is made of.</summary>
    public required Definition Definition { get; init; }

    public required string Environment { get; init; }

    /// <summary>Who started the run.</summary>
    public required string By { get; init; }

    /// <summary>When this action's start was journaled, asked at its end; null: it has not begun.</summary>
    public required Func<DateTimeOffset?> Since { get; init; }

    /// <summary>What this run's last <c>! backup</c> of this name that passed has said; null: there is none.</summary>
    public required Func<string, string?> BackupMade { get; init; }

    /// <summary>Runs a check of the configuration to its verdict.</summary>
    public required Func<PlacedText, CancellationToken, Task<Verdict>> AskConfigured { get; init; }

    /// <summary>The configuration's maintenance mode; null: there is none.</summary>
    public MaintenanceDefinition? Maintenance { get; init; }

    /// <summary>Where scripts of the configuration run.</summary>
    public required string ProjectFolder { get; init; }
}
