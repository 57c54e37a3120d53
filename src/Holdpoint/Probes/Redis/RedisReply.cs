namespace Holdpoint.Probes.Redis;

/// <summary>An answer in RESP2, the wire format that every Redis and Valkey speaks until it is asked for another (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
internal abstract record RedisReply
{
    /// <param name="Text">A status in a word or two: <c>OK</c>, <c>PONG</c>.</param>
    public sealed record Simple(string Text) : RedisReply;

    public sealed record Error(string Message) : RedisReply
    {
        /// <summary>By convention the first word in capitals: <c>NOAUTH</c>, <c>LOADING</c>, else <c>ERR</c>.</summary>
        public string Code => Message.Split(' ')[0];

        public string Rest => Message.Length > Code.Length ? Message[(Code.Length + 1)..].TrimEnd('.', ' ') : "";
    }

    public sealed record Integer(long Number) : RedisReply;

    /// <param name="Text">Null: the key does not exist.</param>
    public sealed record Bulk(string? Text) : RedisReply;

    public sealed record Several(IReadOnlyList<RedisReply> Items) : RedisReply;

    private RedisReply() { }
}
