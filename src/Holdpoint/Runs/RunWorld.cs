using Holdpoint.Actions;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>Everything around a run that is not in its journal.</summary>
public sealed record RunWorld
{
    public required TimeProvider Time { get; init; }

    public required ICommandRunner Commands { get; init; }

    public required Project Project { get; init; }

    public required Secrets Secrets { get; init; }

    public required FrontMatterSettings FrontMatter { get; init; }

    public required IReadOnlyDictionary<string, Probe> Probes { get; init; }

    public required IReadOnlyDictionary<string, ActionVerb> Actions { get; init; }

    /// <summary>Where jobs of actions lie: the run's own folder.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Null: nothing is locked (tests of the engine alone).</summary>
    public EnvironmentLock? Lock { get; init; }

    /// <summary>Null: there are no other runs (tests of the engine alone).</summary>
    public Fence? Fence { get; init; }

    /// <summary>Says something on a channel; null: said, else why not.</summary>
    public required Func<string, string, string, CancellationToken, Task<string?>> Tell { get; init; }

    /// <summary>Reads the plan of a definition: at the start, and again after an amendment.</summary>
    public required Func<Definition, Run, Plan> Plan { get; init; }

    /// <summary>Ends every other run on this environment that is past its door to deploy (true), or only looks whether one of them goes back (false): then the answer says so.</summary>
    public Func<Run, bool, CancellationToken, Task<Refusal?>> Supersede { get; init; } = (_, _, _) => Task.FromResult<Refusal?>(null);

    /// <summary>Preallocated room in the run's folder: kept on entering deploy (true), given back when a rollback meets a full disk (false).</summary>
    public Action<bool> Reserve { get; init; } = _ => { };

    public required HttpClient Http { get; init; }

    /// <summary>Earlier runs and stored baselines; null: there are none (tests of the engine alone).</summary>
    public BaselineArchive? Archive { get; init; }

    /// <summary>Told what a check will do before it does it, where that is more than a look.</summary>
    public Action<string> Announce { get; init; } = _ => { };

    public Lifetimes Lifetimes { get; init; } = new();

    /// <summary>Shows others what the watch sees now, beside the record; null: it is over. Null itself: nobody can look on.</summary>
    public Action<WatchNow?>? Show { get; init; }

    /// <summary>Other machines; null: none can be reached.</summary>
    public IHosts? Hosts { get; init; }

    /// <summary>The bounds that all checks of the run share.</summary>
    public CheckPlaces Places { get; init; } = new();

    public CheckRunner Checks => new(Probes, Time, Places);

    public EnvironmentDefinition? Environment(Run run) => Project.Environments.GetValueOrDefault(run.Environment);

    /// <summary>The variables as they stand at this moment of the run, in a section.</summary>
    public Scope ScopeOf(Run run, PlannedSection? section = null) => new(Project, Secrets)
    {
        Environment = section?.Environment ?? run.Environment,
        FrontMatter = FrontMatter,
        Given = section is null ? run.Definition.Variables : run.Definition.Variables.Concat(section.Each).GroupBy(v => v.Key).ToDictionary(g => g.Key, g => g.Last().Value),
        BuiltIns = BuiltIns(run, section?.Environment ?? run.Environment),
    };

    public ProbeContext ContextOf(Run run, PlannedSection? section)
    {
        var scope = ScopeOf(run, section);
        var script = new Lazy<IReadOnlyDictionary<string, string?>>(scope.ScriptVariables);
        return new()
        {
            Commands = Commands,
            Time = Time,
            Directory = section?.Directory ?? Project.Folder,
            ScriptVariables = script.Value,
            Variable = scope.Value,
            Server = scope.Server,
            Target = name => TargetOf(run, name, scope),
            Place = new(scope, Hosts) { Host = section?.Host, Directory = section?.HostDirectory ?? Place.Home, Targets = (there, name) => TargetOf(run, name, there) },
        };
    }

    /// <param name="section">Whose environment's variables addresses and queries have; null: the run's.</param>
    public MetricContext MetricsOf(Run run, PlannedSection? section = null)
    {
        var context = ContextOf(run, section);
        return new() { Http = Http, Commands = Commands, Time = Time, Directory = Project.Folder, ScriptVariables = context.ScriptVariables, Variable = context.Variable, Server = (kind, name) => context.Server(kind, name, out _) };
    }

