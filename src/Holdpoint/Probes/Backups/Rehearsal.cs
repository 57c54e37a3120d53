using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Probes.Postgres;

namespace Holdpoint.Probes.Backups;

/// <summary>Restores a backup into a scratch database, looks for its rows, and drops it again, whatever happens.</summary>
internal sealed class Rehearsal(BackupSettings backup, BackupFile file, BackupContent content, ProbeCall call)
{
    private const string Prefix = "holdpoint_rehearsal_";

    private const string Moment = "yyyyMMddHHmmss";

    /// <summary>A scratch database that is older than a day was left by a rehearsal that died.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>What dropping it may take when the attempt's own time is over.</summary>
    public static TimeSpan DropLimit { get; } = TimeSpan.FromSeconds(30);

    private const string RestoreSql = """unpack "$1" "$2" | psql --no-psqlrc --no-password --quiet --output=/dev/null --set=ON_ERROR_STOP=1 --file=-""";

    private const string RestoreArchive = """
        if [ "$1" = cat ]; then pg_restore --no-password --no-owner --no-privileges --exit-on-error --dbname="$3" -- "$2"
        else unpack "$1" "$2" | rest pg_restore --no-password --no-owner --no-privileges --exit-on-error --dbname="$3"; fi
        """;

    private readonly TimeProvider _time = call.Context.Time;

    /// <exception cref="RestoreFailed">The backup can't be restored, or holds no rows.</exception>
    /// <exception cref="Unanswered">The rehearsal could not take place.</exception>
    public async Task<RehearsalRecord.Success> RunAsync(CancellationToken cancel)
    {
        var server = PostgresServer.Of(call, backup.Into ?? throw new Unanswered($"the backup `{backup.Name}` has no place to be restored to: add rehearse: {{ into: SERVER }} in holdpoint.yaml"));
        // Of a packed file that is cut short nothing may be left that tells what it was.
        if (content.Form is BackupForm.Other or BackupForm.Hollow && await content.ReadAsync(file, call, cancel) is (Value.Boolean { Is: false }, var broken))
            throw new RestoreFailed($"{Path.GetFileName(file.Path)} can't be restored: {broken}");
        if (content.Form is not (BackupForm.Archive or BackupForm.TarArchive or BackupForm.Sql))
            throw new Unanswered($"{file.Path} is no dump of PostgreSQL, and only such are restored");
        var scratch = server.With(Prefix + _time.GetUtcNow().ToString(Moment, CultureInfo.InvariantCulture) + "_" + Guid.NewGuid().ToString("N")[..8]);
        await using (var session = await PostgresSession.OpenAsync(server, call.Timeout, cancel))
        {
            await SweepAsync(session, cancel);
            await session.ChangeAsync($"create database {scratch.Database} template template0", cancel);
        }

        try
        {
            var began = _time.GetTimestamp();
            await RestoreAsync(scratch, cancel);
            var seconds = _time.GetElapsedTime(began).TotalSeconds;
            return new(_time.GetUtcNow(), file.Path, seconds, await CompareAsync(scratch, cancel));
        }
        finally
        {
            await DropAsync(server, scratch);
        }
    }

    private async Task RestoreAsync(PostgresServer scratch, CancellationToken cancel)
    {
        // What is cut short is noticed when it is restored; until there nothing in it may leave.
        if (content.Form == BackupForm.Sql && await content.LeavingAsync(file, call, cancel) is { } leaving)
            throw new Unanswered($"{file.Path} would leave the scratch database ({leaving}): dump one database, without --create");
        if (content.Form == BackupForm.TarArchive && await content.ReadAsync(file, call, cancel) is (Value.Boolean { Is: false }, var cut))
            throw new RestoreFailed($"{Path.GetFileName(file.Path)} can't be restored: {cut}");
        var ended = await content.RunAsync(content.Form == BackupForm.Sql ? RestoreSql : RestoreArchive, file, call, cancel, scratch.ToolEnvironment, scratch.Database);
        if (ended.ExitCode == 127)
            throw new Unanswered($"a program is missing: {BackupContent.FirstLine(ended.Error.Text)}");
        if (ended.ExitCode != 0)
            throw new RestoreFailed($"{Path.GetFileName(file.Path)} can't be restored: {BackupContent.FirstLine(ended.Error.Text)}");
    }

