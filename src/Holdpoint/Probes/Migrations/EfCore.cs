using System.Text.RegularExpressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>
/// Entity Framework Core: <c>[Migration("20240131120000_Name")]</c> in a file's designer part, or else the file's own name; applied ones are in
/// <c>__EFMigrationsHistory</c> (https://learn.microsoft.com/ef/core/managing-schemas/migrations/history-table).
/// </summary>
internal sealed partial class EfCore : MigrationTool
{
    public override string Name => "efcore";

    public override string Table => "__EFMigrationsHistory";

    public override IReadOnlyList<string> Places => ["{,*/,*/*/,*/*/*/}Migrations/**/*.cs"];

    public override IReadOnlyList<string> PlacesBelow => ["**/*.cs"];

    public override IReadOnlyList<MigrationFile> Read(IReadOnlyList<string> paths)
    {
        var files = new List<MigrationFile>();
        foreach (var path in paths)
        {
            if (Attribute().Match(File.ReadAllText(path)) is { Success: true } attribute)
                files.Add(new(attribute.Groups[1].Value, path));
            else if (OwnName().Match(System.IO.Path.GetFileName(path)) is { Success: true } name)
                files.Add(new(name.Groups[1].Value, path));
        }

        return [.. files.DistinctBy(f => f.Id).OrderBy(f => f.Id, StringComparer.Ordinal)];
    }

    public override async Task<MigrationState> CompareAsync(PostgresSession session, string? table, IReadOnlyList<MigrationFile> files, CancellationToken cancel)
    {
        IReadOnlyList<string> applied = table is null ? [] : await session.ReadAsync($"""select "MigrationId" from {table} order by 1""", r => r.GetString(0), cancel);
        var current = applied.Count == 0 ? null : applied.Max(StringComparer.Ordinal);
        var strangers = applied.Except(files.Select(f => f.Id), StringComparer.Ordinal).ToList();
        return strangers.Count > 0
            ? new(current, [], NoFileKnows(strangers))
            : new(current, [.. files.Select(f => f.Id).Except(applied, StringComparer.Ordinal)]);
    }

    [GeneratedRegex(@"\[\s*Migration(?:Attribute)?\s*\(\s*""([^""]+)""\s*\)\s*\]")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^(\d{14}_\w+)\.cs$")]
    private static partial Regex OwnName();
}
