using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>Clients of databases, caches and queues, and tools of migration. A statement is read as far as its first word.</summary>
internal static partial class Databases
{
    private static readonly HashSet<string> RedisAsks = new(StringComparer.OrdinalIgnoreCase)
    {
        "ping", "info", "dbsize", "lastsave", "get", "ttl", "exists", "keys", "scan", "llen", "scard", "zcard", "hlen", "hgetall", "type", "role", "time", "memory", "slowlog", "client", "cluster", "sentinel", "xlen", "xinfo", "strlen", "hget", "lrange", "smembers", "config",
    };

    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("psql") { First = c => OfStatement(c, "-c", "--command", c.Has("-l", "--list") ? Effect.Shows : null) },
        new("mysql mariadb") { First = c => OfStatement(c, "-e", "--execute", null) },
        new("sqlite3") { First = c => c.Plain.Count > 1 ? OfSql(c.Plain[^1]) : Effect.Interactive },
        new("clickhouse-client") { First = c => OfStatement(c, "-q", "--query", null) },
        new("sqlcmd") { First = c => OfStatement(c, "-Q", "-q", null) },
        new("mongosh mongo") { First = c => c.ValueOf("--eval") is { } eval ? MongoAsks().IsMatch(eval) ? Effect.Shows : Effect.Unknown : Effect.Interactive },
        new("cqlsh") { First = c => OfStatement(c, "-e", "--execute", null) },
        new("pg_isready") { First = _ => Effect.Proves },
        new("mysqladmin") { ValuesOf = "-h -u -P", Proves = "ping, status", Shows = "processlist, variables, extended-status, version", Destroys = "drop, shutdown, flush-logs", Changes = "create" },
        new("pg_dump pg_dumpall mysqldump mariadb-dump mongodump pg_basebackup mongoexport redis-dump") { First = c => c.Has("--version") ? Effect.Proves : Effect.Changes },
        new("pg_restore mongorestore mysqlimport pgloader") { First = c => c.Has("--list", "-l") ? Effect.Proves : c.Has("--clean", "-c", "--drop") ? Effect.Destroys : Effect.Changes },
        new("createdb createuser initdb") { First = _ => Effect.Changes },
        new("dropdb dropuser") { First = _ => Effect.Destroys },
        new("vacuumdb analyzedb reindexdb") { First = _ => Effect.Changes },
        new("redis-cli valkey-cli") { ValuesOf = "-h -p -a -n -u --user --pass", First = OfRedis },
        new("rabbitmqctl rabbitmq-diagnostics") { ValuesOf = "-n -p", Proves = "ping, check_running, check_local_alarms, check_port_connectivity, node_health_check, await_startup", Shows = "status, list_queues, list_connections, cluster_status, list_users, list_vhosts, list_exchanges, list_consumers", Changes = "add_user, set_permissions, start_app, add_vhost", Destroys = "purge_queue, delete_queue, stop_app, reset, delete_user" },
        new("kafka-topics kafka-topics.sh") { First = c => c.Has("--list", "--describe") ? Effect.Shows : c.Has("--delete") ? Effect.Destroys : Effect.Changes },
        new("kafka-broker-api-versions kafka-broker-api-versions.sh") { First = _ => Effect.Proves },
        new("kafka-consumer-groups kafka-consumer-groups.sh") { First = c => c.Has("--list", "--describe") ? Effect.Shows : Effect.Changes },
        new("alembic") { ValuesOf = "-c -n -x", Proves = "check", Shows = "current, heads, history, show, branches", Changes = "upgrade, revision, stamp, merge", Destroys = "downgrade", First = c => c.Has("--sql") ? Effect.Shows : null },
        new("flyway liquibase") { Proves = "validate, check", Shows = "info, status, history", Changes = "migrate, update, baseline, repair, tag", Destroys = "clean, undo, rollback, drop-all" },
        new("migrate goose dbmate atlas") { ValuesOf = "-path -database -source", Proves = "migrate validate, schema inspect", Shows = "version, status, migrate status", Changes = "up, migrate apply, goto, force, dump", Destroys = "down, drop, rollback, redo, reset" },
        new("prisma") { Proves = "validate, migrate status, format --check", Changes = "generate, migrate deploy, db push, db seed, migrate dev, migrate resolve", Destroys = "migrate reset", Endless = "studio" },
        new("knex sequelize sequelize-cli typeorm drizzle-kit") { Proves = "check", Shows = "migrate:status, migrate:list, db:migrate:status, migration:show", Changes = "migrate:latest, migrate:up, db:migrate, migration:run, push, generate, migrate", Destroys = "migrate:rollback, migrate:down, db:migrate:undo, db:migrate:undo:all, migration:revert, drop, db:drop" },
    ];

    /// <summary>Statements that only read. <c>WITH</c> may hold a changing one, <c>SELECT</c> may call a function that does.</summary>
    public static Effect OfSql(string sql)
    {
        var worst = Effect.Shows;
        foreach (var statement in sql.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            worst = Judge.Worse(worst, OfOne(statement));
        return worst;
    }

    private static Effect OfOne(string statement)
    {
        if (statement.StartsWith('\\'))
            return MetaAsks().IsMatch(statement) ? Effect.Shows : Effect.Unknown;
        if (Destroying().IsMatch(statement))
            return Effect.Destroys;
        if (Reading().IsMatch(statement))
            return Acting().IsMatch(statement) ? Effect.Changes : Effect.Shows;
        return Writing().IsMatch(statement) ? Effect.Changes : Effect.Unknown;
    }

    private static Effect OfStatement(Call call, string option, string longOption, Effect? other)
    {
        var sql = call.ValueOf(option) ?? call.ValueOf(longOption) ?? call.Words.Zip(call.Words.Skip(1)).FirstOrDefault(p => p.First.Length > 2 && p.First[0] == '-' && p.First[1] != '-' && p.First.EndsWith(option[1..], StringComparison.Ordinal)).Second;
        if (sql is not null)
            return sql.Contains('$', StringComparison.Ordinal) && !Reading().IsMatch(sql) ? Effect.Unknown : OfSql(sql);
        return other ?? (call.Has("-f", "--file", "-i") ? Effect.Changes : Effect.Interactive);
    }

    private static Effect? OfRedis(Call call)
    {
        if (call.Has("--stat", "--latency", "--latency-history", "--bigkeys", "--scan"))
            return call.Has("--bigkeys", "--scan") ? Effect.Shows : Effect.Endless;
        if (call.Plain is not [var verb, ..])
            return Effect.Interactive;
        if (verb.Equals("monitor", StringComparison.OrdinalIgnoreCase) || verb.Equals("subscribe", StringComparison.OrdinalIgnoreCase))
            return Effect.Endless;
        if (verb.Equals("flushall", StringComparison.OrdinalIgnoreCase) || verb.Equals("flushdb", StringComparison.OrdinalIgnoreCase) || verb.Equals("shutdown", StringComparison.OrdinalIgnoreCase))
            return Effect.Destroys;
        if (verb.Equals("ping", StringComparison.OrdinalIgnoreCase))
            return Effect.Shows;
        if (verb.Equals("config", StringComparison.OrdinalIgnoreCase) || verb.Equals("client", StringComparison.OrdinalIgnoreCase) || verb.Equals("cluster", StringComparison.OrdinalIgnoreCase) || verb.Equals("sentinel", StringComparison.OrdinalIgnoreCase) || verb.Equals("slowlog", StringComparison.OrdinalIgnoreCase) || verb.Equals("memory", StringComparison.OrdinalIgnoreCase))
            return call.Plain is [_, var second, ..] && RedisSecond().IsMatch(second) ? Effect.Shows : Effect.Changes;
        return RedisAsks.Contains(verb) ? Effect.Shows : Effect.Changes;
    }

    [GeneratedRegex(@"^\s*(select|show|explain(?!\s+analy[sz]e\s+(insert|update|delete))|describe|desc|table|values|exists)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reading();

    /// <summary>Functions of PostgreSQL that act, and SELECT … INTO, FOR UPDATE.</summary>
    [GeneratedRegex(@"\b(into\s+(outfile|dumpfile|table|temp|\w+\s+from)|for\s+update|pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_switch_wal|pg_create_\w+|pg_drop_\w+|pg_promote|pg_advisory_lock|setval|nextval|lo_\w+|dblink\w*|pg_rotate_logfile|pg_start_backup|pg_backup_start|set_config|pg_stat_reset\w*)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Acting();

    [GeneratedRegex(@"^\s*(drop|truncate|delete)\b|^\s*alter\b.*\bdrop\b", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Destroying();

    [GeneratedRegex(@"^\s*(insert|update|create|alter|grant|revoke|vacuum|analyze|reindex|call|begin|commit|set|copy|refresh|merge|replace|use|comment|cluster|checkpoint)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Writing();

    [GeneratedRegex(@"^\\(d\w*\+?|l\+?|conninfo|dt\+?|timing|x|pset|q)(\s|$)")]
    private static partial Regex MetaAsks();

    [GeneratedRegex(@"^\s*(db\.)?(adminCommand\(\s*['""{ ]*(ping|serverStatus)|runCommand\(\s*\{\s*ping|rs\.status\(|version\(|stats\(|serverStatus\(|getCollectionNames\(|\w+\.(countDocuments|count|find|findOne|stats|getIndexes|estimatedDocumentCount)\()[^;]*;?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex MongoAsks();

    [GeneratedRegex("^(get|list|info|nodes|slots|usage|stats|doctor|len|master|masters|replicas|slaves|sentinels|ckquorum|get-master-addr-by-name|id|getname)$", RegexOptions.IgnoreCase)]
    private static partial Regex RedisSecond();
}
