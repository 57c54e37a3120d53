using Holdpoint.Backtesting;
using Holdpoint.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Backtesting;

/// <summary>Gets the past of a checklist's metrics: from the stores of its sources, or from a file.</summary>
internal sealed class PastNumbers(CommandContext context, Workspace workspace, IReadOnlyList<RuleDefinition> rules)
{
    /// <summary>Stores are not asked for more than one number a second.</summary>
    private static readonly TimeSpan ShortestStep = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(100);

    /// <summary>The metrics that rules name, each as often as a live watch would look at it.</summary>
    public IReadOnlyList<(MetricDefinition Definition, TimeSpan Step)> Metrics { get; } =
    [
        .. rules.SelectMany(r => r.Metrics).Distinct(StringComparer.Ordinal).Select(name =>
        {
            var definition = workspace.Metrics[name];
            var period = definition.Every ?? RuleTiming.PeriodOf(rules.Where(r => r.Metrics.Contains(name)));
            return (definition, period > ShortestStep ? period : ShortestStep);
        }),
    ];

    /// <summary>How far back from the first watch numbers are needed: for the baselines.</summary>
    public static TimeSpan ReachOf(IEnumerable<RuleDefinition> rules) => rules.Select(r => PastBaselines.ReachOf(r.BaselineFrom)).Append(PastBaselines.Reach).Max();

    public (Dump Dump, string Path) ReadDump(string path)
    {
        var full = context.World.FullPath(path);
        try
        {
            using var text = new StreamReader(full);
            var (dump, problems) = Dump.Read(path, text, [.. Metrics.Select(m => m.Definition)]);
            WorkspaceReader.Tell(context.Terminal, problems);
            return problems.Any(p => p.IsError) ? throw new CommandEnds(ExitCode.Usage) : (dump, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliError($"{path} can't be read: {e.Message}", "--data names a table (CSV) or OpenMetrics text with time stamps");
        }
    }

    public async Task<(IReadOnlyDictionary<string, MetricPast> Pasts, string Source)> OfDumpAsync(Dump dump, DateTimeOffset from, DateTimeOffset to) =>
        (await dump.PastAsync(Metrics, from - ReachOf(rules), to, context.Time, context.Stop), dump.File);

    public async Task<(IReadOnlyDictionary<string, MetricPast> Pasts, string Source)> OfStoresAsync(DateTimeOffset from, DateTimeOffset to, bool cached)
    {
        var sources = MetricSourcesOf();
        var cache = cached ? new PieceCache(CacheFolder()) : null;
        var store = new StorePast(d => MetricSources.Create(d, sources), d => ServerOf(d, sources), cache, context.Time);
        var last = context.Time.GetTimestamp();
        try
        {
            var pasts = await store.ReadAsync(Metrics, from - ReachOf(rules), to, (done, all) =>
            {
                if (!context.Terminal.ShowsProgress || (done < all && context.Time.GetElapsedTime(last) < BetweenLines))
                    return;
                last = context.Time.GetTimestamp();
                context.Terminal.Progress($"{done} of {all} pieces of the past{(cache is { Found: > 0 } ? $", {cache.Found} from the cache" : "")}");
            }, context.Stop);
            var names = Metrics.Select(m => m.Definition.Source).OfType<MetricSourceDefinition.Prometheus>().Select(p => $"prometheus {p.Server}").Distinct(StringComparer.Ordinal).ToList();
            return (pasts, $"{(names.Count > 0 ? string.Join(", ", names) : "no store")}, {store.Asked} {(store.Asked == 1 ? "query" : "queries")}{(cache is { Found: > 0 } ? $", {cache.Found} pieces from the cache" : "")}");
        }
        catch (FormatException e)
        {
            throw new CliError(e.Message, "mend holdpoint.yaml, or give the numbers with --data FILE");
        }
    }

    private MetricContext MetricSourcesOf()
    {
        var scope = workspace.ScopeOf(null, context.Time.GetUtcNow());
        return new()
        {
            Http = context.World.Http,
            Commands = context.World.Commands,
            Time = context.Time,
            Directory = workspace.Project.Folder,
            ScriptVariables = scope.ScriptVariables(),
            Variable = scope.Value,
            Server = (kind, name) => scope.Server(kind, name, out _),
        };
    }

    /// <summary>Everything that another answer could follow from: the server's settings (a tenant is one), and the query's variables.</summary>
    private static string ServerOf(MetricDefinition definition, MetricContext sources) => definition.Source is MetricSourceDefinition.Prometheus prometheus
        ? string.Join('\n', (sources.Server("prometheus", prometheus.Server) ?? new Dictionary<string, string>()).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"))
            + "\n" + Expressions.Word.Resolve(prometheus.Query, sources.Variable)
        : "";

    /// <summary>With the user's other caches; where there is no home, with the runs.</summary>
    private string CacheFolder()
    {
        var home = context.World.EnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
            : context.World.EnvironmentVariable("HOME") is { Length: > 0 } user ? Path.Combine(user, ".cache")
            : null;
        return home is null ? Path.Combine(Runs.RecordPlace.Of(workspace.Project), "cache", "backtest") : Path.Combine(home, "holdpoint", "backtest");
    }
}
