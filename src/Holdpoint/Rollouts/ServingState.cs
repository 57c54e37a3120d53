using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdpoint.Rollouts;

/// <summary>What serves: all that is needed to return to it. Kept in the journal as one line of JSON.</summary>
/// <param name="Colour">The colour that has the traffic; null: there are no colours.</param>
/// <param name="Units">What each serving unit runs, by name, sorted; a unit on which nothing runs is left out.</param>
public sealed record ServingState(string? Colour, IReadOnlyDictionary<string, ServingUnit> Units)
{
    /// <summary>What people call it: one version, or each unit's where they differ.</summary>
    [JsonIgnore]
    public string Version => Units.Values.Select(u => u.Version).Distinct().ToList() is [var one] ? one : string.Join(", ", Units.Select(u => $"{u.Key} {u.Value.Version}"));

    [JsonIgnore]
    public Release Release => new(Version, Units.ToDictionary(u => u.Key, u => u.Value.Pin)) { Versions = Units.ToDictionary(u => u.Key, u => u.Value.Version) };

    public string Write() => JsonSerializer.Serialize(this, ServingJson.Default.ServingState);

    /// <summary>Null: the text is no such state.</summary>
    public static ServingState? Read(string text)
    {
        try
        {
            return text.StartsWith('{') ? JsonSerializer.Deserialize(text, ServingJson.Default.ServingState) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="Pin">As <see cref="UnitState.Pin"/> told it.</param>
/// <param name="IsIdle">It runs and gets no requests: somebody took it out of the traffic.</param>
public sealed record ServingUnit(string Version, string Pin, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsIdle = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServingState))]
internal sealed partial class ServingJson : JsonSerializerContext;
