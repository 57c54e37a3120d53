using System.Text.RegularExpressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>
/// Ruby on Rails: <c>db/migrate/20240131120000_name.rb</c>, applied versions in <c>schema_migrations</c>
/// (https://guides.rubyonrails.org/active_record_migrations.html). Old files are often removed; a version older than every file is left alone.
/// </summary>
internal sealed partial class Rails : MigrationTool
{
    public override string Name => "rails";

    public override string Table => "schema_migrations";

    public override IReadOnlyList<string> Places => ["{,*/}db/migrate/*.rb"];

    public override IReadOnlyList<string> PlacesBelow => ["*.rb", "{,*/}db/migrate/*.rb"];

    public override IReadOnlyList<MigrationFile> Read(IReadOnlyList<string> paths) =>
        [.. from path in paths
            let name = FileName().Match(System.IO.Path.GetFileName(path))
            where name.Success
            orderby Order(name.Groups[1].Value)
            select new MigrationFile(name.Groups[1].Value, path)];

    public override async Task<MigrationState> CompareAsync(PostgresSession session, string? table, IReadOnlyList<MigrationFile> files, CancellationToken cancel)
    {
        if (table is not null && await session.OneAsync("select count(*) from pg_attribute where attrelid = to_regclass($1) and attname = 'dirty' and not attisdropped", r => r.GetInt64(0), cancel, table) > 0)
            throw new Unanswered($"{table} is golang-migrate's, whose files are not read: ask with sql, or say tool=");
        IReadOnlyList<string> applied = table is null ? [] : await session.ReadAsync($"select version::text from {table}", r => r.GetString(0), cancel);
        var current = applied.MaxBy(Order);
        var strangers = applied.Except(files.Select(f => f.Id), StringComparer.Ordinal).Where(v => Order(v) > files.Select(f => Order(f.Id)).Min()).Order(StringComparer.Ordinal).ToList();
        return strangers.Count > 0
            ? new(current, [], NoFileKnows(strangers))
            : new(current, [.. files.Select(f => f.Id).Except(applied, StringComparer.Ordinal)]);
    }

    private static decimal Order(string version) => decimal.TryParse(version, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"^(\d{1,20})_.+\.rb$")]
    private static partial Regex FileName();
}
