using System.Text.Json;
using System.Text.Json.Serialization;
using Holdpoint.Expressions;
using Holdpoint.Metrics;

namespace Holdpoint.Runs;

/// <summary>A baseline that somebody took by hand.</summary>
public sealed record StoredBaseline(string Name, string Environment, string By, DateTimeOffset From, DateTimeOffset To, IReadOnlyDictionary<string, StoredLevel> Metrics)
{
    /// <summary>By metric, why it has none.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = new Dictionary<string, string>();
}

/// <param name="Median">In the dimension's base unit.</param>
/// <param name="Spread">Median absolute deviation.</param>
public sealed record StoredLevel(double Median, double Spread, int Count, Dimension Dimension)
{
    [JsonIgnore]
    public BaselineRecord Record => new(Median, Spread, Count);
}

/// <summary>Baselines by name, a JSON file each, in the folder <c>baselines</c> of the record.</summary>
public sealed class BaselineShelf(string recordFolder)
{
    public string Folder { get; } = Path.Combine(recordFolder, "baselines");

    public IReadOnlyList<string> Names => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Where(BaselineOrigin.IsName).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Null: it is not there or can't be read, and why.</summary>
    public StoredBaseline? Read(string name, out string because)
    {
        because = "";
        var path = FileOf(name);
        try
        {
            if (BaselineOrigin.IsName(name) && File.Exists(path))
                return JsonSerializer.Deserialize(File.ReadAllBytes(path), BaselineJson.Default.StoredBaseline) ?? throw new JsonException("it is empty");
            because = $"there is no baseline called {name}; holdpoint baseline take --name {name} takes one";
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            because = $"the baseline {path} can't be read: {e.Message}";
        }

        return null;
    }

    /// <summary>Replaces one of the same name.</summary>
    /// <returns>Where it lies.</returns>
    /// <exception cref="IOException">It can't be written.</exception>
    public string Write(StoredBaseline baseline)
    {
        Directory.CreateDirectory(Folder);
        var path = FileOf(baseline.Name);
        var written = $"{path}.new";
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(baseline, BaselineJson.Default.StoredBaseline));
        File.Move(written, path, overwrite: true);
        return path;
    }

    private string FileOf(string name) => Path.Combine(Folder, $"{name}.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredBaseline))]
internal sealed partial class BaselineJson : JsonSerializerContext;
