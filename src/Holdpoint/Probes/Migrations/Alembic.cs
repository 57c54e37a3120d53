using System.Text.RegularExpressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>
/// Alembic: files form a graph by <c>down_revision</c> and <c>depends_on</c>; the table holds its heads that were reached
/// (https://alembic.sqlalchemy.org/en/latest/branches.html). What no head comes from is pending.
/// </summary>
internal sealed partial class Alembic : MigrationTool
{
    public override string Name => "alembic";

    public override string Table => "alembic_version";

    public override IReadOnlyList<string> Places => ["{,*/,*/*/}{alembic,migrations}/versions/*.py"];

    public override IReadOnlyList<string> PlacesBelow => ["*.py", "{,*/,*/*/}versions/*.py"];

    public override IReadOnlyList<MigrationFile> Read(IReadOnlyList<string> paths)
    {
        var files = new List<MigrationFile>();
        foreach (var path in paths)
        {
            var text = File.ReadAllText(path);
            // A file of a package (__init__.py) is no migration.
            if (Revision().Match(text) is not { Success: true } revision)
                continue;
            var down = DownRevision().Match(text);
            if (!down.Success)
                throw new Unanswered($"{path} names a revision and no down_revision: it can't be put in order");
            files.Add(new AlembicFile(revision.Groups[1].Value, path, [.. Quoted().Matches(down.Groups[1].Value + DependsOn().Match(text).Groups[1].Value).Select(m => m.Groups[1].Value)]));
        }

        return files;
    }

    public override async Task<MigrationState> CompareAsync(PostgresSession session, string? table, IReadOnlyList<MigrationFile> files, CancellationToken cancel)
    {
        IReadOnlyList<string> heads = table is null ? [] : await session.ReadAsync($"select version_num::text from {table} order by 1", r => r.GetString(0), cancel);
        var current = heads.Count == 0 ? null : string.Join(", ", heads);
        var known = files.OfType<AlembicFile>().GroupBy(f => f.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var strangers = heads.Where(h => !known.ContainsKey(h)).ToList();
        if (strangers.Count > 0)
            return new(current, [], NoFileKnows(strangers));
        var applied = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(heads);
        while (open.TryPop(out var revision))
            if (applied.Add(revision) && known.GetValueOrDefault(revision) is { } file)
                foreach (var before in file.After)
                    open.Push(before);
        return new(current, [.. known.Keys.Where(r => !applied.Contains(r))]);
    }

    [GeneratedRegex(@"^revision\s*(?::[^=\n]*)?=\s*['""]([^'""\n]+)['""]", RegexOptions.Multiline)]
    private static partial Regex Revision();

    [GeneratedRegex(@"^down_revision\s*(?::[^=\n]*)?=\s*(None|['""][^'""\n]*['""]|[\(\[][^\)\]]*[\)\]])", RegexOptions.Multiline)]
    private static partial Regex DownRevision();

    [GeneratedRegex(@"^depends_on\s*(?::[^=\n]*)?=\s*(None|['""][^'""\n]*['""]|[\(\[][^\)\]]*[\)\]])", RegexOptions.Multiline)]
    private static partial Regex DependsOn();

    [GeneratedRegex(@"['""]([^'""\n]+)['""]")]
    private static partial Regex Quoted();

    private sealed record AlembicFile(string Id, string Path, IReadOnlyList<string> After) : MigrationFile(Id, Path);
}
