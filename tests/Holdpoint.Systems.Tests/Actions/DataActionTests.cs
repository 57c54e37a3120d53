using System.Security.Cryptography;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Runs;
using Holdpoint.Systems.Tests.Servers;
using Npgsql;

namespace Holdpoint.Systems.Tests.Actions;

/// <summary>Backups, migrations and restores of a real PostgreSQL, in whole runs.</summary>
[Collection(PostgresCollection.Name)]
public sealed class DataActionTests(PostgresServer postgres)
{
    private static readonly string[] Shop =
    [
        "create table cart (id int primary key, name text not null)", "insert into cart select i, 'cart ' || i from generate_series(1, 500) as i",
        "create table \"order lines\" (cart int references cart, amount numeric(9, 2))", "insert into \"order lines\" select i, i * 1.25 from generate_series(1, 300) as i",
        "create table alembic_version (version_num varchar(32) not null)", "insert into alembic_version values ('a111')",
    ];

    private const string Backup = "  shop:\n    files: backups/shop_*.dump\n    database: main\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_migration_that_fails_half_way_holds_and_a_restore_that_a_person_wants_brings_every_row_back()
    {
        var database = await postgres.CreateDatabaseAsync(Shop);
        await postgres.ExecuteAsync("postgres", $"alter database {database} set search_path = public, other");
        var before = await FingerprintAsync(database);
        using var bench = Bench(database, """
            - [ ] New version `! deploy web`
            - [ ] Migrated `! migrate main` #critical

            ## Back

            **Stage:** rollback

            - [ ] Data back `! restore shop` #id=data-back
            - [ ] Old version `! rollback web`
            """, Backup, "psql -qc 'delete from \"order lines\"'; psql -qc 'alter table cart drop column name'; psql -qc 'no sql'");
        await using var run = await bench.StartAsync();
        var driving = bench.DriveAsync(run, patience: Patience.Stay, stop: Cancel);

        var held = await RunUntilAsync(run, driving, r => r.RuleHold is not null);
        Assert.Contains("not marked compatible=true", held.RuleHold!.Because, StringComparison.Ordinal);
        var migrated = Assert.Single(held.Steps.Values, s => s.Verdict is { Verdict: "failed" }).Verdict!;
        Assert.Contains("it was at revision a111 and is now at a111", migrated.Text, StringComparison.Ordinal);
        Assert.NotEqual(before, await FingerprintAsync(database));

        await SayAsync(bench, new PersonCommand.RollBack("ana", "carts are broken"));
        var asked = await RunUntilAsync(run, driving, r => r.Step("data-back").InDoubt is not null);
        Assert.Contains("a person decides", asked.Step("data-back").InDoubt, StringComparison.Ordinal);
        // Somebody is still connected, and must not keep the data from coming back.
        await using var customer = await postgres.OpenAsync(database);
        await SayAsync(bench, new PersonCommand.Retry("ana", ["data-back"], "retry", "the dump is good"));

        var end = Assert.IsType<DriveEnd.Finished>(await driving);
        Assert.True(end.Outcome == Outcome.RolledBack, $"{run.Session.Run.End?.Because}; {string.Join("; ", run.Session.Run.Steps.Values.Select(s => s.Verdict?.Text))}");
        Assert.Equal(before, await FingerprintAsync(database));
        var said = run.Session.Run.Step("data-back").Verdict!.Text;
        Assert.Contains("801 rows in 3 tables; before: 501 rows in 3 tables; the database of before is kept as", said, StringComparison.Ordinal);
        Assert.Equal(0L, await postgres.ValueAsync(said.Split(' ')[^1], "select count(*) from \"order lines\""));
        Assert.Equal("public, other", await postgres.ValueAsync(database, "show search_path"));
        Assert.Equal("deploy 2.0\nrollback 1.0\n", bench.Log);
    }

