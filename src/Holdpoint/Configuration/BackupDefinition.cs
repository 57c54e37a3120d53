using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>A named backup: <c>backups: shop: { files: backups/shop_*.sql.gz, database: main, rehearse: { into: scratch } }</c>.</summary>
/// <param name="Files">A pattern, from the folder of <c>holdpoint.yaml</c>; the newest file is the backup.</param>
/// <param name="Database">The PostgreSQL server whose database it is of; null: none is compared.</param>
/// <param name="Into">The PostgreSQL server on which it is rehearsed to restore it; null: it isn't.</param>
/// <param name="Tables">Tables that must hold rows after that; empty: at least one of any name must.</param>
public sealed record BackupDefinition(string Name, PlacedText Files, string? Database, string? Into, IReadOnlyList<string> Tables, Position At)
{
    /// <summary>The script that makes a backup; null: a dump of <see cref="Database"/> is made.</summary>
    public PlacedText? Make { get; init; }

    /// <summary>The script that brings it back; null: it is restored beside <see cref="Database"/>, which it then replaces.</summary>
    public PlacedText? Restore { get; init; }

    internal static Shape Shape { get; } = new Shape.Mapping("Where a backup lies, and how it is proven.",
    [
        new("files", new Shape.Scalar("Its files, by a pattern from this file's folder. The newest is looked at, earlier ones are compared with it.", ScalarKind.Text) { Examples = ["backups/shop_*.sql.gz"] }) { Required = true },
        new("database", new Shape.Scalar("The PostgreSQL server (servers: postgres:) whose database it is of: rows are compared with it after a rehearsal, and ! backup and ! restore work on it.", ScalarKind.Literal)),
        new("make", new Shape.Scalar("What ! backup runs, by bash: it writes a new file that matches files. Without it pg_dump makes an archive of database.", ScalarKind.Script) { Examples = ["pg_dump -Fc -f \"backups/shop_$(date +%s).dump\" shop"] }),
        new("restore", new Shape.Scalar("What ! restore runs, by bash, with the file in $HOLDPOINT_FILE. Without it the file is restored into a new database, which then takes the place of database.", ScalarKind.Script) { Examples = ["./bin/restore \"$HOLDPOINT_FILE\""] }),
        new("rehearse", new Shape.Mapping("How restoring it is rehearsed: into a scratch database, which is dropped afterwards.",
        [
            new("into", new Shape.Scalar("The PostgreSQL server (servers: postgres:) for the scratch database; its user needs CREATEDB.", ScalarKind.Literal)) { Required = true },
            new("tables", new Shape.List("Tables that must be there with rows; by default at least one of any name.", new Shape.Scalar("A table, with its schema where that is not in the search path.", ScalarKind.Literal))),
        ])),
    ]);

    private static readonly string[] OtherForms = [".sql", ".tar", ".gz", ".zst", ".xz", ".bz2", ".lz4"];

    /// <summary>Why nothing says how it is made; null: its script does, or pg_dump knows all it needs.</summary>
    internal (string What, string Fix)? WhyNotMade => Make is not null ? null
        : Database is null ? ($"the backup `{Name}` can't be made", $"give backups: {Name}: a make:, or a database: for pg_dump")
        // What has variables in it is known when it is made.
        : Files.Content.Contains("${", StringComparison.Ordinal) ? null : WhyNoDump(Name, Files.Content);

    /// <summary>Why nothing says how it is brought back; null: it is said.</summary>
    internal (string What, string Fix)? WhyNotRestored => Restore is null && Database is null
        ? ($"the backup `{Name}` can't be restored", $"give backups: {Name}: a restore:, or the database: that a dump goes to")
        : null;

    /// <summary>Why pg_dump can't write a file of this pattern; null: it can.</summary>
    internal static (string What, string Fix)? WhyNoDump(string name, string pattern)
    {
        var (folder, file) = (System.IO.Path.GetDirectoryName(pattern) ?? "", System.IO.Path.GetFileName(pattern));
        if (folder.AsSpan().ContainsAny("*?[{") || file.AsSpan().ContainsAny("?[{") || file.Count('*') != 1)
            return ($"where the backup `{name}` is to be written is not known from {pattern}", "let its last part hold one *, which stands for the time, or give it a make:");
        return OtherForms.FirstOrDefault(e => file.EndsWith(e, StringComparison.OrdinalIgnoreCase)) is { } ending
            ? ($"the backup `{name}` ends with {ending}, and pg_dump makes an archive", "call its files …*.dump, or give it a make:")
            : null;
    }

    internal static Dictionary<string, BackupDefinition> Read(YamlView backups, YamlView servers, ShapeCheck check)
    {
        var result = new Dictionary<string, BackupDefinition>(StringComparer.Ordinal);
        var known = servers["postgres"].Entries.Select(s => s.Name).ToList();
        foreach (var (name, at, value) in backups.Entries)
        {
            foreach (var server in new[] { value["database"].Placed, value["rehearse"]["into"].Placed }.OfType<PlacedText>().Where(s => !known.Contains(s.Content)))
                check.Add(server.At, $"there is no postgres server `{server.Content}`", Nearest.Hint(server.Content, known, $"add servers: postgres: {server.Content}: {{ url: … }}"));
            if (value["files"].Placed is { } files)
                result[name] = new(name, files, value["database"].Text, value["rehearse"]["into"].Text, [.. value["rehearse"]["tables"].Texts.Select(t => t.Content)], at)
                {
                    Make = value["make"].Placed,
                    Restore = value["restore"].Placed,
                };
        }

        return result;
    }

    /// <summary>As a probe gets them, variables still in them: <c>files</c>, <c>folder</c> (where the pattern starts), <c>record</c> (the folder of records), <c>database</c>, <c>into</c>, <c>tables</c> (a line each).</summary>
    internal Dictionary<string, PlacedText> Settings(Project project)
    {
        var settings = new Dictionary<string, PlacedText> { ["files"] = Files };
        void Add(string key, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                settings[key] = new(value, At);
        }

        Add("folder", project.Folder);
        Add("record", System.IO.Path.GetFullPath(project.Record.Folder, project.Folder));
        Add("database", Database);
        Add("into", Into);
        Add("tables", string.Join('\n', Tables));
        return settings;
    }
}
