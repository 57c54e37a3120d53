using Holdpoint.Expressions;

namespace Holdpoint.Probes.Redis;

/// <summary>The last snapshot on disk (RDB) since the server started, by what INFO tells of it.</summary>
/// <param name="SavedAt">By the server's clock, to the second.</param>
/// <param name="Because">Why nothing is known of a snapshot; empty where one is.</param>
internal sealed record RedisSnapshot(DateTimeOffset SavedAt, TimeSpan AgeThen, string Because)
{
    /// <summary>Between the file's last write and the moment at which the server takes note of it.</summary>
    private static readonly TimeSpan Bookkeeping = TimeSpan.FromSeconds(10);

    public Value Age => Because.Length > 0 ? new Value.Unknown(Because) : Value.Duration(AgeThen);

    /// <param name="now">This machine's time, where the server is too old to tell its own (Redis 6).</param>
    public static RedisSnapshot Of(RedisInfo info, DateTimeOffset now)
    {
        if (info.Number("server_time_usec") is { } micros)
            now = DateTimeOffset.UnixEpoch.AddMicroseconds(micros);
        if (info.Number("rdb_last_save_time") is not { } seconds)
            return Nothing("INFO tells no rdb_last_save_time: this server makes no snapshots, or does not show them");
        var savedAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        var age = now > savedAt ? now - savedAt : TimeSpan.Zero;
        // A server that has saved nothing tells the moment of its start in this place.
        // Redis 7 counts snapshots; before it, one in the first second can't be told from none.
        TimeSpan? start = info.Number("rdb_saves") switch { null => TimeSpan.FromSeconds(1), 0 => TimeSpan.FromSeconds(30), _ => null };
        var none = start is { } beginning && info.Number("uptime_in_seconds") is { } up && savedAt <= now - TimeSpan.FromSeconds(up) + beginning
            ? $"no snapshot since it started {Units.Duration(TimeSpan.FromSeconds(up))} ago"
            : "";
        // What is there after a failure is the snapshot before the one that was meant.
        if (info["rdb_last_bgsave_status"] is { } status and not "ok")
            return Nothing($"the last background save failed (rdb_last_bgsave_status:{status}); {(none.Length > 0 ? none : $"the last one that succeeded is {Units.Duration(age)} old")}");
        return none.Length > 0 ? Nothing(none + AppendOnly(info)) : new(savedAt, age, "");
    }

    /// <summary>The file's size, where it can be shown to be this snapshot: the server is on this machine, tells the path, and the file is as old as the snapshot.</summary>
    public async Task<Value> SizeAsync(RedisConnection redis, RedisAddress address, CancellationToken cancel)
    {
        if (Because.Length > 0)
            return new Value.Unknown(Because);
        if (!address.IsHere)
            return new Value.Unknown("Redis does not tell the size of its snapshot; its file is on another machine: look at it there, with `file … host=`");
        if (await SettingAsync(redis, "dir", cancel) is not { } folder || await SettingAsync(redis, "dbfilename", cancel) is not { } name)
            return new Value.Unknown("Redis does not tell where its snapshot is: the user may not ask CONFIG GET");
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists)
            return new Value.Unknown($"{file.FullName} can't be seen from here: the server runs in a container or behind a tunnel, or this user may not look");
        // A path may be of another file here: of a server behind a forwarded port.
        return (file.LastWriteTimeUtc - SavedAt).Duration() <= Bookkeeping
            ? Value.Bytes(file.Length)
            : new Value.Unknown($"{file.FullName} was not written when the snapshot was made: it is of another server");
    }

    private static async Task<string?> SettingAsync(RedisConnection redis, string name, CancellationToken cancel) =>
        await redis.AskAsync(cancel, "CONFIG", "GET", name) is RedisReply.Several { Items: [_, RedisReply.Bulk { Text: { Length: > 0 } value }] } ? value : null;

    private static string AppendOnly(RedisInfo info) =>
        info["aof_enabled"] == "1" ? $"; it keeps an append-only file instead (aof_last_write_status:{info["aof_last_write_status"]})" : "";

    private static RedisSnapshot Nothing(string because) => new(default, default, because);
}