    [Fact]
    public async Task A_restore_killed_in_the_middle_leaves_the_data_of_before_and_can_be_repeated()
    {
        var database = await postgres.CreateDatabaseAsync(Shop);
        using var bench = Bench(database, "- [ ] Restored `! restore shop` #id=restored\n", Backup, "true", "- [ ] Room `? disk / free > 1MB`");
        Directory.CreateDirectory(bench.Path("backups"));
        await File.WriteAllTextAsync(bench.Path("backups/shop_1.dump"), "--\n-- PostgreSQL database dump\n--\ncreate table cart (id int);\nselect pg_sleep(600);\n-- PostgreSQL database dump complete\n", Cancel);
        var before = await FingerprintAsync(database);
        await using var run = await bench.StartAsync();
        var driving = bench.DriveAsync(run, patience: Patience.Stay, stop: Cancel);
        await RunUntilAsync(run, driving, r => r.Step("restored").InDoubt is not null);
        await SayAsync(bench, new PersonCommand.Retry("ana", ["restored"], "retry", "it has to be"));

        const string atIt = "select count(*) from pg_stat_activity where query like '%pg_sleep(600)%' and datname like '%\\_restoring\\_%'";
        await UntilAsync(async () => Equals(1L, await postgres.ValueAsync("postgres", atIt)), driving);
        await DetachedAction.Attach(Path.Combine(run.Folder, run.Session.Run.Step("restored").Running!.Job), TimeProvider.System).KillAsync();
        await RunUntilAsync(run, driving, r => r.Step("restored").InDoubt is not null);
        Assert.Equal(before, await FingerprintAsync(database));

        await postgres.ClientAsync("pg_dump", "--format=custom", "--file=" + bench.Path("backups/shop_2.dump"), database);
        File.SetLastWriteTimeUtc(bench.Path("backups/shop_1.dump"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1));
        await postgres.ExecuteAsync(database, "truncate cart cascade");
        await SayAsync(bench, new PersonCommand.Retry("ana", ["restored"], "retry", "again, from a good one"));
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        Assert.Equal(before, await FingerprintAsync(database));
        Assert.Equal(0L, await postgres.ValueAsync("postgres", $"select count(*) from pg_database where datname like '{database}\\_restoring\\_%'"));
    }

