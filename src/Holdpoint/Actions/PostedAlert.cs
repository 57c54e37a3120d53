using System.Text.Json.Serialization;

namespace Holdpoint.Actions;

/// <summary>An alert as Alertmanager takes it (its API v2, postableAlert).</summary>
/// <param name="EndsAt">RFC 3339.</param>
internal sealed record PostedAlert(IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, string EndsAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PostedAlert[]))]
internal sealed partial class AlertJson : JsonSerializerContext;
