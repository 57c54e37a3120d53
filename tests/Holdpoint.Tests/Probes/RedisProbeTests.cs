using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>What a real Redis can't be brought to say at will; the rest is asked of a real one.</summary>
public sealed class RedisProbeTests
{
    private const string Info = "# Server\r\nredis_version:7.2.4\r\nserver_time_usec:2000000000000000\r\nuptime_in_seconds:86400\r\n# Clients\r\nconnected_clients:3\r\n"
        + "used_memory:50\r\nmaxmemory:200\r\nrdb_last_save_time:1999996400\r\nrdb_last_bgsave_status:ok\r\nrdb_saves:4\r\nrole:master\r\n";

    [Fact]
    public async Task An_answer_gives_every_fact()
    {
        await using var server = Answering(ask => ask == "PING" ? "+PONG\r\n" : ask == "INFO" ? Bulk(Info) : "-NOPERM no\r\n");
        var facts = (await AskAsync(server)).Facts();
        Assert.Equal("true", facts.Show("up"));
        Assert.Equal("3", facts.Show("clients"));
        Assert.Equal("25%", facts.Show("memory_used"));
        Assert.Equal("1h", facts.Show("saved.age"));
        Assert.Equal("\"master\"", facts.Show("role"));
        Assert.Equal("unknown: Redis does not tell where its snapshot is: the user may not ask CONFIG GET", facts.Show("saved.size"));
    }

    [Theory]
    [InlineData("redis main saved.age < 2h", "passed", "1h")]
    [InlineData("redis main saved.age < 30m", "failed", "saved.age is 1h")]
    [InlineData("redis main memory_used < 20%", "failed", "25%")]
    [InlineData("redis main saved.size > 1MB", "unknown", "CONFIG GET")]
    public async Task A_mark_passes_fails_with_the_value_or_is_unknown_with_the_reason(string mark, string verdict, string message)
    {
        await using var server = Answering(ask => ask == "PING" ? "+PONG\r\n" : ask == "INFO" ? Bulk(Info) : "*0\r\n");
        var judged = await Marks(server).JudgeAsync(mark);
        Assert.Equal(verdict, judged.Name);
        Assert.Contains(message, judged.Message);
    }

    [Theory]
    [InlineData("rdb_last_bgsave_status:ok", "rdb_last_bgsave_status:err", "the last background save failed (rdb_last_bgsave_status:err); the last one that succeeded is 1h old")]
    [InlineData("rdb_saves:4\r\n", "", "1h")]
    [InlineData("rdb_last_save_time:1999996400\r\nrdb_last_bgsave_status:ok\r\nrdb_saves:4", "rdb_last_save_time:1999913600", "unknown: no snapshot since it started 1d ago")]
    [InlineData("rdb_last_save_time:1999996400\r\nrdb_last_bgsave_status:ok\r\nrdb_saves:4", "rdb_last_save_time:1999913600\r\nrdb_saves:0\r\naof_enabled:1\r\naof_last_write_status:ok", "it keeps an append-only file instead")]
    [InlineData("rdb_last_save_time:1999996400\r\n", "", "INFO tells no rdb_last_save_time")]
    public async Task A_snapshot_s_age_is_known_only_where_one_was_made(string told, string instead, string shown)
    {
        await using var server = Answering(ask => ask == "PING" ? "+PONG\r\n" : ask == "INFO" ? Bulk(Info.Replace(told, instead, StringComparison.Ordinal)) : "*0\r\n");
        Assert.Contains(shown, (await AskAsync(server)).Facts().Show("saved.age"));
    }

