using System.Text;
using System.Text.RegularExpressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>
/// Flyway: <c>V1_2__name.sql</c> once, <c>R__name.sql</c> again whenever it has changed; <c>flyway_schema_history</c> tells what ran, what failed,
/// and from which version a baseline starts (https://documentation.red-gate.com/flyway/flyway-concepts/migrations). Migrations in Java are not seen.
/// </summary>
internal sealed partial class Flyway : MigrationTool
{
    public override string Name => "flyway";

    public override string Table => "flyway_schema_history";

    public override IReadOnlyList<string> Places => ["{,*/,*/*/}{sql,db/migration,migrations,resources/db/migration,src/main/resources/db/migration}/**/{V*,R}__*.sql"];

    public override IReadOnlyList<string> PlacesBelow => ["**/{V*,R}__*.sql"];

    public override IReadOnlyList<MigrationFile> Read(IReadOnlyList<string> paths)
    {
        var files = new List<FlywayFile>();
        foreach (var path in paths)
            if (FileName().Match(System.IO.Path.GetFileName(path)) is { Success: true } name)
                files.Add(new(name.Groups["version"] is { Success: true } version ? Version(version.Value) : null, name.Groups["name"].Value.Replace('_', ' '), path));
        return [.. files.Where(f => f.Version is not null).OrderBy(f => f.Version, ByVersion), .. files.Where(f => f.Version is null).OrderBy(f => f.Id, StringComparer.Ordinal)];
    }

    public override async Task<MigrationState> CompareAsync(PostgresSession session, string? table, IReadOnlyList<MigrationFile> files, CancellationToken cancel)
    {
        IReadOnlyList<Entry> history = table is null ? [] : await session.ReadAsync($"select version, description, type, checksum, success from {table} order by installed_rank",
            r => new Entry(r.IsDBNull(0) ? null : Version(r.GetString(0)), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetInt32(3), r.GetBoolean(4)), cancel);
        // The last word about a version counts: it may have been undone or deleted since.
        var last = history.Where(e => e.Version is not null).GroupBy(e => e.Version!, StringComparer.Ordinal).Select(g => g.Last()).Where(e => !e.IsUndone).ToList();
        var applied = last.Where(e => e.Success).Select(e => e.Version!).ToHashSet(StringComparer.Ordinal);
        var failed = last.Where(e => !e.Success).Select(e => e.Version!).Concat(history.Where(e => e.Version is null).GroupBy(e => e.Description).Select(g => g.Last()).Where(e => !e.Success).Select(e => e.Description)).ToList();
        var current = applied.Max(ByVersion);
        var baseline = last.Where(e => e.Type.Contains("BASELINE", StringComparison.Ordinal) && e.Success).Select(e => e.Version).Max(ByVersion);
        bool IsBelow(string version) => baseline is not null && ByVersion.Compare(version, baseline) <= 0;

        var known = files.OfType<FlywayFile>().ToList();
        var strangers = applied.Where(v => !IsBelow(v) && known.All(f => f.Version != v)).ToList();
        if (strangers.Count > 0)
            return new(current, [], NoFileKnows(strangers));
        var repeated = history.Where(e => e is { Version: null, Success: true }).GroupBy(e => e.Description, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Checksum, StringComparer.Ordinal);
        var pending = known.Where(f => f.Version is { } version
            ? !applied.Contains(version) && !IsBelow(version)
            : !repeated.TryGetValue(f.Description, out var checksum) || checksum != Checksum(f.Path)).Select(f => f.Id).ToList();
        // A failed one has to be repaired and run again, whether its file is still there or not.
        pending.AddRange(failed.Where(f => !pending.Contains(f)));
        return new(current, pending) { Notes = [.. failed.Select(f => $"{f} failed: mend it and run flyway repair")] };
    }

    /// <summary><c>01_2</c> is <c>1.2</c>.</summary>
    private static string Version(string text) => string.Join('.', text.Split('.', '_').Select(p => p.TrimStart('0') is { Length: > 0 } digits ? digits : "0"));

    private static Comparer<string?> ByVersion { get; } = Comparer<string?>.Create((a, b) =>
    {
        if (a is null || b is null)
            return (a is null ? 0 : 1) - (b is null ? 0 : 1);
        var (left, right) = (a.Split('.'), b.Split('.'));
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var (one, other) = (left.ElementAtOrDefault(i) ?? "0", right.ElementAtOrDefault(i) ?? "0");
            var order = one.Length != other.Length ? one.Length.CompareTo(other.Length) : string.CompareOrdinal(one, other);
            if (order != 0)
                return order;
        }

        return 0;
    });

    /// <summary>CRC-32 of the lines without their ends, in UTF-8 and without a byte order mark, as Flyway's ChecksumCalculator counts it.</summary>
    internal static int Checksum(string path)
    {
        var crc = uint.MaxValue;
        foreach (var line in File.ReadLines(path, Encoding.UTF8))
            foreach (var value in Encoding.UTF8.GetBytes(line))
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }

        return unchecked((int)~crc);
    }

    [GeneratedRegex(@"^(?:V(?<version>\d+(?:[._]\d+)*)|R)__(?<name>.+)\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    /// <param name="Version">Null: repeated whenever it has changed.</param>
    private sealed record FlywayFile(string? Version, string Description, string Path) : MigrationFile(Version ?? Description, Path);

    private sealed record Entry(string? Version, string Description, string Type, int? Checksum, bool Success)
    {
        public bool IsUndone => Success && (Type.StartsWith("UNDO", StringComparison.Ordinal) || Type == "DELETE");
    }
}
