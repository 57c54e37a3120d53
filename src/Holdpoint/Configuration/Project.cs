using Holdpoint.Checklists;
using Holdpoint.Metrics;

namespace Holdpoint.Configuration;

/// <summary><c>holdpoint.yaml</c> as it was read; where there is none, every default.</summary>
public sealed record Project
{
    /// <summary>The file; null where there is none.</summary>
    public string? Path { get; init; }

    /// <summary>Where relative paths of the configuration start: the file's folder, else the checklist's.</summary>
    public required string Folder { get; init; }

    /// <summary>The file's text as it was read, for the journal; empty where there is none. Secrets stand in it by name only.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyDictionary<string, VariableDeclaration> Variables { get; init; } = new Dictionary<string, VariableDeclaration>();

    /// <summary>Members by role.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Roles { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Whoever started or resumed a run signs, waives and releases nothing in it. Off by default.</summary>
    public bool FourEyes { get; init; }

    public IReadOnlyDictionary<string, HostDefinition> Hosts { get; init; } = new Dictionary<string, HostDefinition>();

    public IReadOnlyDictionary<string, EnvironmentDefinition> Environments { get; init; } = new Dictionary<string, EnvironmentDefinition>();

    /// <summary>Servers by kind, then by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, ServerDefinition>> Servers { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, ServerDefinition>>();

    public IReadOnlyDictionary<string, BackupDefinition> Backups { get; init; } = new Dictionary<string, BackupDefinition>();

    /// <summary>By the name of the database's server.</summary>
    public IReadOnlyDictionary<string, MigrationDefinition> Migrations { get; init; } = new Dictionary<string, MigrationDefinition>();

    public IReadOnlyDictionary<string, MetricDefinition> Metrics { get; init; } = new Dictionary<string, MetricDefinition>();

    /// <summary>Metrics that are asked of one side of a canary, and have no value beside it.</summary>
    public IReadOnlyDictionary<string, MetricDefinition> ComparedMetrics { get; init; } = new Dictionary<string, MetricDefinition>();

    public IReadOnlyDictionary<string, TargetDefinition> Targets { get; init; } = new Dictionary<string, TargetDefinition>();

    /// <summary>Null: there is no maintenance mode.</summary>
    public MaintenanceDefinition? Maintenance { get; init; }

    public IReadOnlyDictionary<string, ChannelDefinition> Channels { get; init; } = new Dictionary<string, ChannelDefinition>();

    public IReadOnlyList<TellRule> Tell { get; init; } = [];

    public RecordSettings Record { get; init; } = new();

    /// <summary>Every <c>${name}</c> of the file, for <see cref="Scope.Check"/>.</summary>
    public IReadOnlyList<Reference> References { get; init; } = [];

    public static Project Empty(string folder) => new() { Folder = folder };

    /// <summary>The names of hosts that a name stands for: a group's members in turn, a host itself. A name that is not declared is a host that ssh knows.</summary>
    public IReadOnlyList<HostDefinition.Machine> HostsOf(string name) => [.. Expand(name, []).DistinctBy(m => m.Name)];

    private IEnumerable<HostDefinition.Machine> Expand(string name, HashSet<string> within) => Hosts.GetValueOrDefault(name) switch
    {
        HostDefinition.Machine machine => [machine],
        HostDefinition.Group group when within.Add(name) => group.Members.SelectMany(m => Expand(m, [.. within])),
        HostDefinition.Group => [],
        _ => [new HostDefinition.Machine(name, new(name, default))],
    };
}

/// <summary>A machine, or several under one name.</summary>
public abstract record HostDefinition(string Name)
{
    /// <param name="Ssh">What follows <c>ssh</c>: <c>user@host</c> or a name of the ssh configuration.</param>
    /// <param name="Config">An ssh configuration file in place of the user's, from the project's folder; null: the user's.</param>
    public sealed record Machine(string Name, PlacedText Ssh, PlacedText? Config = null) : HostDefinition(Name);

    public sealed record Group(string Name, IReadOnlyList<string> Members) : HostDefinition(Name);
}

/// <summary>A named server: <c>servers: postgres: main: { url: … }</c>. Its settings hold secrets by reference.</summary>
public sealed record ServerDefinition(string Kind, string Name, IReadOnlyDictionary<string, PlacedText> Settings, Position At);

/// <summary>A named channel. Which settings it has is its kind's matter (Notifications).</summary>
public sealed record ChannelDefinition(string Name, string Kind, IReadOnlyDictionary<string, PlacedText> Settings, Position At);

/// <summary>Transitions of a run that are told, and the channels they go to.</summary>
public sealed record TellRule(IReadOnlyList<string> On, IReadOnlyList<string> To, Position At);

/// <param name="Folder">Where journals and evidence go, from the project's folder. <c>.holdpoint</c> by default.</param>
/// <param name="SignWith">The key that records are signed with; null: they are not signed.</param>
public sealed record RecordSettings(string Folder = ".holdpoint", PlacedText? SignWith = null);
