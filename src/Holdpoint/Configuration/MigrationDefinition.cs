using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>How a database is migrated: <c>migrations: main: { up: alembic upgrade "${HOLDPOINT_TO:-head}", down: alembic downgrade "$HOLDPOINT_TO" }</c>.</summary>
/// <param name="Database">The PostgreSQL server whose database it is.</param>
/// <param name="Down">Null: it does not go back.</param>
/// <param name="Tool">Whose table and files tell the revision; null: found by these.</param>
/// <param name="Files">The folder of the tool's files, from the project's folder; null: its usual places.</param>
public sealed record MigrationDefinition(string Database, PlacedText Up, PlacedText? Down, string? Tool, string? Files, Position At)
{
    internal static Shape Shape { get; } = new Shape.Mapping("How a database is migrated. Its scripts are run by bash in this file's folder, with $HOLDPOINT_TO and the variables of libpq (PGHOST, PGDATABASE, PGPASSWORD …).",
    [
        new("up", new Shape.Scalar("Brings the database to $HOLDPOINT_TO; without that to its newest revision.", ScalarKind.Script) { Examples = ["alembic upgrade \"${HOLDPOINT_TO:-head}\""] }) { Required = true },
        new("down", new Shape.Scalar("Brings it back to $HOLDPOINT_TO, an earlier revision.", ScalarKind.Script) { Examples = ["alembic downgrade \"$HOLDPOINT_TO\""] }),
        new("tool", new Shape.Scalar("Whose table and files tell the revision; found by these by default.", ScalarKind.Choice([.. Probes.Migrations.MigrationTool.All.Select(t => t.Name)]))),
        new("dir", new Shape.Scalar("The folder of the tool's files, from this file's folder; its usual places by default.", ScalarKind.Literal)),
    ]);

    internal static Dictionary<string, MigrationDefinition> Read(YamlView migrations, YamlView servers, ShapeCheck check)
    {
        var result = new Dictionary<string, MigrationDefinition>(StringComparer.Ordinal);
        var known = servers["postgres"].Entries.Select(s => s.Name).ToList();
        foreach (var (name, at, value) in migrations.Entries)
        {
            if (!known.Contains(name))
                check.Add(at, $"there is no postgres server `{name}`", Nearest.Hint(name, known, $"add servers: postgres: {name}: {{ url: … }}"));
            if (value["up"].Text?.Trim() is { Length: > 0 } same && value["down"].Placed is { } back && back.Content.Trim() == same)
                check.Add(back.At, $"`down` does the same as `up`, so {name} would not go back", "write the command that goes back to $HOLDPOINT_TO, or leave it out");
            if (value["up"].Placed is { } up)
                result[name] = new(name, up, value["down"].Placed, value["tool"].Text, value["dir"].Text, at);
        }

        return result;
    }
}
