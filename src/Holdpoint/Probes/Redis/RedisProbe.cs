using Holdpoint.Expressions;

namespace Holdpoint.Probes.Redis;

/// <summary>A Redis, Valkey or KeyDB: PING and INFO over one connection, in its own protocol.</summary>
public sealed class RedisProbe : AskingProbe
{
    public override Signature Signature { get; } = new("redis", "A Redis serves, has room, and has saved its data")
    {
        Arguments = [new("SERVER", "a name under servers: redis: in holdpoint.yaml; its url is redis://user:password@host:6379/0, rediss://… for TLS (ca: FILE, insecure: true) or unix:///path; user and password may stand beside url")],
        Facts =
        [
            new("up", Dimension.Boolean, "PING is answered; false where the connection is refused, and while data is loaded, no client is taken, a replica has lost its master or nothing can be saved"),
            new("time", Dimension.Duration, "from the look-up of the name to the answer to PING, signing in included"),
            new("clients", Dimension.Count, "connections of clients, this one included"),
            new("memory_used", Dimension.Ratio, "of maxmemory; unknown where none is set"),
            new("saved.age", Dimension.Duration, "since the last snapshot (RDB); unknown where none was made since the start, or the last attempt failed"),
            new("saved.size", Dimension.Bytes, "of that snapshot's file; unknown where the file can't be seen on this machine"),
            new("role", Dimension.Text, "master or slave"),
        ],
        DefaultCondition = "up",
        AlsoCalled = ["valkey"],
        Example = "redis main memory_used < 80% and saved.age < 1h",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var address = RedisAddress.Of(call);
        var time = call.Context.Time;
        var began = time.GetTimestamp();
        try
        {
            await using var redis = await RedisConnection.OpenAsync(address, time, cancel);
            if (await redis.TellAsync(cancel, "PING") is not RedisReply.Simple { Text: "PONG" })
                throw new Unanswered($"{address} answers PING, but not as Redis does: is this its port?");
            var took = time.GetElapsedTime(began);
            var info = await redis.TellAsync(cancel, "INFO") is RedisReply.Bulk { Text: { } text } ? RedisInfo.Read(text) : null;
            if (info is null)
                throw new Unanswered($"{address} answers INFO, but not as Redis does: is this its port?");
            // With replica-serve-stale-data, which is the default, it answers PING all the same.
            if (info.Word("master_link_status") is Value.Text { Content: "down" })
                return Down($"{address} is a replica that has lost its master (master_link_status is down)");
            var snapshot = RedisSnapshot.Of(info, time.GetUtcNow());
            var facts = Facts.Of(
                ("up", Value.Of(true)),
                ("time", Value.Duration(took)),
                ("clients", info.Count("connected_clients")),
                ("memory_used", info.MemoryUsed),
                ("saved.age", snapshot.Age),
                ("saved.size", await snapshot.SizeAsync(redis, address, cancel)),
                ("role", info.Word("role")));
            return new Reading.Measured(facts) { Evidence = [Evidence.OfText("info.txt", info.Text.ReplaceLineEndings("\n"))] };
        }
        catch (TargetRefused e)
        {
            return Down(e.Message);
        }
    }
}
