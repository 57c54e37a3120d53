using System.Collections.Concurrent;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Rollouts;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Checking;

/// <summary>Asks every machine of a checklist at once. No journal, no action, no person: what is wrong now, and nothing else.</summary>
/// <param name="announce">Told what a check will do before it does it, where that is more than a look.</param>
internal sealed class AdHocCheck(Workspace workspace, CliWorld world, Action<string> announce)
{
    private static readonly IReadOnlyDictionary<string, string> NoFacts = new Dictionary<string, string>();
    private static readonly IReadOnlyDictionary<string, double> NoNumbers = new Dictionary<string, double>();

    private readonly CheckRunner _runner = new(workspace.Probes, world.Time);
    private readonly DateTimeOffset _now = world.Time.GetUtcNow();
    private readonly ConcurrentDictionary<string, CheckSurroundings> _surroundings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<Verdict?>>> _wanted = new(StringComparer.Ordinal);

    /// <param name="onEnd">Told after each check: how many are done, of how many.</param>
    public async Task<CheckedChecklist> RunAsync(CheckSelection selection, Action<int, int> onEnd, CancellationToken cancel)
    {
        var began = world.Time.GetTimestamp();
        var sections = workspace.Plan.Sections.Where(selection.Takes).ToList();
        // Classes and loops where everything passes through: generics over own structs are compiled anew at every start.
        var work = new List<Question>();
        foreach (var section in sections)
            foreach (var item in section.AllItems)
                if (!item.Disabled && selection.Takes(item))
                    foreach (var step in item.Steps)
                        if (step is PlannedStep.Ask ask)
                            work.Add(new(section, ask));
        var results = new ConcurrentDictionary<string, CheckResult>(StringComparer.Ordinal);
        var done = 0;
        // All begin at once; the runner has as many places as may be at it.
        await Task.WhenAll(work.Select(async one =>
        {
            results[one.Step.Id] = Masked(await AskAsync(one.Section, one.Step, cancel));
            onEnd(Interlocked.Increment(ref done), work.Count);
        }));
        var all = sections.Select(s => new SectionResult(s, [.. s.Items.Select(i => ResultOf(i, results, selection)).OfType<ItemResult>()])).Where(s => s.Items.Count > 0);
        return new(workspace.Plan, workspace.Path, workspace.EnvironmentName, [.. all], world.Time.GetElapsedTime(began));
    }

    private async Task<CheckResult> AskAsync(PlannedSection section, PlannedStep.Ask step, CancellationToken cancel)
    {
        var around = SurroundingsOf(section);
        if (section.OnlyIf is { } only && await _wanted.GetOrAdd(section.Id, _ => new(() => WantedAsync(only, around, cancel))).Value is { } not)
            return Ended(not);
        if (step.If is { } condition && await WantedAsync(condition, around, cancel) is { } skipped)
            return Ended(skipped);
        return await _runner.RunAsync(step.Check, around, cancel);
    }

    /// <summary>Null where it is wanted; else the verdict of what depends on it.</summary>
    private async Task<Verdict?> WantedAsync(Check condition, CheckSurroundings around, CancellationToken cancel) => (await _runner.RunAsync(condition, around, cancel)).Verdict switch
    {
        { Holds: false } => null,
        Verdict.Failed f => new Verdict.Skipped($"not wanted: {f.Message}"),
        var v => new Verdict.Unknown($"whether it is wanted is not known: {v.Message}"),
    };

    private CheckSurroundings SurroundingsOf(PlannedSection section) => _surroundings.GetOrAdd(section.Id, _ =>
    {
        var scope = workspace.ScopeOf(section, _now);
        var context = new ProbeContext
        {
            Commands = world.Commands,
            Time = world.Time,
            Directory = section.Directory,
            ScriptVariables = scope.ScriptVariables(),
            Variable = scope.Value,
            Server = scope.Server,
            Target = name => TargetFactory.ToSee(name, scope, world.Commands, world.Time),
            Place = new(scope, world.Hosts)
            {
                Host = section.Host,
                Directory = section.HostDirectory ?? Place.Home,
                Targets = (there, name) => TargetFactory.ToSee(name, there, world.Commands, world.Time),
            },
        };
        var metrics = new Lazy<MetricsNow>(() => new(workspace.Metrics, new()
        {
            Http = world.Http,
            Commands = world.Commands,
            Time = world.Time,
            Directory = workspace.Project.Folder,
            ScriptVariables = context.ScriptVariables,
            Variable = context.Variable,
            Server = (kind, name) => context.Server(kind, name, out _),
        }));
        return new() { Context = context, Announce = said => announce(workspace.Secrets.Mask(said)), Metric = (metric, over, cancel) => metrics.Value.ValueAsync(metric, over, cancel) };
    });

    private static CheckResult Ended(Verdict verdict) => new(verdict, 1, TimeSpan.Zero, NoFacts, NoNumbers, []);

    private CheckResult Masked(CheckResult result)
    {
        string Mask(string text) => workspace.Secrets.Mask(text);
        Verdict verdict = result.Verdict switch
        {
            Verdict.Passed v => new Verdict.Passed(Mask(v.Shown)),
            Verdict.Warned v => new Verdict.Warned(Mask(v.Shown)),
            Verdict.Failed v => new Verdict.Failed(Mask(v.Expected), Mask(v.Actual)),
            Verdict.Unknown v => new Verdict.Unknown(Mask(v.Because)),
            Verdict.Skipped v => new Verdict.Skipped(Mask(v.Reason)),
            var v => v,
        };
        return result with { Verdict = verdict, Facts = result.Facts.Count == 0 ? result.Facts : result.Facts.ToDictionary(f => f.Key, f => Mask(f.Value)), Evidence = [.. result.Evidence.Select(e => e with { Content = workspace.Secrets.Mask(e.Content.ToArray()) })] };
    }

    /// <summary>Null where neither the item nor one below it was selected.</summary>
    private static ItemResult? ResultOf(PlannedItem item, ConcurrentDictionary<string, CheckResult> results, CheckSelection selection)
    {
        var children = item.Children.Select(c => ResultOf(c, results, selection)).OfType<ItemResult>().ToList();
        return selection.Takes(item)
            ? new(item, [.. item.Steps.Select(s => new StepResult(s, results.GetValueOrDefault(s.Id)))], children)
            : children.Count > 0 ? new(item, [], children) : null;
    }

    private sealed record Question(PlannedSection Section, PlannedStep.Ask Step);
}
