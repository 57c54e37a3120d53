using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

public sealed class RedisProbeTests
{
    [Fact]
    public async Task A_server_that_serves_passes_by_port_socket_and_TLS()
    {
        await using var server = await StartAsync("--maxmemory", "100mb");
        var marks = new StoreMarks("redis", ("url", server.Url));
        await marks.PassesAsync("redis main");
        await marks.PassesAsync("redis main time < 2m and clients >= 1 and memory_used < 90% and memory_used > 0% and role == \"master\"");
        Assert.Contains("memory_used is ", await marks.FailedAsync("redis main memory_used > 90%"));
        Assert.Contains("redis_version:", await marks.EvidenceAsync("redis main"));
        await new StoreMarks("redis", ("url", $"unix://{server.Socket}"), ("password", RedisServer.Password)).PassesAsync("redis main");
        await new StoreMarks("redis", ("url", $"rediss://localhost:{server.TlsPort}"), ("password", RedisServer.Password), ("ca", server.Certificate)).PassesAsync("redis main");
        await new StoreMarks("redis", ("url", $"rediss://localhost:{server.TlsPort}"), ("password", RedisServer.Password), ("insecure", "true")).PassesAsync("redis main");
        Assert.Contains("self-signed", await new StoreMarks("redis", ("url", $"rediss://localhost:{server.TlsPort}"), ("password", RedisServer.Password)).UnknownAsync("redis main"));
        Assert.Contains("rediss://", await new StoreMarks("redis", ("url", $"redis://localhost:{server.TlsPort}")).UnknownAsync("redis main"));
    }

    [Fact]
    public async Task Who_may_not_ask_gets_no_answer_and_the_remedy()
    {
        await using var server = await StartAsync();
        Assert.Contains("wants a password", await new StoreMarks("redis", ("url", $"redis://127.0.0.1:{server.Port}")).UnknownAsync("redis main"));
        Assert.Contains("does not take the user and password", await new StoreMarks("redis", ("url", $"redis://:wrong@127.0.0.1:{server.Port}")).UnknownAsync("redis main"));
        Assert.Contains("answers SELECT with ERR DB index is out of range", await new StoreMarks("redis", ("url", server.Url + "99")).UnknownAsync("redis main"));
        await server.TellAsync("ACL", "SETUSER", "guest", "on", ">guest", "+ping");
        Assert.Contains("may not ask", await new StoreMarks("redis", ("url", $"redis://guest:guest@127.0.0.1:{server.Port}")).UnknownAsync("redis main"));
        await server.TellAsync("ACL", "SETUSER", "guest", "+info");
        await new StoreMarks("redis", ("url", $"redis://guest:guest@127.0.0.1:{server.Port}")).PassesAsync("redis main");
    }

    [Fact]
    public async Task Without_a_limit_the_part_of_memory_is_unknown()
    {
        await using var server = await StartAsync();
        Assert.StartsWith("no maxmemory is set", await new StoreMarks("redis", ("url", server.Url)).UnknownAsync("redis main memory_used < 80%"));
    }

    [Fact]
    public async Task A_snapshot_has_age_and_size_once_it_is_made_and_not_before()
    {
        await using var server = await StartAsync();
        var marks = new StoreMarks("redis", ("url", server.Url));
        Assert.Contains("no snapshot since it started", await marks.UnknownAsync("redis main saved.age < 1h"));
        Assert.Contains("no snapshot since it started", await marks.UnknownAsync("redis main saved.size > 1B"));
        await server.TellAsync("SET", "a", "b");
        await server.TellAsync("SAVE");
        await marks.PassesAsync($"redis main saved.age < 1h and saved.size == {new FileInfo(Path.Combine(server.DataFolder, "dump.rdb")).Length}B");
        Assert.Contains("saved.size is ", await marks.FailedAsync("redis main saved.size > 1GB"));
        File.SetLastWriteTimeUtc(Path.Combine(server.DataFolder, "dump.rdb"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        Assert.Contains("it is of another server", await marks.UnknownAsync("redis main saved.size > 1B"));
    }

    [Fact]
    public async Task A_snapshot_that_fails_leaves_the_age_unknown_and_writes_refused()
    {
        await using var server = await StartAsync("--save", "3600 1");
        await server.TellAsync("SAVE");
        Directory.Delete(server.DataFolder, recursive: true);
        await server.TellAsync("SET", "a", "b");
        await server.TellAsync("BGSAVE");
        await server.UntilAsync("rdb_last_bgsave_status:err");
        var marks = new StoreMarks("redis", ("url", server.Url));
        Assert.Contains("MISCONF", await marks.DownAsync("redis main"));
        await server.TellAsync("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
        await marks.PassesAsync("redis main");
        Assert.Contains("the last background save failed", await marks.UnknownAsync("redis main saved.age < 1h"));
    }

    [Fact]
    public async Task A_server_that_keeps_an_append_only_file_alone_says_so()
    {
        await using var server = await StartAsync("--save", "", "--appendonly", "yes");
        Assert.Contains("it keeps an append-only file instead (aof_last_write_status:ok)", await new StoreMarks("redis", ("url", server.Url)).UnknownAsync("redis main saved.age < 1h"));
    }

    [Theory]
    [InlineData("no")]
    [InlineData("yes")]
    public async Task A_replica_without_its_master_is_down_and_so_is_a_server_that_ended(string servesStale)
    {
        await using var server = await StartAsync("--replicaof", "127.0.0.1 1", "--replica-serve-stale-data", servesStale);
        var marks = new StoreMarks("redis", ("url", server.Url));
        Assert.Contains("has lost its master", await marks.DownAsync("redis main"));
        await server.StopAsync();
        Assert.Equal($"127.0.0.1:{server.Port} refuses the connection\n", await marks.DownAsync("redis main saved.age < 1h"));
    }

    private static async Task<RedisServer> StartAsync(params string[] options)
    {
        var server = new RedisServer(options);
        await server.InitializeAsync();
        return server;
    }
}
