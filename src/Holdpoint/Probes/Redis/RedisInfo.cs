using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Redis;

/// <summary>What INFO tells: lines <c>name:value</c> under headings (https://redis.io/docs/latest/commands/info/).</summary>
internal sealed class RedisInfo
{
    private readonly Dictionary<string, string> _values;

    private RedisInfo(string text)
    {
        Text = text;
        _values = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(l => l[0] != '#')
            .Select(l => l.Split(':', 2))
            .Where(p => p.Length == 2)
            .DistinctBy(p => p[0])
            .ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
    }

    public string Text { get; }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Null where the text is not what INFO tells.</summary>
    public static RedisInfo? Read(string text) => new RedisInfo(text) is { _values.Count: > 0 } info ? info : null;

    public long? Number(string name) => long.TryParse(this[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public Value Count(string name) => Number(name) is { } number ? Value.Count(number) : Lacking(name);

    public Value Word(string name) => this[name] is { Length: > 0 } word ? Value.Of(word) : Lacking(name);

    /// <summary>Of <c>maxmemory</c>: without a limit there is nothing to have used a part of.</summary>
    public Value MemoryUsed => (Number("used_memory"), Number("maxmemory")) switch
    {
        (null, _) => Lacking("used_memory"),
        (_, null) => Lacking("maxmemory"),
        ({ } used, 0) => new Value.Unknown($"no maxmemory is set, so {Units.Bytes(used)} are a part of nothing: set one, or look at the machine with `memory`"),
        ({ } used, { } most) => Value.Ratio((double)used / most),
    };

    private static Value.Unknown Lacking(string name) => new($"INFO tells no {name}");
}
