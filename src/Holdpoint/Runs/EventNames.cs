using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Holdpoint.Journal;

namespace Holdpoint.Runs;

/// <summary>The stable names of events on the wire. A name, once released, never changes its meaning.</summary>
public static class EventNames
{
    private static readonly (string Name, JsonTypeInfo Type)[] Table =
    [
        ("started", EventJson.Default.Started),
        ("driven", EventJson.Default.Driven),
        ("left", EventJson.Default.Left),
        ("stage-entered", EventJson.Default.StageEntered),
        ("lock-taken", EventJson.Default.LockTaken),
        ("lock-released", EventJson.Default.LockReleased),
        ("section-skipped", EventJson.Default.SectionSkipped),
        ("checked", EventJson.Default.Checked),
        ("action-started", EventJson.Default.ActionStarted),
        ("action-ended", EventJson.Default.ActionEnded),
        ("rollout-step-started", EventJson.Default.RolloutStepStarted),
        ("rollout-step-ended", EventJson.Default.RolloutStepEnded),
        ("promoted", EventJson.Default.Promoted),
        ("kept", EventJson.Default.Kept),
        ("action-in-doubt", EventJson.Default.ActionInDoubt),
        ("action-decided", EventJson.Default.ActionDecided),
        ("before-recorded", EventJson.Default.BeforeRecorded),
        ("signed", EventJson.Default.Signed),
        ("waived", EventJson.Default.Waived),
        ("not-applicable", EventJson.Default.NotApplicable),
        ("gate-held", EventJson.Default.GateHeld),
        ("gate-passed", EventJson.Default.GatePassed),
        ("gate-released", EventJson.Default.GateReleased),
        ("glass-broken", EventJson.Default.GlassBroken),
        ("review-signed", EventJson.Default.ReviewSigned),
        ("baseline-taken", EventJson.Default.BaselineTaken),
        ("rule-changed", EventJson.Default.RuleChanged),
        ("rule-accepted", EventJson.Default.RuleAccepted),
        ("grace-began", EventJson.Default.GraceBegan),
        ("held", EventJson.Default.Held),
        ("watch-extended", EventJson.Default.WatchExtended),
        ("watch-ended", EventJson.Default.WatchEnded),
        ("held-by-rule", EventJson.Default.HeldByRule),
        ("released", EventJson.Default.Released),
        ("rollback-decided", EventJson.Default.RollbackDecided),
        ("rollback-ended", EventJson.Default.RollbackEnded),
        ("retry-asked", EventJson.Default.RetryAsked),
        ("abort-asked", EventJson.Default.AbortAsked),
        ("amended", EventJson.Default.Amended),
        ("told", EventJson.Default.Told),
        ("gap", EventJson.Default.Gap),
        ("sampled", EventJson.Default.Sampled),
        ("availability-changed", EventJson.Default.AvailabilityChanged),
        ("availability-measured", EventJson.Default.AvailabilityMeasured),
        ("objective-missed", EventJson.Default.ObjectiveMissed),
        ("superseded", EventJson.Default.Superseded),
        ("finished", EventJson.Default.Finished),
    ];

    private static readonly FrozenDictionary<string, JsonTypeInfo> ByName = Table.ToFrozenDictionary(t => t.Name, t => t.Type, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, (string Name, JsonTypeInfo Type)> ByType = Table.ToFrozenDictionary(t => t.Type.Type);

    public static IEnumerable<string> All => Table.Select(t => t.Name);

    public static string Of(Event happened) => ByType[happened.GetType()].Name;

    public static NewEntry ToEntry(Event happened, DateTimeOffset at, string actor)
    {
        var (name, type) = ByType[happened.GetType()];
        return new(at, actor, name, JsonSerializer.SerializeToElement(happened, type));
    }

    /// <returns>Null for an event of a newer format.</returns>
    /// <exception cref="DamagedJournal">A known event whose data does not read as such.</exception>
    public static Event? FromEntry(JournalEntry entry)
    {
        if (!ByName.TryGetValue(entry.Type, out var type))
            return null;
        try
        {
            return (Event?)entry.Data.Deserialize(type) ?? throw new DamagedJournal($"event {entry.Sequence}: {entry.Type} is empty");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DamagedJournal($"event {entry.Sequence}: {entry.Type} does not read as such ({e.Message})");
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(Event.Started))]
[JsonSerializable(typeof(Event.Driven))]
[JsonSerializable(typeof(Event.Left))]
[JsonSerializable(typeof(Event.StageEntered))]
[JsonSerializable(typeof(Event.LockTaken))]
[JsonSerializable(typeof(Event.LockReleased))]
[JsonSerializable(typeof(Event.SectionSkipped))]
[JsonSerializable(typeof(Event.Checked))]
[JsonSerializable(typeof(Event.ActionStarted))]
[JsonSerializable(typeof(Event.ActionEnded))]
[JsonSerializable(typeof(Event.RolloutStepStarted))]
[JsonSerializable(typeof(Event.RolloutStepEnded))]
[JsonSerializable(typeof(Event.Promoted))]
[JsonSerializable(typeof(Event.Kept))]
[JsonSerializable(typeof(Event.ActionInDoubt))]
[JsonSerializable(typeof(Event.ActionDecided))]
[JsonSerializable(typeof(Event.BeforeRecorded))]
[JsonSerializable(typeof(Event.Signed))]
[JsonSerializable(typeof(Event.Waived))]
[JsonSerializable(typeof(Event.NotApplicable))]
[JsonSerializable(typeof(Event.GateHeld))]
[JsonSerializable(typeof(Event.GatePassed))]
[JsonSerializable(typeof(Event.GateReleased))]
[JsonSerializable(typeof(Event.GlassBroken))]
[JsonSerializable(typeof(Event.ReviewSigned))]
[JsonSerializable(typeof(Event.BaselineTaken))]
[JsonSerializable(typeof(Event.RuleChanged))]
[JsonSerializable(typeof(Event.RuleAccepted))]
[JsonSerializable(typeof(Event.GraceBegan))]
[JsonSerializable(typeof(Event.Held))]
[JsonSerializable(typeof(Event.WatchExtended))]
[JsonSerializable(typeof(Event.WatchEnded))]
[JsonSerializable(typeof(Event.HeldByRule))]
[JsonSerializable(typeof(Event.Released))]
[JsonSerializable(typeof(Event.RollbackDecided))]
[JsonSerializable(typeof(Event.RollbackEnded))]
[JsonSerializable(typeof(Event.RetryAsked))]
[JsonSerializable(typeof(Event.AbortAsked))]
[JsonSerializable(typeof(Event.Amended))]
[JsonSerializable(typeof(Event.Told))]
[JsonSerializable(typeof(Event.Gap))]
[JsonSerializable(typeof(Event.Sampled))]
[JsonSerializable(typeof(Event.AvailabilityChanged))]
[JsonSerializable(typeof(Event.AvailabilityMeasured))]
[JsonSerializable(typeof(Event.ObjectiveMissed))]
[JsonSerializable(typeof(Event.Superseded))]
[JsonSerializable(typeof(Event.Finished))]
internal sealed partial class EventJson : JsonSerializerContext;
