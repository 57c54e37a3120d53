using System.CommandLine;
using System.Text;
using Holdpoint.Backtesting;
using Holdpoint.Cli.Backtesting;
using Holdpoint.Cli.Runs;
using Holdpoint.Expressions;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Commands;

/// <summary>Tries a checklist's rules on the past.</summary>
internal sealed class BacktestCommand : CliCommand
{
    private const string OwnHistory = "history";

    private static readonly TimeSpan UsualSpan = TimeSpan.FromDays(30);

    private readonly ChecklistOptions _checklist = new();
    private readonly Option<string?> _from = new("--from") { Description = "from when on: 30d ago, 2026-03-01, 2026-03-01T09:00; UTC without a zone (default: 30d ago, with --data the file's first number)", HelpName = "TIME" };
    private readonly Option<string?> _to = new("--to") { Description = "until when (default: now, with --data the file's last number)", HelpName = "TIME" };
    private readonly Option<string?> _data = new("--data") { Description = "numbers from a file instead of the metrics' stores: a table with the header time,METRIC,METRIC…, or OpenMetrics text with time stamps", HelpName = "FILE" };
    private readonly Option<string?> _deployments = new("--deployments") { Description = "judge the rules by deployments: a table or JSON with start, end, outcome (good or bad) and name; or history: this project's own runs", HelpName = "FILE" };
    private readonly Option<string?> _suggest = new("--suggest") { Description = "propose limits for a rate of false alarms: 1% of the good deployments, or 1/week without deployments", HelpName = "RATE" };
    private readonly Option<bool> _noCache = new("--no-cache") { Description = "ask the store for everything again, and keep nothing" };
    private readonly Option<string?> _record = RecordPlace.Option();
    private readonly Option<bool> _json = new("--json") { Description = "everything as JSON" };
    private readonly Option<string?> _html = new("--html") { Description = "writes one page with charts", HelpName = "FILE" };

    public override string Summary => "Try the rules on the past: when each would have fired, and how noisy it is";

    public override CommandGroup Group => CommandGroup.Checklists;

    public override string Details => """
        Replays every rule on metrics over a store's history, with the code that judges a live watch: the same samples at the same distance, the same windows, for and baseline. Nothing is changed and nobody is told.
        Without --deployments the whole time counts as one healthy watch, and every firing as noise. With them each deployment is a watch of its own, and the rules' hits, misses and false alarms are counted.
        What the store answered is kept in the user's cache ($XDG_CACHE_HOME/holdpoint/backtest): the past does not change.

        Exit 0 when the rules could be judged, whether or not one fired; 2 for a mistake in what was given; 6 when no rule could be judged at all.
        """;

    public override IReadOnlyList<string> Examples =>
    [
        "holdpoint backtest DEPLOY.md --env production --from \"30d ago\" --html rules.html",
        "holdpoint backtest --deployments history --suggest 1%",
        "holdpoint backtest --data metrics.csv --deployments deployments.csv",
    ];

    public override void Declare(Command command)
    {
        _checklist.AddTo(command);
        foreach (var option in (Option[])[_from, _to, _data, _deployments, _suggest, _noCache, _record, _json, _html])
            command.Add(option);
    }

    public override async Task<int> RunAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var workspace = await WorkspaceReader.RequireAsync(_checklist.Request(context) with { Lint = false }, context.World);
        var suggest = SuggestOf(context);
        var tried = new TriedRules(workspace);
        var rules = tried.Replayed;
        if (rules.Count == 0)
            throw new CliError($"{workspace.Path} has no rule on a metric, so there is nothing to try{string.Concat(tried.Skipped.Select(s => $"; {workspace.Secrets.Mask(s)}"))}", "write one into an item: `! rollback when error_rate > 5% for 1m`");

        var numbers = new PastNumbers(context, workspace, rules);
        var dump = context.Get(_data) is { } file ? numbers.ReadDump(file).Dump : null;
        var (from, to) = TimesOf(context, dump, rules);
        var deployments = await DeploymentsAsync(context, workspace, from, to);
        var (pasts, source) = dump is null ? await numbers.OfStoresAsync(from, to, !context.Get(_noCache)) : await numbers.OfDumpAsync(dump, from, to);
        var result = Backtest.Run(new(rules, pasts, from, to)
        {
            Deployments = deployments,
            WatchLength = WatchLengthOf(workspace),
            Variable = workspace.ScopeOf(null, context.Time.GetUtcNow()).Value,
            Stored = await new StoredBaselines(context, workspace, RecordFolder(context, workspace)).ReadAsync(rules),
            Suggest = suggest,
        }, context.Stop).Masked(workspace.Secrets.Mask);

