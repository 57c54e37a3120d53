using System.Globalization;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Rollouts;

/// <summary>Settings of a platform or a traffic as <c>holdpoint.yaml</c> has them, flat: a list's texts under its key, a mapping's under <c>key.name</c>.</summary>
public sealed record TargetSettings(IReadOnlyDictionary<string, IReadOnlyList<string>> Texts)
{
    public string? this[string key] => Texts.GetValueOrDefault(key) is [var text, ..] ? text : null;

    public IReadOnlyList<string> List(string key) => Texts.GetValueOrDefault(key) ?? [];

    public IReadOnlyDictionary<string, string> Map(string key) =>
        Texts.Where(t => t.Key.StartsWith(key + ".", StringComparison.Ordinal)).ToDictionary(t => t.Key[(key.Length + 1)..], t => t.Value[0], StringComparer.Ordinal);

    public TimeSpan? Duration(string key) => this[key] is { } text ? Units.ParseDuration(text) : null;

    public int? Count(string key) => int.TryParse(this[key], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>In bytes: <c>2GB</c>.</summary>
    public double? Size(string key) => this[key] is { } text ? Units.ParseNumber(text)?.Amount : null;

    /// <summary>As written, variables still in them.</summary>
    internal static IReadOnlyDictionary<string, IReadOnlyList<PlacedText>> Read(YamlView settings)
    {
        var texts = new Dictionary<string, IReadOnlyList<PlacedText>>(StringComparer.Ordinal);
        Add(settings, "");
        return texts;

        void Add(YamlView view, string prefix)
        {
            foreach (var (name, _, value) in view.Entries)
                if (value.IsMapping)
                    Add(value, $"{prefix}{name}.");
                else if (value.Texts.Count > 0)
                    texts[prefix + name] = value.Texts;
        }
    }
}

/// <summary>What platforms and traffic may use of the run around them.</summary>
public sealed record RolloutContext
{
    /// <summary>The target's name.</summary>
    public required string Target { get; init; }

    /// <summary>The folder of the configuration, or the target's own <c>dir</c>.</summary>
    public required string Directory { get; init; }

    /// <summary>A folder for files that commands of this run read later: it lives as long as the run's record.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The checklist's variables, for the environment of programs.</summary>
    public required IReadOnlyDictionary<string, string?> Variables { get; init; }

    public required Processes.ICommandRunner Commands { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>A named server of the configuration (<c>servers: kubernetes: main:</c>).</summary>
    public ServerLookup Server { get; init; } = (string kind, string name, out string because) =>
    {
        because = $"there is no {kind} server `{name}`";
        return null;
    };
}
