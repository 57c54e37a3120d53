using System.Text.Json;
using System.Text.Json.Serialization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Backups;

/// <summary>What is remembered of rehearsals of restoring a backup: a small file of JSON in the folder of records.</summary>
internal sealed record RehearsalRecord
{
    public Success? Succeeded { get; init; }

    public Failure? Failed { get; init; }

    /// <param name="File">The backup that was restored.</param>
    /// <param name="Seconds">How long restoring it took.</param>
    /// <param name="Rows">By table; those of the database itself where it was compared.</param>
    public sealed record Success(DateTimeOffset At, string File, double Seconds, IReadOnlyDictionary<string, RestoredRows> Rows);

    public sealed record Failure(DateTimeOffset At, string File, string Because);

    public static string PathOf(BackupSettings backup) => Path.Combine(backup.Record, "rehearsals", backup.Name + ".json");

    /// <exception cref="Unanswered">The file is there and can't be read.</exception>
    public static RehearsalRecord Read(BackupSettings backup)
    {
        var path = PathOf(backup);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), RehearsalJson.Default.RehearsalRecord) ?? new() : new();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new Unanswered($"{path} can't be read, so when the backup was last restored is not known: {e.Message}");
        }
    }

    /// <exception cref="Unanswered">It can't be written.</exception>
    public RehearsalRecord Write(BackupSettings backup)
    {
        var path = PathOf(backup);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var fresh = $"{path}.{Environment.ProcessId}.tmp";
            File.WriteAllText(fresh, JsonSerializer.Serialize(this, RehearsalJson.Default.RehearsalRecord));
            File.Move(fresh, path, overwrite: true);
            return this;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unanswered($"the rehearsal can't be remembered in {path}: {e.Message}");
        }
    }

    /// <summary>The last one failed: what was before proves nothing about the backups of today.</summary>
    [JsonIgnore]
    public bool IsBroken => Failed is { } failed && !(Succeeded is { } succeeded && succeeded.At >= failed.At);

    public Value Age(DateTimeOffset now) => (IsBroken, Succeeded) switch
    {
        (true, _) => new Value.Unknown($"the last rehearsal failed: {Failed!.Because}"),
        (_, { } succeeded) => now < succeeded.At ? new Value.Unknown("the last rehearsal is dated in the future: compare the clocks") : Value.Duration(now - succeeded.At),
        _ => new Value.Unknown("restoring it was never rehearsed: say rehearse=7d"),
    };

    /// <summary>The smallest share of a table's rows that came back.</summary>
    public Value Share() => (IsBroken, Succeeded?.Rows.Values.Where(r => r.Live > 0).Select(r => r.Restored / (double)r.Live!).DefaultIfEmpty(double.NaN).Min()) switch
    {
        (true, _) => new Value.Unknown($"the last rehearsal failed: {Failed!.Because}"),
        (_, null) => new Value.Unknown("restoring it was never rehearsed: say rehearse=7d"),
        (_, double.NaN) => new Value.Unknown("no rows were compared: name database: and rehearse: tables: of the backup in holdpoint.yaml"),
        (_, { } share) => Value.Ratio(share),
    };
}

/// <param name="Live">Null: the database itself was not asked.</param>
internal sealed record RestoredRows(long Restored, long? Live);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RehearsalRecord))]
internal sealed partial class RehearsalJson : JsonSerializerContext;
