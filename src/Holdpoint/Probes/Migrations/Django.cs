using System.Text.RegularExpressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>
/// Django: <c>APP/migrations/0001_name.py</c>, applied ones in <c>django_migrations</c> by app and name
/// (https://docs.djangoproject.com/en/stable/topics/migrations/). An app is taken by its folder's name; apps without a folder here
/// (django.contrib, installed packages) are left out. A squashed migration is applied when all that it replaces are.
/// </summary>
internal sealed partial class Django : MigrationTool
{
    public override string Name => "django";

    public override string Table => "django_migrations";

    public override IReadOnlyList<string> Places => ["{,*/,*/*/}*/migrations/*.py"];

    public override IReadOnlyList<string> PlacesBelow => ["*.py", "migrations/*.py", "{,*/,*/*/}*/migrations/*.py"];

    public override IReadOnlyList<MigrationFile> Read(IReadOnlyList<string> paths)
    {
        var files = new List<MigrationFile>();
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            var folder = System.IO.Path.GetDirectoryName(path);
            var app = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(folder));
            if (System.IO.Path.GetFileName(folder) != "migrations" || string.IsNullOrEmpty(app) || System.IO.Path.GetFileName(path).StartsWith("__", StringComparison.Ordinal))
                continue;
            var text = File.ReadAllText(path);
            if (Migration().IsMatch(text))
                files.Add(new DjangoFile(app, $"{app}.{System.IO.Path.GetFileNameWithoutExtension(path)}", path, [.. Pair().Matches(Replaces().Match(text).Groups[1].Value).Select(m => $"{m.Groups[1].Value}.{m.Groups[2].Value}")]));
        }

        return files;
    }

    public override async Task<MigrationState> CompareAsync(PostgresSession session, string? table, IReadOnlyList<MigrationFile> files, CancellationToken cancel)
    {
        IReadOnlyList<(string App, string Id)> applied = table is null ? [] : await session.ReadAsync($"select app, app || '.' || name from {table} order by id", r => (r.GetString(0), r.GetString(1)), cancel);
        var known = files.OfType<DjangoFile>().ToList();
        var apps = known.Select(f => f.App).ToHashSet(StringComparer.Ordinal);
        var done = applied.Select(a => a.Id).ToHashSet(StringComparer.Ordinal);
        var own = applied.Where(a => apps.Contains(a.App)).Select(a => a.Id).ToList();
        var strangers = own.Except(known.Select(f => f.Id), StringComparer.Ordinal).Except(known.SelectMany(f => f.Replaces), StringComparer.Ordinal).ToList();
        var others = applied.Select(a => a.App).Where(a => !apps.Contains(a)).Distinct().Order(StringComparer.Ordinal).ToList();
        var current = own.LastOrDefault();
        if (strangers.Count > 0)
            return new(current, [], NoFileKnows(strangers));
        // Either the squashed one or those that it replaces are applied.
        var replaced = known.Where(f => f.Replaces.Count > 0 && (done.Contains(f.Id) || !f.Replaces.Any(done.Contains))).SelectMany(f => f.Replaces).ToHashSet(StringComparer.Ordinal);
        var pending = known.Where(f => !done.Contains(f.Id) && !replaced.Contains(f.Id) && !(f.Replaces.Count > 0 && f.Replaces.Any(done.Contains) && f.Replaces.All(r => done.Contains(r) || known.Any(k => k.Id == r))));
        return new(current, [.. pending.Select(f => f.Id)]) { Notes = others.Count > 0 ? [$"no files here, so left out: {string.Join(", ", others)}"] : [] };
    }

    [GeneratedRegex(@"^class\s+Migration\s*\(", RegexOptions.Multiline)]
    private static partial Regex Migration();

    [GeneratedRegex(@"^\s+replaces\s*=\s*\[(.*?)\]", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Replaces();

    [GeneratedRegex(@"\(\s*['""]([^'""]+)['""]\s*,\s*['""]([^'""]+)['""]\s*,?\s*\)")]
    private static partial Regex Pair();

    private sealed record DjangoFile(string App, string Id, string Path, IReadOnlyList<string> Replaces) : MigrationFile(Id, Path);
}