    /// <summary>What checks of a section are run against.</summary>
    public CheckSurroundings Surroundings(Run run, PlannedSection? section, Eyes? eyes) => new()
    {
        Context = ContextOf(run, section),
        Announce = said => Announce(Secrets.Mask(said)),
        Metric = (metric, over, _) => Task.FromResult(eyes?.ValueOf(metric, over) ?? new Value.Unknown($"{metric.Name} is not sampled here")),
        Baseline = operand => operand is Operand.Metric metric
            ? eyes?.BaselineOf(metric.Name, section?.BaselineFrom) ?? new Value.Unknown($"{metric.Name} has no baseline")
            : new Value.Unknown($"{operand.Text} has no baseline"),
    };

    /// <summary>Targets that are not the configuration's, by name; null: there are none.</summary>
    public Func<string, Target?>? OtherTargets { get; init; }

    /// <summary>The target of this name; null where the configuration has none.</summary>
    /// <param name="scope">Whose variables its settings have; null: those of the run.</param>
    public Target? TargetOf(Run run, string name, Scope? scope = null)
    {
        scope ??= ScopeOf(run);
        if (OtherTargets?.Invoke(name) is { } other)
            return other;
        if (Project.Targets.GetValueOrDefault(name) is not { } definition)
            return null;
        return TargetFactory.Create(definition, TargetFactory.ContextOf(definition, Project, scope, RunFolder, Commands, Time), scope, text => cancel => AskConfiguredAsync(run, text, cancel), (metric, colour) => SideOf(run, metric, colour));
    }

    /// <summary>A metric as one side of a canary has it.</summary>
    private MetricSource SideOf(Run run, string metric, string colour)
    {
        var context = MetricsOf(run);
        return MetricSources.Create(Project.ComparedMetrics[metric], context with
        {
            Variable = name => name == ComparedMetrics.Colour ? colour : context.Variable(name),
            ScriptVariables = new Dictionary<string, string?>(context.ScriptVariables) { [ComparedMetrics.ScriptColour] = colour },
        });
    }

    /// <summary>Runs a check once that stands in the configuration.</summary>
    public async Task<Verdict> AskConfiguredAsync(Run run, PlacedText text, CancellationToken cancel) => ReadCheck(text) is { } check
        ? (await Checks.RunAsync(check, Surroundings(run, null, null), cancel)).Verdict
        : new Verdict.Unknown($"this check can't be read: {text.Content}");

    /// <summary>A check that stands in the configuration; null where it does not read as one, which lint has said before.</summary>
    public Check? ReadCheck(PlacedText text)
    {
        var problems = new List<Problem>();
        var vocabulary = new Vocabulary { Probes = Probes.ToDictionary(p => p.Key, p => p.Value.Signature), Actions = Actions.ToDictionary(a => a.Key, a => a.Value.Signature) };
        var check = MarkParser.ParseCheck(text.Content, 0, new SourceText(Project.Path ?? "holdpoint.yaml", text.Content), vocabulary, problems);
        return problems.Any(p => p.IsError) ? null : check;
    }

    /// <summary>In a rollback the version is the one that is returned to, which is the previous one by either name: a script of the way back can't take the wrong one.</summary>
    private Dictionary<string, string> BuiltIns(Run run, string environment)
    {
        var before = run.Deployed.Select(t => run.Targets[t].Before?.Version).FirstOrDefault(v => !string.IsNullOrEmpty(v)) ?? run.Start.PreviousVersion ?? "";
        var back = run.Rollback;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = back is null ? run.Start.Version : before,
            ["previous_version"] = before,
            ["environment"] = environment,
            ["run"] = run.Id,
            ["commit"] = run.Definition.Variables.GetValueOrDefault("commit", ""),
            ["started"] = run.StartedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["duration"] = Units.Duration((run.EndedAt ?? Time.GetUtcNow()) - run.StartedAt),
        };
        if (back is not null)
        {
            values["reason"] = back.Decided.Cause;
            values["detected"] = back.DecidedAt.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
            if (back.Ended is { Recovered: true })
                values["recovered"] = run.LastAt.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        }

        return values;
    }
}
