using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>Which migrations of the checkout a PostgreSQL database still lacks. Nothing is migrated, and no tool is started.</summary>
public sealed class MigrationsProbe : AskingProbe
{
    private static readonly string ToolNames = string.Join(", ", MigrationTool.All.Select(t => t.Name));

    public override Signature Signature { get; } = new("migrations", "Migrations in the checkout that a PostgreSQL database lacks: Alembic, Entity Framework Core, Flyway, Rails, Django")
    {
        Arguments = [new("DATABASE", PostgresServer.SettingsSummary)],
        Options =
        [
            new("tool", $"{ToolNames}; found by its table and its files by default") { OneOf = [.. MigrationTool.All.Select(t => t.Name)] },
            new("dir", "the folder of the files, from the checklist's folder; the tool's usual places below that by default"),
            new("schema", "the schema of the tool's own table; the search path by default"),
        ],
        Facts =
        [
            new("pending", Dimension.Count, "migrations with a file here that the database lacks, failed ones too; unknown where no file is found, and where the database has one that no file knows"),
            new("current", Dimension.Text, "the database's last migration (Alembic: its heads); absent where none was applied"),
        ],
        DefaultCondition = "pending == 0",
        ServerKind = "postgres",
        Example = "migrations main tool=alembic pending == 0",
        Needs = "the files of the version that is deployed; a user that may read the tool's table",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var (tool, table, files, state, server) = await ReadAsync(call, cancel);
        return new Reading.Measured(Facts.Of(
            ("pending", state.Unclear is { } because ? new Value.Unknown(because) : Value.Count(state.Pending.Count)),
            ("current", state.Current is { } current ? Value.Of(current) : new Value.Absent())))
        {
            Evidence = [Seen(server, tool, table, files, state)],
        };
    }

    /// <exception cref="Unanswered">The database or the files can't be read, or whose they are is not clear.</exception>
    internal static async Task<MigrationReading> ReadAsync(ProbeCall call, CancellationToken cancel)
    {
        var server = PostgresServer.Of(call, call.Arguments[0]);
        await using var session = await PostgresSession.OpenAsync(server, call.Timeout, cancel);
        var tables = await TablesAsync(session, call.Option("schema"), cancel);
        var found = MigrationTool.All.Where(t => call.Option("tool") is not { } wanted || t.Name == wanted)
            .Select(tool => (Tool: tool, Files: FilesOf(tool, call), Tables: tables.Where(t => t.Name == tool.Table).ToList())).ToList();
        var (chosen, files, own) = Choose(call, server, found);
        var table = own switch
        {
            [] => null,
            [var only] => only,
            _ => own.SingleOrDefault(t => t.IsVisible) ?? throw new Unanswered($"{chosen.Table} is in the schemas {string.Join(", ", own.Select(t => t.Schema))}: say schema="),
        };
        if (files.Count == 0)
            throw new Unanswered($"no file of {chosen.Name} is found {(call.Option("dir") is { } dir ? $"in {dir}" : $"below {call.Context.Directory}")}, so what is pending can't be known: say dir= with their folder");
        return new(chosen, table?.Quoted, files, await chosen.CompareAsync(session, table?.Quoted, files, cancel), server);
    }

    /// <summary>The one that has run on the database; before the first time, the one that has files here.</summary>
    private static (MigrationTool, IReadOnlyList<MigrationFile>, List<ToolTable>) Choose(ProbeCall call, PostgresServer server, List<(MigrationTool Tool, IReadOnlyList<MigrationFile> Files, List<ToolTable> Tables)> found)
    {
        var candidates = found.Count == 1 ? found : found.Where(f => f.Tables.Count > 0).ToList();
        if (candidates.Count > 1 && candidates.Any(f => f.Files.Count > 0))
            candidates = [.. candidates.Where(f => f.Files.Count > 0)];
        if (candidates.Count == 0)
            candidates = [.. found.Where(f => f.Files.Count > 0)];
        return candidates switch
        {
            [var only] => only,
            [] => throw new Unanswered($"no tool of {ToolNames} has left its table in {server.Database} on {server}, and none has files {(call.Option("dir") is { } dir ? $"in {dir}" : $"below {call.Context.Directory}")}: say tool= and dir="),
            _ => throw new Unanswered($"{string.Join(" and ", candidates.Select(c => c.Tool.Name))} are both found: say tool="),
        };
    }

    private static IReadOnlyList<MigrationFile> FilesOf(MigrationTool tool, ProbeCall call)
    {
        try
        {
            if (call.Option("dir") is not { } given)
                return tool.Read(Find(tool.Places, call.Context.Directory));
            var folder = FileGlob.Absolute(given, call.Context.Directory);
            return Directory.Exists(folder) ? tool.Read(Find(tool.PlacesBelow, folder)) : throw new Unanswered($"there is no folder {given} in {call.Context.Directory}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unanswered($"the files of {tool.Name} can't be read: {e.Message}");
        }
    }

    private static List<string> Find(IReadOnlyList<string> patterns, string folder) => [.. patterns.SelectMany(p => FileGlob.Files(p, folder)).Distinct(StringComparer.Ordinal)];

    private static Task<IReadOnlyList<ToolTable>> TablesAsync(PostgresSession session, string? schema, CancellationToken cancel) => session.ReadAsync("""
        select n.nspname::text, c.relname::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname), pg_table_is_visible(c.oid)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relname = any($1) and c.relkind in ('r', 'p') and ($2 = '' or n.nspname = $2) order by 1
        """, r => new ToolTable(r.GetString(0), r.GetString(1), r.GetString(2), r.GetBoolean(3)), cancel, MigrationTool.All.Select(t => t.Table).ToArray(), schema ?? "");

    private static Evidence Seen(PostgresServer server, MigrationTool tool, string? table, IReadOnlyList<MigrationFile> files, MigrationState state)
    {
        var text = new StringBuilder();
        text.Append($"{server}, database {server.Database}\n{tool.Name}: {files.Count} {(files.Count == 1 ? "file" : "files")}, {(table is null ? "no table yet" : $"table {table}")}\ncurrent: {state.Current ?? "nothing"}\n");
        if (state.Unclear is { } because)
            text.Append(because).Append('\n');
        foreach (var pending in state.Pending)
            text.Append($"pending: {pending}\n");
        foreach (var note in state.Notes)
            text.Append(note).Append('\n');
        return Evidence.OfText("migrations.txt", text.ToString());
    }

    private sealed record ToolTable(string Schema, string Name, string Quoted, bool IsVisible);
}