        var of = new BacktestOf($"Rules of {Path.GetFileName(workspace.Path)} on {workspace.EnvironmentName}", workspace.Secrets.Mask(source), [.. tried.Skipped.Select(workspace.Secrets.Mask)]);
        if (context.Get(_html) is { } page)
        {
            await File.WriteAllTextAsync(context.World.FullPath(page), workspace.Secrets.Mask(BacktestPage.Write(result, of.Title, of.Source, of.Skipped)), new UTF8Encoding(false), context.Stop);
            terminal.Say($"the page: {page}");
        }

        if (context.Get(_json))
            JsonOut.Print(terminal, json => BacktestJson.Write(json, result, of));
        else
            foreach (var line in BacktestText.Lines(result, of, terminal))
                terminal.Print(line);
        if (result.AnythingJudged)
            return ExitCode.Passed;
        terminal.Say($"holdpoint: {terminal.PaintError(Ink.Bad, "error:")} no rule could be judged: there are no numbers of this time (choose another --from and --to, or give numbers with --data FILE)");
        return ExitCode.Unknown;
    }

    private SuggestRate? SuggestOf(CommandContext context)
    {
        if (context.Get(_suggest) is not { } text)
            return null;
        var rate = SuggestRate.Parse(text) ?? throw new CliError($"--suggest {text} is no rate of false alarms", "say 1% with --deployments, or 1/week without");
        return (rate, context.Get(_deployments)) switch
        {
            (SuggestRate.OfDeployments, null) => throw new CliError($"--suggest {text} is a share of the good deployments, and none are given", "add --deployments FILE, or say how often an alarm is borne: --suggest 1/week"),
            (SuggestRate.InTime, not null) => throw new CliError($"--suggest {text} counts alarms in time, and deployments are given", "say which share of the good ones may raise an alarm: --suggest 1%"),
            _ => rate,
        };
    }

    private (DateTimeOffset From, DateTimeOffset To) TimesOf(CommandContext context, Dump? dump, IReadOnlyList<RuleDefinition> rules)
    {
        var now = context.Time.GetUtcNow();
        DateTimeOffset Given(Option<string?> option, DateTimeOffset otherwise) => context.Get(option) is not { } text ? otherwise
            : Moment.Parse(text, now) ?? throw new CliError($"{option.Name} {text} is no time", "write 2026-03-01, 2026-03-01T09:00:00Z, or how long ago: \"30d ago\"");
        var to = Given(_to, dump?.Last ?? now);
        // The first baseline is taken from the file's beginning.
        var relative = rules.Any(r => r.Rule.When!.Operands.OfType<Operand.Baseline>().Any());
        var from = Given(_from, dump?.First is { } first ? first + (relative ? Reach(first) : TimeSpan.Zero) : to - UsualSpan);
        if (dump is null && to > now)
            to = now;
        // Of a file that is shorter than a week, what is compared with last week is blind, and the rest is judged.
        TimeSpan Reach(DateTimeOffset begin) => PastNumbers.ReachOf(rules) is var reach && begin + reach < to ? reach : PastBaselines.Reach;
        return from < to ? (from, to) : throw new CliError($"--from {Moment.Iso(from)} is not before --to {Moment.Iso(to)}", "change them: --from is the earlier one");
    }

    private async Task<IReadOnlyList<Deployment>?> DeploymentsAsync(CommandContext context, Workspace workspace, DateTimeOffset from, DateTimeOffset to)
    {
        if (context.Get(_deployments) is not { } given)
            return null;
        if (given == OwnHistory)
        {
            var folder = RecordFolder(context, workspace);
            var runs = await RunDeployments.ReadAsync(context, folder, workspace.EnvironmentName, from, to);
            return runs.Count > 0 ? runs
                : throw new CliError($"no run deployed to {workspace.EnvironmentName} between {Moment.Iso(from)} and {Moment.Iso(to)}", $"runs are looked for in {folder}; name another time, or --deployments FILE");
        }

        try
        {
            var (deployments, problems) = DeploymentsFile.Read(given, await File.ReadAllTextAsync(context.World.FullPath(given), context.Stop));
            WorkspaceReader.Tell(context.Terminal, problems);
            if (problems.Any(p => p.IsError))
                throw new CommandEnds(ExitCode.Usage);
            return deployments.Any(d => d.Start >= from && d.Start < to) ? deployments
                : throw new CliError($"no deployment of {given} is between {Moment.Iso(from)} and {Moment.Iso(to)}", "choose --from and --to so that they are; times without a zone are UTC");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliError($"{given} can't be read: {e.Message}", "--deployments names a table or JSON, or is history");
        }
    }

    private static TimeSpan WatchLengthOf(Workspace workspace) => workspace.Plan.Sections
        .Select(s => s.Watch is { } text && WatchSchedule.TryParse(text, out var schedule, out _) ? schedule.Length : TimeSpan.Zero)
        .Where(l => l > TimeSpan.Zero).DefaultIfEmpty(TimeSpan.FromDays(1)).Max();

    private string RecordFolder(CommandContext context, Workspace workspace) => context.Get(_record) is null ? RecordPlace.Of(workspace.Project) : RecordPlace.Find(context, _record);
}
