using Holdpoint.Configuration;

namespace Holdpoint.Rollouts;

/// <summary>Which server of a proxy stands for which unit.</summary>
internal static class TrafficServers
{
    public static NameRule UnitName { get; } = new(@"^\S+$", "the unit's name, without blanks", name => name.Length is > 0 and <= 200 && !name.Any(char.IsWhiteSpace));

    /// <param name="otherwise">The server of a unit that has none in <paramref name="named"/>.</param>
    /// <exception cref="ArgumentException">A name is no unit, or two units share a server.</exception>
    public static IReadOnlyDictionary<string, string> Of(string proxy, IReadOnlyList<string> units, IReadOnlyDictionary<string, string> named, Func<string, string> otherwise)
    {
        if (named.Keys.FirstOrDefault(n => !units.Contains(n)) is { } stranger)
            throw new ArgumentException($"{proxy}: servers names {stranger}, which is no unit; {Spelling.Remedy(stranger, units)}");
        var servers = units.ToDictionary(u => u, u => named.GetValueOrDefault(u) ?? otherwise(u));
        if (servers.GroupBy(s => s.Value).FirstOrDefault(g => g.Count() > 1) is { } shared)
            throw new ArgumentException($"{proxy}: {string.Join(" and ", shared.Select(s => s.Key))} are the same server, {shared.Key}: each unit needs its own");
        return servers;
    }
}
