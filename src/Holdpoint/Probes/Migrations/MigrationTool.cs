using Holdpoint.Expressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>A tool that changes databases step by step: where its files lie, and the table in which it notes what it has done.</summary>
internal abstract class MigrationTool
{
    public static IReadOnlyList<MigrationTool> All { get; } = [new Alembic(), new EfCore(), new Flyway(), new Rails(), new Django()];

    /// <summary>As <c>tool=</c> takes it.</summary>
    public abstract string Name { get; }

    /// <summary>Its own table in the database.</summary>
    public abstract string Table { get; }

    /// <summary>Where its files lie below a project's folder, in most projects.</summary>
    public abstract IReadOnlyList<string> Places { get; }

    /// <summary>Where they lie below a folder that was given as <c>dir=</c>.</summary>
    public abstract IReadOnlyList<string> PlacesBelow { get; }

    /// <summary>Migrations among these files; others are passed over.</summary>
    /// <exception cref="Unanswered">A file is not what it looks like.</exception>
    public abstract IReadOnlyList<MigrationFile> Read(IReadOnlyList<string> paths);

    /// <summary>What the database has, of these files.</summary>
    /// <param name="table">With its schema, quoted; null: the tool has not run yet.</param>
    public abstract Task<MigrationState> CompareAsync(PostgresSession session, string? table, IReadOnlyList<MigrationFile> files, CancellationToken cancel);

    /// <summary>What is said of revisions that are in the database and in no file.</summary>
    protected static string NoFileKnows(IReadOnlyCollection<string> revisions) =>
        $"the database has {string.Join(", ", revisions.Take(3))}{(revisions.Count > 3 ? $" and {revisions.Count - 3} more" : "")}, which no file knows: is this the checkout of the version that is deployed, or newer?";
}

/// <param name="Id">As the tool's table names it.</param>
/// <param name="Path">Relative or whole: for people.</param>
internal record MigrationFile(string Id, string Path);

/// <param name="Current">Null: nothing was applied yet.</param>
/// <param name="Pending">Migrations that the database still needs, in the order of the files.</param>
/// <param name="Unclear">Why they can't be told; then they are not to be judged.</param>
internal sealed record MigrationState(string? Current, IReadOnlyList<string> Pending, string? Unclear = null)
{
    /// <summary>For people beside it: what failed, what was left out of the account.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
