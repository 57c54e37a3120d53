using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

public sealed class BackupProbeTests : DatabaseScratch
{
    private static readonly string[] Shop = ["create table cart (id int primary key, name text)", @"insert into cart select i, E'\\connect ' || i from generate_series(1, 1000) as i", "create table empty (id int)"];

    private readonly Dictionary<string, string> _backup;

    public BackupProbeTests(PostgresServer postgres) : base(postgres)
    {
        _backup = new() { ["files"] = "backups/*", ["folder"] = Root, ["record"] = At(".holdpoint"), ["into"] = "main" };
        Servers["backup shop"] = _backup;
        Directory.CreateDirectory(At("backups"));
    }

    [Fact]
    public async Task A_backup_is_judged_by_its_age_and_by_its_size_against_earlier_ones()
    {
        await WriteAsync("backups/a", new string('x', 1000));
        await WriteAsync("backups/b", new string('x', 3000));
        await WriteAsync("backups/c", new string('x', 1000));
        await WriteAsync("backups/d", new string('x', 500));
        foreach (var (name, hours) in new[] { ("a", 96), ("b", 72), ("c", 48), ("d", 24) })
            File.SetLastWriteTimeUtc(At("backups/" + name), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-hours));

        await PassesAsync("backup shop age < 25h and age > 23h and size == 500B and size_ratio == 50%");
        Assert.Contains("age is 1d", await FailsAsync("backup shop age < 2m"), StringComparison.Ordinal);
        Assert.Contains("size_ratio is 50%", await FailsAsync("backup shop size_ratio > 80%"), StringComparison.Ordinal);
        Assert.Contains("restoring it was never rehearsed", await UnknownAsync("backup shop restored.age < 7d"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("( false | gzip ) > backups/a.sql.gz")]
    [InlineData("tar -czf backups/a.tgz --files-from /dev/null")]
    [InlineData("echo 'mysqldump: Got error: 1045: Access denied' | gzip > backups/a.sql.gz")]
    [InlineData("printf -- '--\\n-- PostgreSQL database cluster dump\\n--\\n-- PostgreSQL database dump complete\\n' | gzip > backups/a.sql.gz")]
    public async Task What_holds_no_backup_is_not_readable(string made)
    {
        await WriteAsync("backups/none", "");
        File.Delete(At("backups/none"));
        Assert.IsType<Holdpoint.Processes.CommandResult.Exited>(await Runner.RunAsync(new("bash", ["-c", made]) { WorkingDirectory = Root }, TimeSpan.FromSeconds(30), Cancel));
        Assert.Contains("readable is false", await FailsAsync("backup shop readable"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_and_no_entry_are_unknown_and_name_what_is_missing()
    {
        Assert.Contains("there is no backup: no file matches backups/*", await UnknownAsync("backup shop age < 1d"), StringComparison.Ordinal);
        Assert.Contains("there is no backup server `other`", await UnknownAsync("backup other age < 1d"), StringComparison.Ordinal);

        await WriteAsync("backups/a", "x");
        Assert.Contains("no earlier backup", await UnknownAsync("backup shop size_ratio > 80%"), StringComparison.Ordinal);
        Assert.Contains("nothing in it tells whether it is whole", await UnknownAsync("backup shop readable"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "", "backups/shop.sql")]
    [InlineData("plain", "gzip", "backups/shop.sql.gz")]
    [InlineData("plain", "zstd", "backups/shop.sql.zst")]
    [InlineData("custom", "", "backups/shop.dump")]
    [InlineData("custom", "gzip", "backups/shop.dump.gz")]
    [InlineData("tar", "", "backups/shop.tar")]
    public async Task A_dump_is_readable_restored_and_cut_short_it_is_neither(string format, string packer, string file)
    {
        var database = await Postgres.CreateDatabaseAsync(Shop);
        await DumpAsync(database, format, packer, file);

        await PassesAsync("backup shop readable");
        await PassesAsync("backup shop rehearse=7d restored.age < 1h");
        Assert.Equal(0L, await ScratchDatabasesAsync());

        var whole = await File.ReadAllBytesAsync(At(file), Cancel);
        await File.WriteAllBytesAsync(At(file), whole[..(whole.Length * 3 / 5)], Cancel);
        File.Delete(At(".holdpoint/rehearsals/shop.json"));
        Assert.Contains("readable is false", await FailsAsync("backup shop readable"), StringComparison.Ordinal);
        if (packer.Length == 0 && format == "plain")
            return;
        Assert.Contains("can't be restored", await UnknownAsync("backup shop rehearse=7d restored.age < 1h"), StringComparison.Ordinal);
        Assert.Equal(0L, await ScratchDatabasesAsync());
        // It is remembered, and told also by a mark that does not rehearse.
        Assert.Contains("the last rehearsal failed", await UnknownAsync("backup shop restored.age < 7d"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volume_in_a_tar_is_read_to_its_end()
    {
        await WriteAsync("volume/data.bin", new string('x', 100_000));
        await RunAsync(Bash($"cd '{Root}' && tar -czf backups/volume.tar.gz volume"));
        await PassesAsync("backup shop readable");
        Assert.Contains("no dump of PostgreSQL", await UnknownAsync("backup shop rehearse=1d restored.age < 1d"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_compared_with_the_database_and_a_fresh_rehearsal_is_not_repeated()
    {
        var database = await Postgres.CreateDatabaseAsync(Shop);
        Use(database);
        await DumpAsync(database, "custom", "", "backups/shop.dump");
        await Postgres.ExecuteAsync(database, "insert into cart select generate_series(1001, 1250)");
        (_backup["database"], _backup["tables"]) = ("main", "cart");

        await PassesAsync("backup shop rehearse=7d restored.rows == 80%");
        var record = await File.ReadAllTextAsync(At(".holdpoint/rehearsals/shop.json"), Cancel);
        Assert.Contains("\"live\": 1250", record, StringComparison.Ordinal);

        await PassesAsync("backup shop rehearse=7d restored.age < 1h");
        Assert.Equal(record, await File.ReadAllTextAsync(At(".holdpoint/rehearsals/shop.json"), Cancel));
    }

    [Theory]
    [InlineData("empty", "its table empty is empty")]
    [InlineData("orders", "has no table orders")]
    public async Task A_table_that_did_not_come_back_fails_the_rehearsal(string table, string because)
    {
        await DumpAsync(await Postgres.CreateDatabaseAsync(Shop), "custom", "", "backups/shop.dump");
        _backup["tables"] = "cart\n" + table;

        Assert.Contains(because, await UnknownAsync("backup shop rehearse=7d restored.age < 1h"), StringComparison.Ordinal);
        Assert.Equal(0L, await ScratchDatabasesAsync());
    }

    [Fact]
    public async Task A_dump_that_would_leave_the_scratch_database_is_not_restored()
    {
        var database = await Postgres.CreateDatabaseAsync("create table cart (id int)");
        await WriteAsync("backups/shop.sql", $"-- PostgreSQL database dump\n\\connect {database}\ndrop table cart;\n-- PostgreSQL database dump complete\n");

        Assert.Contains("would leave the scratch database", await UnknownAsync("backup shop rehearse=7d restored.age < 1h"), StringComparison.Ordinal);
        Assert.Equal(0L, await Postgres.ValueAsync(database, "select count(*) from cart"));
    }

    [Fact]
    public async Task What_a_rehearsal_needs_is_told()
    {
        await DumpAsync(await Postgres.CreateDatabaseAsync(Shop), "custom", "", "backups/shop.dump");
        var user = "u" + Guid.NewGuid().ToString("N")[..12];
        await Postgres.ExecuteAsync("postgres", $"create role {user} login password 'plain'");
        Servers["postgres main"] = Postgres.Settings("postgres", user, "plain");
        Assert.Contains("permission denied to create database", await UnknownAsync("backup shop rehearse=7d restored.age < 1h"), StringComparison.Ordinal);

        _backup.Remove("into");
        Assert.Contains("add rehearse: { into: SERVER }", await UnknownAsync("backup shop rehearse=7d restored.age < 1h"), StringComparison.Ordinal);
        Assert.False(File.Exists(At(".holdpoint/rehearsals/shop.json")));
    }

    [Fact]
    public async Task A_rehearsal_that_is_cut_off_drops_its_scratch_database_and_so_does_a_later_one_that_died()
    {
        // Restoring it never ends.
        await DumpAsync(await Postgres.CreateDatabaseAsync("create table cart (id int)", "insert into cart values (1)", "create function wait(int) returns boolean language sql immutable as 'select pg_sleep(600) is null'", "create table held (id int)"), "plain", "", "backups/shop.sql");
        await File.AppendAllTextAsync(At("backups/shop.sql"), "\nselect pg_sleep(600);\n", Cancel);
        var old = "holdpoint_rehearsal_20200101000000_0123abcd";
        await Postgres.ExecuteAsync("postgres", $"create database {old}");

        var result = await CheckAsync("backup shop rehearse=7d restored.age < 1h timeout 5s");

        Assert.IsType<Verdict.Unknown>(result.Verdict);
        Assert.Equal(0L, await UntilNoScratchAsync());
    }

    private async Task DumpAsync(string database, string format, string packer, string file)
    {
        var plain = packer.Length == 0 ? At(file) : At(Path.GetFileNameWithoutExtension(file));
        await Postgres.ClientAsync("pg_dump", "--format=" + format, "--file=" + plain, database);
        if (packer.Length > 0)
            Assert.Equal(0, (await RunAsync(Bash($"{packer} -c '{plain}' > '{At(file)}'"))).ExitCode);
    }

    private Task<object?> ScratchDatabasesAsync() => Postgres.ValueAsync("postgres", "select count(*) from pg_database where datname like 'holdpoint\\_rehearsal\\_%'");

    private async Task<object?> UntilNoScratchAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        object? left;
        while ((left = await ScratchDatabasesAsync()) is not 0L && !limit.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        return left;
    }
}