    private async Task<Dictionary<string, RestoredRows>> CompareAsync(PostgresServer scratch, CancellationToken cancel)
    {
        var rows = new Dictionary<string, RestoredRows>(StringComparer.Ordinal);
        await using var restored = await PostgresSession.OpenAsync(scratch, call.Timeout, cancel);
        if (backup.Tables.Count == 0)
        {
            if (!await HoldsRowsAsync(restored, cancel))
                throw new RestoreFailed($"{Path.GetFileName(file.Path)} was restored, and no table of it holds a row");
            return rows;
        }

        foreach (var table in backup.Tables)
            rows[table] = await CountAsync(restored, table, cancel) switch
            {
                null => throw new RestoreFailed($"{Path.GetFileName(file.Path)} was restored, and has no table {table}"),
                0 => throw new RestoreFailed($"{Path.GetFileName(file.Path)} was restored, and its table {table} is empty"),
                { } count => new(count, null),
            };
        if (backup.Database is not { } name)
            return rows;
        await using var live = await PostgresSession.OpenAsync(PostgresServer.Of(call, name), call.Timeout, cancel);
        foreach (var table in backup.Tables)
            rows[table] = rows[table] with { Live = await CountAsync(live, table, cancel) };
        return rows;
    }

    private static async Task<bool> HoldsRowsAsync(PostgresSession session, CancellationToken cancel)
    {
        var tables = await session.ReadAsync("""
            select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by pg_relation_size((quote_ident(schemaname) || '.' || quote_ident(tablename))::regclass) desc
            """, r => r.GetString(0), cancel);
        foreach (var table in tables)
            if (await session.OneAsync($"select exists (select from {table})", r => r.GetBoolean(0), cancel))
                return true;
        return false;
    }

    /// <summary>Null where there is no such table.</summary>
    private static async Task<long?> CountAsync(PostgresSession session, string table, CancellationToken cancel)
    {
        var name = await session.OneAsync("select to_regclass($1)::text", r => r.IsDBNull(0) ? null : r.GetString(0), cancel, table);
        return name is null ? null : await session.OneAsync($"select count(*) from {name}", r => r.GetInt64(0), cancel);
    }

    private async Task SweepAsync(PostgresSession session, CancellationToken cancel)
    {
        var names = await session.ReadAsync($"select datname::text from pg_database where datname ~ '^{Prefix}[0-9]{{14}}_[0-9a-f]{{8}}$' and datdba = (select oid from pg_roles where rolname = current_user)", r => r.GetString(0), cancel);
        foreach (var name in names)
            if (DateTimeOffset.TryParseExact(name.AsSpan(Prefix.Length, Moment.Length), Moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var made) && _time.GetUtcNow() - made > Forgotten)
                await session.ChangeAsync($"drop database if exists {name} with (force)", cancel);
    }

    /// <summary>Also when the attempt's time is over or the run was cancelled.</summary>
    private async Task DropAsync(PostgresServer server, PostgresServer scratch)
    {
        using var limit = new AttemptLimit(DropLimit, _time, CancellationToken.None);
        await PostgresSession.ForgetAsync(scratch);
        await using var session = await PostgresSession.OpenAsync(server, DropLimit, limit.Token);
        await session.ChangeAsync($"drop database if exists {scratch.Database} with (force)", limit.Token);
    }
}

/// <summary>The backup is at fault, not the rehearsal.</summary>
internal sealed class RestoreFailed(string because) : Exception(because);