    [Theory]
    [InlineData("LOADING Redis is loading the dataset in memory", "still loads its data")]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", "has lost its master")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", "takes no writes")]
    [InlineData("BUSY Redis is busy running a script.", "busy with a script")]
    [InlineData("ERR max number of clients reached", "takes no more clients")]
    public async Task A_server_that_says_it_can_t_serve_is_down(string error, string because)
    {
        await using var server = Answering(_ => $"-{error}\r\n");
        Assert.Contains(because, await Marks(server).DownAsync("redis main"));
        Assert.Contains(because, await Marks(server).DownAsync("redis main saved.age < 1h"));
    }

    [Theory]
    [InlineData("-NOAUTH Authentication required.\r\n", "wants a password")]
    [InlineData("-NOPERM this user has no permissions to run the 'ping' command\r\n", "may not ask")]
    [InlineData("-DENIED Redis is running in protected mode\r\n", "protected mode")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "not as Redis does")]
    [InlineData("+HELLO\r\n", "not as Redis does")]
    [InlineData("$-1\r\n", "not as Redis does")]
    [InlineData("$999999999999\r\n", "not as Redis does")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n+deep\r\n", "not as Redis does")]
    [InlineData("+PO", "broke off the connection before the end of its answer to PING")]
    [InlineData("", "does it want TLS (rediss://)?")]
    public async Task Garbage_half_an_answer_and_a_wrong_password_are_no_answer(string raw, string because)
    {
        await using var server = Answering(_ => raw);
        Assert.Contains(because, await Marks(server).UnknownAsync("redis main"));
    }

    [Fact]
    public async Task Half_of_what_INFO_tells_is_no_answer()
    {
        await using var server = Answering(ask => ask == "PING" ? "+PONG\r\n" : "$500\r\n# Server\r\nrole:master\r\n");
        Assert.EndsWith("broke off the connection before the end of its answer to INFO", await Marks(server).UnknownAsync("redis main"));
    }

    [Fact]
    public async Task A_silent_server_is_no_answer_and_the_limit_is_named()
    {
        var clock = new HandClock();
        await using var server = Loopback.Silent(clock, 2);
        Assert.Equal("no answer from redis main within 2s", (await AskAsync(server, clock)).Because());
    }

    [Fact]
    public async Task A_refused_connection_is_down_and_every_other_fact_names_the_reason()
    {
        var port = Loopback.ClosedPort();
        var marks = new StoreMarks("redis", ("url", $"redis://127.0.0.1:{port}"));
        Assert.Contains($"127.0.0.1:{port} refuses the connection", await marks.DownAsync("redis main memory_used < 80%"));
        Assert.Contains("there is no socket at /nowhere/redis.sock", await new StoreMarks("redis", ("url", "unix:///nowhere/redis.sock")).DownAsync("redis main clients < 5"));
    }

    [Fact]
    public async Task Who_asks_comes_from_the_url_or_beside_it_and_the_database_is_selected()
    {
        await using var server = Answering(ask => ask is "PING" ? "+PONG\r\n" : ask is "INFO" ? Bulk(Info) : "+OK\r\n");
        await new StoreMarks("redis", ("url", $"redis://ana:se%2Fcret@127.0.0.1:{server.Port}/2")).PassedAsync("redis main"); // gitleaks:allow
        await new StoreMarks("redis", ("url", $"redis://:old@127.0.0.1:{server.Port}"), ("password", "beside")).PassedAsync("redis main");
        Assert.Contains("AUTH ana se/cret", server.Requests);
        Assert.Contains("SELECT 2", server.Requests);
        Assert.Contains("AUTH beside", server.Requests);
    }

    [Fact]
    public async Task No_message_repeats_a_password()
    {
        await using var server = Answering(_ => "-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n");
        Assert.DoesNotContain("hunter2", await new StoreMarks("redis", ("url", $"redis://:hunter2@127.0.0.1:{server.Port}")).UnknownAsync("redis main"));
        Assert.DoesNotContain("hunter2", await new StoreMarks("redis", ("url", "redis://:hunter2 #@host")).UnknownAsync("redis main"));
        Assert.DoesNotContain("hunter2", await new StoreMarks("redis", ("url", "redis://:hunter2@host/zero")).UnknownAsync("redis main"));
        Assert.Equal("there is no redis server `other`", await new StoreMarks("redis", ("url", "redis://host")).UnknownAsync("redis other"));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_no_answer()
    {
        using var certificate = Loopback.Certificate();
        await using var server = Loopback.Tls(certificate);
        Assert.Contains("is not trusted: its certificate is self-signed", await new StoreMarks("redis", ("url", $"rediss://127.0.0.1:{server.Port}")).UnknownAsync("redis main"));
    }

    private static StoreMarks Marks(Loopback server) => new("redis", ("url", $"redis://127.0.0.1:{server.Port}"));

    private static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";

    private static Task<Reading> AskAsync(Loopback server, TimeProvider? time = null) => ProbeCatalogue.Probes["redis"].MeasureAsync(
        new(["main"], new Dictionary<string, string>(), [])
        {
            Timeout = TimeSpan.FromSeconds(2),
            Context = NetworkQuestion.Context(time ?? new HandClock()) with
            {
                Server = (string _, string _, out string because) =>
                {
                    because = "";
                    return new Dictionary<string, string> { ["url"] = $"redis://127.0.0.1:{server.Port}" };
                },
            },
        },
        TestContext.Current.CancellationToken);

    /// <summary>Answers each question, told as its words, with raw bytes; closes after one that is neither a status nor a text nor a list.</summary>
    private static Loopback Answering(Func<string, string> answer)
    {
        Loopback? server = null;
        return server = new(async (stream, cancel) =>
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (await reader.ReadLineAsync(cancel) is { } count)
            {
                var words = new List<string>();
                for (var i = int.Parse(count[1..]); i > 0; i--)
                {
                    await reader.ReadLineAsync(cancel);
                    words.Add((await reader.ReadLineAsync(cancel))!);
                }

                server!.Requests.Enqueue(string.Join(' ', words));
                var raw = answer(string.Join(' ', words));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(raw), cancel);
                if (!raw.EndsWith("\r\n", StringComparison.Ordinal) || raw.StartsWith("$500", StringComparison.Ordinal))
                    return;
            }
        });
    }
}
