using Holdpoint.Expressions;

namespace Holdpoint.Probes.Postgres;

/// <summary>How far replicas are behind: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW</summary>
internal static class PostgresReplication
{
    /// <summary>On the replica. The time of the last transaction alone would grow for ever while nobody writes: who has replayed all it received is not behind.</summary>
    public static async Task<Value> LagOfReplicaAsync(PostgresSession session, CancellationToken cancel)
    {
        var (receiver, hasAll, behind) = await session.OneAsync("""
            select (select coalesce(status, 'streaming') from pg_stat_wal_receiver),
                   pg_last_wal_receive_lsn() is not distinct from pg_last_wal_replay_lsn() or pg_last_wal_replay_lsn() > pg_last_wal_receive_lsn(),
                   extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8
            """, r => (r.IsDBNull(0) ? null : r.GetString(0), !r.IsDBNull(1) && r.GetBoolean(1), r.IsDBNull(2) ? (double?)null : r.GetDouble(2)), cancel);
        return receiver switch
        {
            null => new Value.Unknown("this replica is not connected to its primary (no WAL receiver runs)"),
            not "streaming" => new Value.Unknown($"this replica does not stream from its primary: its WAL receiver is {receiver}"),
            _ when hasAll => Value.Duration(TimeSpan.Zero),
            _ when behind is { } seconds => Value.Duration(TimeSpan.FromSeconds(Math.Max(0, seconds))),
            _ => new Value.Unknown("this replica has replayed no transaction since it started"),
        };
    }

    /// <summary>On the primary: the furthest behind. A replica that has all says no lag once the server is idle.</summary>
    public static async Task<Value> LagOfReplicasAsync(PostgresSession session, PostgresServer server, CancellationToken cancel)
    {
        var replicas = await session.ReadAsync("""
            select coalesce(nullif(application_name, ''), client_addr::text, 'pid ' || pid), state, extract(epoch from replay_lag)::float8, coalesce(replay_lsn >= pg_current_wal_lsn(), false)
            from pg_stat_replication where state is distinct from 'backup'
            """, r => (Name: r.GetString(0), State: r.IsDBNull(1) ? null : r.GetString(1), Lag: r.IsDBNull(2) ? (double?)null : r.GetDouble(2), HasAll: r.GetBoolean(3)), cancel);
        var missing = await session.ReadAsync("select slot_name::text from pg_replication_slots where slot_type = 'physical' and not active and not temporary order by 1", r => r.GetString(0), cancel);
        if (missing.Count > 0)
            return new Value.Unknown($"no replica is connected to the replication slot {string.Join(", ", missing)}");
        if (replicas.Count == 0)
            return new Value.Unknown("no replica is connected, so there is no lag");
        foreach (var (name, state, lag, hasAll) in replicas)
        {
            if (state is null)
                return new Value.Unknown($"{server.User} can't see replicas: GRANT pg_monitor TO {server.User}");
            if (lag is null && !hasAll)
                return new Value.Unknown($"the replica {name} ({state}) has not told its lag yet");
        }

        return Value.Duration(TimeSpan.FromSeconds(replicas.Max(r => Math.Max(0, r.Lag ?? 0))));
    }
}
