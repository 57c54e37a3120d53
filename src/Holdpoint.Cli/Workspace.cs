using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Runs;

namespace Holdpoint.Cli;

/// <summary>What is asked of <see cref="WorkspaceReader"/>.</summary>
/// <param name="Path">The checklist, as it was given.</param>
internal sealed record WorkspaceRequest(string Path)
{
    /// <summary><c>--env</c>; null: the only one that is configured.</summary>
    public string? Environment { get; init; }

    /// <summary><c>--var</c>.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public string? Release { get; init; }

    /// <summary>Whether warnings of style and prudence are looked for.</summary>
    public bool Lint { get; init; } = true;
}

/// <summary>A checklist with everything around it, as read from disk now.</summary>
internal sealed record Workspace
{
    /// <summary>The checklist's path as it was given.</summary>
    public required string Path { get; init; }

    public required Checklist Checklist { get; init; }

    public required Project Project { get; init; }

    public required FrontMatterSettings FrontMatter { get; init; }

    public required Secrets Secrets { get; init; }

    /// <summary>The configured environment; null where none is configured.</summary>
    public required string? Environment { get; init; }

    /// <summary>As people read it, and as a run is kept under it.</summary>
    public string EnvironmentName => Environment ?? EnvironmentDefinition.Local;

    public string? Release { get; init; }

    /// <summary><c>--var</c>, and answers to questions.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Null where the files hold errors. Commands that got here by <see cref="WorkspaceReader.RequireAsync"/> have one.</summary>
    public required Plan? PlanOrNull { get; init; }

    public Plan Plan => PlanOrNull ?? throw new InvalidOperationException($"{Path} has errors and no plan");

    /// <summary>Errors and warnings of all files.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    public bool HasErrors => Problems.Any(p => p.IsError);

    /// <summary>Files that links of the checklist lead to, by their absolute path, as far as they were read.</summary>
    public required IReadOnlyDictionary<string, string> Linked { get; init; }

    /// <summary>Built-in probes, and those of programs on PATH that the files name.</summary>
    public required IReadOnlyDictionary<string, Probe> Probes { get; init; }

    /// <summary>Every name that a mark may use.</summary>
    public required Vocabulary Vocabulary { get; init; }

    public IReadOnlyDictionary<string, Metrics.MetricDefinition> Metrics => Project.Metrics;

    /// <summary>What a run's journal keeps so that the same plan can be made again: paths are absolute; <c>Configuration</c> is the path of the configuration among the files.</summary>
    public Definition Definition => new(
        [
            new(System.IO.Path.GetFullPath(Path), Checklist.Source.Text),
            .. Project.Path is { } path ? new[] { new DefinitionFile(path, Project.Text) } : [],
            .. Linked.Select(f => new DefinitionFile(f.Key, f.Value)),
        ],
        Project.Path, Variables);

    /// <summary>The variables in a section, outside of a run.</summary>
    public Scope ScopeOf(PlannedSection? section, DateTimeOffset now) => new(Project, Secrets)
    {
        Environment = section?.Environment ?? Environment,
        FrontMatter = FrontMatter,
        Given = section is null || section.Each.Count == 0 ? Variables : Merged(section.Each),
        BuiltIns = BuiltIns(section?.Environment ?? EnvironmentName, now),
    };

    private Dictionary<string, string> BuiltIns(string environment, DateTimeOffset now)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["environment"] = environment,
            ["started"] = now.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
        };
        if (Release is not null)
            values["version"] = Release;
        return values;
    }

    private Dictionary<string, string> Merged(IReadOnlyDictionary<string, string> each)
    {
        var all = new Dictionary<string, string>(Variables, StringComparer.Ordinal);
        foreach (var (name, value) in each)
            all[name] = value;
        return all;
    }
}
