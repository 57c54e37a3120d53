using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Postgres;

/// <summary>A PostgreSQL server: whether it answers, how busy it is, how far its replicas are behind. Nothing is changed in it.</summary>
public sealed class PostgresProbe : AskingProbe
{
    public override Signature Signature { get; } = new("postgres", "A PostgreSQL server answers, and how busy it is")
    {
        Arguments = [new("SERVER", PostgresServer.SettingsSummary)],
        Options = [new("slow", "how long a statement that runs now may run before it counts as slow; 1s by default", Dimension.Duration)],
        Facts =
        [
            new("up", Dimension.Boolean, "it lets the user in; false where it refuses the connection, starts or stops"),
            new("time", Dimension.Duration, "the connection, unless one of an earlier check is still open, and the first answer"),
            new("version", Dimension.Version, "the server's"),
            new("connections", Dimension.Count, "sessions of clients, this check's own left out"),
            new("pool_used", Dimension.Ratio, "connections over what ordinary users may open: max_connections without the reserved ones"),
            new("slow", Dimension.Count, "statements that have been running for longer than slow= at this moment"),
            new("longest", Dimension.Duration, "the longest open transaction of a client, idle ones included; 0 where none is open"),
            new("lag", Dimension.Duration, "on a replica, how far it is behind; on a primary, the replica that is furthest behind; unknown where there is no replication"),
            new("size", Dimension.Bytes, "the database's on disk"),
            new("analyzed.age", Dimension.Duration, "time since the planner's statistics were taken, of the table that waits longest; empty tables don't count"),
        ],
        DefaultCondition = "up",
        AlsoCalled = ["postgresql", "psql", "pg"],
        Example = "postgres main pool_used < 80% and longest < 5m and slow == 0",
        Needs = "a user of the server; membership in pg_monitor for slow, longest and lag",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var server = PostgresServer.Of(call, call.Arguments[0]);
        var slow = TimeSpan.FromSeconds(1);
        if (call.Option("slow") is { } text)
            slow = Units.ParseDuration(text) ?? throw new Unanswered($"slow={text} is no duration: write slow=500ms");
        try
        {
            var began = call.Context.Time.GetTimestamp();
            await using var session = await PostgresSession.OpenAsync(server, call.Timeout, cancel);
            var (version, isReplica) = await session.OneAsync("select current_setting('server_version'), pg_is_in_recovery()", r => (r.GetString(0).Split(' ')[0], r.GetBoolean(1)), cancel);
            var values = new Dictionary<string, Value>
            {
                ["up"] = Value.Of(true),
                ["time"] = Value.Duration(call.Context.Time.GetElapsedTime(began)),
                ["version"] = Value.OfVersion(version),
            };
            if (new[] { "connections", "pool_used", "slow", "longest" }.Any(call.Wants))
                (values["connections"], values["pool_used"], values["slow"], values["longest"]) = await PostgresActivity.MeasureAsync(session, server, slow, cancel);
            if (call.Wants("lag"))
                values["lag"] = isReplica ? await PostgresReplication.LagOfReplicaAsync(session, cancel) : await PostgresReplication.LagOfReplicasAsync(session, server, cancel);
            if (call.Wants("size"))
                values["size"] = Value.Bytes(await session.OneAsync("select pg_database_size(current_database())", r => r.GetInt64(0), cancel));
            if (call.Wants("analyzed.age"))
                values["analyzed.age"] = await AnalyzedAsync(session, cancel);
            return new Reading.Measured(new(values)) { Evidence = [Seen(server, isReplica, values)] };
        }
        catch (TargetRefused e)
        {
            return Down(e.Message);
        }
    }

    /// <summary>Statistics views: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW</summary>
    private static async Task<Value> AnalyzedAsync(PostgresSession session, CancellationToken cancel)
    {
        var tables = await session.ReadAsync("""
            select schemaname || '.' || relname, extract(epoch from clock_timestamp() - greatest(last_analyze, last_autoanalyze))::float8
            from pg_stat_user_tables where pg_relation_size(relid) > 0 order by 2 desc nulls first
            """, r => (Name: r.GetString(0), Age: r.IsDBNull(1) ? (double?)null : r.GetDouble(1)), cancel);
        var never = tables.Where(t => t.Age is null).Select(t => t.Name).ToList();
        return tables switch
        {
            [] => new Value.Unknown("no table of the database holds a row"),
            _ when never.Count > 0 => new Value.Unknown($"never analyzed: {string.Join(", ", never.Take(3))}{(never.Count > 3 ? $" and {never.Count - 3} more" : "")}; run ANALYZE"),
            _ => Value.Duration(TimeSpan.FromSeconds(Math.Max(0, tables[0].Age!.Value))),
        };
    }

    private static Evidence Seen(PostgresServer server, bool isReplica, Dictionary<string, Value> values) => Evidence.OfText(
        "postgres.txt",
        string.Create(CultureInfo.InvariantCulture, $"{server}, database {server.Database}, {(isReplica ? "a replica" : "no replica")}\n") + string.Concat(values.Select(v => $"{v.Key}: {v.Value}\n")));
}