    [Fact]
    public async Task A_backup_is_proven_and_named_with_its_hash_and_one_that_is_cut_short_old_or_missing_is_refused()
    {
        var database = await postgres.CreateDatabaseAsync(Shop);
        using var bench = Bench(database, "- [ ] New version `! deploy web`\n", Backup
            + "  cut:\n    files: cut_*.dump\n    database: main\n    make: pg_dump -Fc > whole; head -c 900 whole > cut_1.dump\n"
            + "  old:\n    files: old_*.dump\n    make: ls old_1.dump\n"
            + "  none:\n    files: none_*\n    make: echo made\n",
            "true", "- [ ] Shop `! backup shop` #id=shop #advisory\n- [ ] Cut `! backup cut` #id=cut #advisory\n- [ ] Old `! backup old` #id=old #advisory\n- [ ] None `! backup none` #id=none #advisory\n- [ ] Room `? disk / free > 1MB`");
        await File.WriteAllTextAsync(bench.Path("old_1.dump"), "x", Cancel);
        File.SetLastWriteTimeUtc(bench.Path("old_1.dump"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-5));
        await using var run = await bench.StartAsync();
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(run, stop: Cancel)).Outcome);

        var file = Assert.Single(Directory.GetFiles(bench.Path("backups"), "*", new EnumerationOptions { AttributesToSkip = 0 }));
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Cancel)));
        Assert.Equal(("passed", $"restore point {file} ({new FileInfo(file).Length} bytes), sha256 {hash}"), Said(run, "shop"));
        Assert.Equal("failed", Said(run, "cut").Verdict);
        Assert.Contains("cut_1.dump: pg_restore", Said(run, "cut").Text, StringComparison.Ordinal);
        Assert.Contains("from before the start", Said(run, "old").Text, StringComparison.Ordinal);
        Assert.Contains("there is none", Said(run, "none").Text, StringComparison.Ordinal);
        Assert.DoesNotContain(postgres.Password, string.Concat(Directory.EnumerateFiles(run.Folder, "*", SearchOption.AllDirectories).Select(File.ReadAllText)).Replace(await File.ReadAllTextAsync(bench.Configuration, Cancel), "", StringComparison.Ordinal).Replace($":{postgres.Password}@", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_tells_the_revisions_and_down_is_done_only_when_a_person_says_so()
    {
        var database = await postgres.CreateDatabaseAsync(Shop);
        using var bench = Bench(database, "- [ ] Up `! migrate main compatible=true` #id=up\n- [ ] There `! migrate main to=b222` #id=there\n- [ ] Down `! migrate main to=a111` #id=down\n",
            Backup, "psql -qc \"update alembic_version set version_num = 'b222'\"", "- [ ] Room `? disk / free > 1MB`", "psql -qc \"update alembic_version set version_num = '$HOLDPOINT_TO'\"");
        await using var run = await bench.StartAsync();
        var driving = bench.DriveAsync(run, patience: Patience.Stay, stop: Cancel);

        var asked = await RunUntilAsync(run, driving, r => r.Step("down").InDoubt is not null);
        Assert.Equal(("passed", "it was at revision a111 and is now at b222"), Said(run, "up"));
        Assert.Equal(("passed", "main is at revision b222"), Said(run, "there"));
        Assert.Contains("from b222 to a111 main goes back, which may lose data", asked.Step("down").InDoubt, StringComparison.Ordinal);
        Assert.Equal("b222", await postgres.ValueAsync(database, "select version_num from alembic_version"));

        await SayAsync(bench, new PersonCommand.Retry("ana", ["down"], "retry", "nothing is lost"));
        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        Assert.Equal(("passed", "it was at revision b222 and is now at a111"), Said(run, "down"));
    }

    [Fact]
    public async Task A_restore_by_a_script_gets_the_file_of_this_run_and_one_that_was_changed_since_is_refused()
    {
        var database = await postgres.CreateDatabaseAsync(Shop);
        using var bench = Bench(database, "- [ ] Spoiled `! sh echo >> backups/shop_*.dump`\n- [ ] Refused `! restore shop` #id=refused #advisory\n- [ ] Other `! restore other` #id=other\n",
            Backup + "  other:\n    files: '*.version'\n    database: main\n    make: gzip -c web.version > x.version\n    restore: gunzip -c \"$HOLDPOINT_FILE\" > back; psql -qc 'truncate cart cascade'\n",
            "true", "- [ ] Shop `! backup shop`\n- [ ] Other `! backup other`");
        await using var run = await bench.StartAsync();
        var driving = bench.DriveAsync(run, patience: Patience.Stay, stop: Cancel);
        foreach (var step in new[] { "refused", "other" })
        {
            await RunUntilAsync(run, driving, r => r.Step(step).InDoubt is not null);
            await SayAsync(bench, new PersonCommand.Retry("ana", [step], "retry", "go"));
        }

        Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(await driving).Outcome);
        Assert.Contains("is not the backup any more that this run has made", Said(run, "refused").Text, StringComparison.Ordinal);
        Assert.Contains("x.version by its script: 1 rows in 3 tables; before: 801 rows in 3 tables", Said(run, "other").Text, StringComparison.Ordinal);
        Assert.Equal("1.0\n", await File.ReadAllTextAsync(bench.Path("back"), Cancel));
    }

    private RunBench Bench(string database, string deploy, string backups, string up, string before = "- [ ] Dump `! backup shop`", string down = "false")
    {
        var settings = postgres.Settings(database)["url"];
        var bench = new RunBench($"# Shop\n\n## Before\n\n{before}\n\n## Out\n\n**Stage:** deploy\n\n{deploy}", RunBench.FileTarget
            + $"servers:\n  postgres:\n    main:\n      url: {settings}\nbackups:\n{backups}migrations:\n  main:\n    up: |\n      {up}\n    down: |\n      {down}\n");
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        var versions = Directory.CreateDirectory(bench.Path("alembic/versions")).FullName;
        File.WriteAllText(Path.Combine(versions, "a111_shop.py"), "revision = 'a111'\ndown_revision = None\n");
        File.WriteAllText(Path.Combine(versions, "b222_price.py"), "revision = 'b222'\ndown_revision = 'a111'\n");
        return bench;
    }

    private static (string Verdict, string Text) Said(OpenRun run, string step) => run.Session.Run.Step(step).Verdict is { } verdict ? (verdict.Verdict, verdict.Text) : ("none", "");

    private static async Task SayAsync(RunBench bench, PersonCommand command)
    {
        await using var desk = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.Null(await RunOffice.SayAsync(desk, command, Cancel));
    }

    private static async Task<Run> RunUntilAsync(OpenRun run, Task<DriveEnd> driving, Func<Run, bool> isSo)
    {
        await UntilAsync(() => Task.FromResult(isSo(run.Session.Run)), driving);
        return run.Session.Run;
    }

    /// <summary>Also ends, and tells why, when the driver leaves first.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo, Task<DriveEnd> driving)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (!await isSo())
        {
            Assert.False(driving.IsCompleted, driving.IsCompletedSuccessfully ? $"{await driving}" : $"{driving.Exception}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Every table with its rows' number and their checksum.</summary>
    private async Task<string> FingerprintAsync(string database)
    {
        await using var connection = await postgres.OpenAsync(database);
        var tables = new List<string>();
        await using (var names = new NpgsqlCommand("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1", connection))
        await using (var reader = await names.ExecuteReaderAsync(Cancel))
            while (await reader.ReadAsync(Cancel))
                tables.Add(reader.GetString(0));
        var lines = new List<string>();
        foreach (var table in tables)
        {
            await using var sum = new NpgsqlCommand($"select count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '-') from {table} t", connection);
            lines.Add($"{table} {await sum.ExecuteScalarAsync(Cancel)}");
        }

        return string.Join("\n", lines);
    }
}
