using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Migrations;

/// <summary>What a database has of the migrations in a checkout.</summary>
/// <param name="Table">The tool's own, with its schema; null: it has not run yet.</param>
internal sealed record MigrationReading(MigrationTool Tool, string? Table, IReadOnlyList<MigrationFile> Files, MigrationState State, PostgresServer Server)
{
    /// <summary>For people: <c>nothing</c> before the first.</summary>
    public string Revision => State.Current ?? "nothing";

    /// <summary>Which way a revision lies.</summary>
    /// <param name="to">A revision, or what begins with it as its tool takes it; or a word of the tools.</param>
    public MigrationWay WayTo(string to) => to switch
    {
        "head" or "heads" => MigrationWay.Up,
        "base" or "zero" or "0" or ['-', ..] => MigrationWay.Down,
        ['+', ..] => MigrationWay.Up,
        _ when State.Unclear is not null => MigrationWay.Unknown,
        _ when Is(State.Current, to) => MigrationWay.There,
        _ when State.Pending.Any(p => Is(p, to)) => MigrationWay.Up,
        _ when Files.Any(f => Is(f.Id, to)) => MigrationWay.Down,
        _ => MigrationWay.Unknown,
    };

    /// <summary>Tools take the beginning of a revision for it (Alembic), or its name without the time (Entity Framework Core), as long as no other is meant.</summary>
    public bool Is(string? revision, string to) => revision is not null && (revision == to
        || (Named(revision, to) && Files.Count(f => Named(f.Id, to)) <= 1));

    private static bool Named(string revision, string to) =>
        (to.Length >= 4 && revision.StartsWith(to, StringComparison.Ordinal)) || revision.EndsWith("_" + to, StringComparison.Ordinal);
}

/// <summary>Where a revision lies from the one that a database has.</summary>
internal enum MigrationWay
{
    Unknown,
    There,
    Up,
    Down,
}
