using Holdpoint.Checklists;
using Holdpoint.Rollouts;

namespace Holdpoint.Configuration;

/// <summary>What <c>! deploy NAME</c> changes.</summary>
/// <param name="Healthy">A check that has to pass after a change; null where none is given.</param>
/// <param name="Within">How long that check is tried. 60 s by default.</param>
/// <param name="Directory">Where its commands run, from the project's folder; null: that folder.</param>
public abstract record TargetDefinition(string Name, PlacedText? Healthy, TimeSpan Within, PlacedText? Directory, Position At)
{
    public static TimeSpan DefaultWithin { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Every check that stands in it.</summary>
    public virtual IEnumerable<PlacedText> Checks => Healthy is null ? [] : [Healthy];

    /// <summary>A target whose commands are the user's own, run as scripts are.</summary>
    /// <param name="Now">Prints the version that runs, and nothing where none does.</param>
    /// <param name="Deploy">Makes <c>$HOLDPOINT_VERSION</c> run.</param>
    /// <param name="Rollback">Makes <c>$HOLDPOINT_PREVIOUS_VERSION</c> run.</param>
    /// <param name="Health">Exit 0 where what runs is well; null where there is none.</param>
    public sealed record OfCommands(string Name, PlacedText Now, PlacedText Deploy, PlacedText Rollback, PlacedText? Health, PlacedText? Healthy, TimeSpan Within, PlacedText? Directory, Position At)
        : TargetDefinition(Name, Healthy, Within, Directory, At);

    /// <summary>A target that is changed step by step.</summary>
    /// <param name="Kind">A name of <see cref="RolloutKinds.Platforms"/>.</param>
    /// <param name="Settings">Of its kind, as written.</param>
    public sealed record OfPlatform(string Name, string Kind, IReadOnlyDictionary<string, IReadOnlyList<PlacedText>> Settings, RolloutSettings Rollout, PlacedText? Healthy, PlacedText? Directory, Position At)
        : TargetDefinition(Name, Healthy, Rollout.Within, Directory, At)
    {
        public override IEnumerable<PlacedText> Checks => base.Checks.Concat(Smoke.Values);

        /// <summary>Checks by unit or colour.</summary>
        public IReadOnlyDictionary<string, PlacedText> Smoke { get; init; } = new Dictionary<string, PlacedText>();

        /// <summary>A name of <see cref="RolloutKinds.Traffics"/> and its settings, as written; null: nothing steers requests.</summary>
        public (string Kind, IReadOnlyDictionary<string, IReadOnlyList<PlacedText>> Settings)? Traffic { get; init; }
    }
}
