using Holdpoint.Expressions;

namespace Holdpoint.Probes.Postgres;

/// <summary>What sessions do at this moment: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW</summary>
internal static class PostgresActivity
{
    /// <summary>Whoever is no member of pg_monitor sees that others are there, and not what they do: then the type of their session is null.</summary>
    private const string Question = """
        select count(*) filter (where is_client) as connections,
               count(*) filter (where is_client and backend_type is null) as hidden,
               count(*) filter (where is_client and state in ('active', 'fastpath function call') and clock_timestamp() - query_start > make_interval(secs => $1)) as slow,
               coalesce(extract(epoch from max(clock_timestamp() - xact_start) filter (where is_client)), 0)::float8 as longest,
               current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - coalesce(current_setting('reserved_connections', true)::int, 0) as places
        from (select *, usesysid is not null and datid is not null and coalesce(backend_type, 'client backend') = 'client backend' and pid <> pg_backend_pid() as is_client from pg_stat_activity) as sessions
        """;

    public static async Task<(Value Connections, Value PoolUsed, Value Slow, Value Longest)> MeasureAsync(PostgresSession session, PostgresServer server, TimeSpan slow, CancellationToken cancel)
    {
        var seen = await session.OneAsync(Question, r => (Connections: r.GetInt64(0), Hidden: r.GetInt64(1), Slow: r.GetInt64(2), Longest: r.GetDouble(3), Places: r.GetInt32(4)), cancel, slow.TotalSeconds);
        Value OfAll(Value value) => seen.Hidden == 0 ? value : new Value.Unknown($"{server.User} can't see what {seen.Hidden} {(seen.Hidden == 1 ? "session" : "sessions")} of others do: GRANT pg_monitor TO {server.User}");
        return (
            Value.Count(seen.Connections),
            seen.Places > 0 ? Value.Ratio((double)seen.Connections / seen.Places) : new Value.Unknown("max_connections leaves no place to ordinary users"),
            OfAll(Value.Count(seen.Slow)),
            OfAll(Value.Duration(TimeSpan.FromSeconds(Math.Max(0, seen.Longest)))));
    }
}
