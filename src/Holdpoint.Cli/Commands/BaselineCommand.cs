using System.CommandLine;
using Holdpoint.Cli.Baselines;
using Holdpoint.Cli.Runs;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Records;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Shows, takes and compares baselines.</summary>
internal sealed class BaselineCommand : RunCommand
{
    /// <summary>As many seconds give ten samples and more, and nobody waits for long.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private static readonly string[] Verbs = ["show", "take", "compare"];

    private readonly Argument<string> _verb = new("VERB") { Description = "show, take or compare" };
    private readonly Argument<string[]> _what = new("WHAT") { Description = "a run (its id or the beginning of it), a checklist, or the name of a stored baseline", Arity = new(0, 2) };
    private readonly ChecklistOptions _checklist = new();
    private readonly Option<string?> _name = new("--name") { Description = "take: what it is stored as, for **Baseline:** taken NAME", HelpName = "NAME" };
    private readonly Option<string?> _for = new("--for") { Description = "how long is sampled; 1m for take, else 5s", HelpName = "SPAN" };
    private readonly Option<string?> _staging = new("--staging") { Description = "compare: what stands in the column staging; a run, a checklist or a stored baseline", HelpName = "WHAT" };
    private readonly Option<string?> _limit = new("--limit") { Description = "compare: worse by more than this is flagged; else as each metric says, else 10%", HelpName = "SHARE" };
    private readonly Option<string?> _by = Person.Option();
    private readonly Option<string?> _record = RecordPlace.Option();
    private readonly Option<bool> _json = new("--json") { Description = "as JSON" };

    public override string Summary => "Show, take and compare baselines: how the metrics stood before, and how they stand now";

    public override CommandGroup Group => CommandGroup.Records;

    public override string Details => """
        show RUN tells what that run took before its deployment, or elsewhere; show DEPLOY.md measures what a run would take now; show NAME a stored one.
        take DEPLOY.md samples its metrics for a while and stores the medians by name, in the record folder, so that a later run can name them: **Baseline:** taken NAME.
        compare RUN is the run's own table: staging, before, after, change, verdict. compare A B holds B against A; each is a run (as it stood at the end of its watch), a stored baseline, or a checklist (as it stands now).

        A metric that is worse by more than 10% is flagged. Worse is higher, unless the metric's configuration says better: higher; its worse: 20% is another limit.
        A baseline is refused while a rule is breaching in it, and where there are fewer than 3 samples.

        compare: exit 0 when nothing is worse, 1 when something is flagged, 6 when nothing is and something could not be compared.
        show and take: exit 0, and 6 when nothing at all could be measured.
        """;

    public override IReadOnlyList<string> Examples =>
    [
        "holdpoint baseline show", "holdpoint baseline show DEPLOY.md --env production",
        "holdpoint baseline take DEPLOY.md --name quiet-day --for 10m", "holdpoint baseline compare 20261120", "holdpoint baseline compare quiet-day DEPLOY.md --limit 20%",
    ];

    public override void Declare(Command command)
    {
        command.Add(_verb);
        command.Add(_what);
        _checklist.AddOptionsTo(command);
        foreach (var option in new Option[] { _name, _for, _staging, _limit, _by, _record, _json })
            command.Add(option);
    }

    protected override Task<int> DoAsync(CommandContext context)
    {
        var what = context.Get(_what) ?? [];
        return context.Get(_verb) switch
        {
            "show" when what.Length < 2 => ShowAsync(context, what.FirstOrDefault()),
            "take" when what.Length < 2 => TakeAsync(context, what.FirstOrDefault()),
            "compare" when what.Length == 2 => CompareAsync(context, what[0], what[1]),
            "compare" => CompareAsync(context, what.FirstOrDefault()),
            "show" or "take" => throw new CliError($"{context.Get(_verb)} takes one name", "holdpoint baseline compare A B compares two"),
            var other => throw new CliError($"baseline does not know how to {other}", Nearest.Hint(other ?? "", Verbs, "show, take or compare: holdpoint baseline show DEPLOY.md")),
        };
    }

    private async Task<int> ShowAsync(CommandContext context, string? what)
    {
        var names = NamesOf(context);
        IReadOnlyList<Levels> all = what is null ? await OfRunAsync(context, names.RunOf(null))
            : names.IsFile(what) ? await new BaselineSampling(await MeasuredAsync(names, what), context, names.Archive).WouldBeTakenAsync(LengthOf(context, Look))
            : names.IsStored(what) ? [names.Stored(what)]
            : await OfRunAsync(context, names.RunOf(what));
        if (context.Get(_json))
            JsonOut.Print(context.Terminal, json => BaselineText.Show(json, all));
        else
            BaselineText.Show(context.Terminal, all);
        return all.Any(l => l.Metrics.Count > 0) ? ExitCode.Passed : ExitCode.Unknown;
    }

    private async Task<int> TakeAsync(CommandContext context, string? file)
    {
        var name = context.Get(_name) ?? throw new CliError("what it is to be called is not said", "say --name NAME; a checklist then names it by **Baseline:** taken NAME");
        if (!BaselineOrigin.IsName(name))
            throw new CliError($"{name} can't be the name of a baseline", "use letters, digits, - _ and .");
        var length = LengthOf(context, TimeSpan.FromMinutes(1));
        var workspace = await MeasuredAsync(NamesOf(context), file);
        var folder = context.Get(_record) is null ? RecordPlace.Of(workspace.Project) : RecordPlace.Find(context, _record);
        var by = await Person.OfAsync(context, _by);
        var from = context.Time.GetUtcNow();
        var archive = new BaselineArchive(new(folder, context.Time), context.Time);
        var taken = await new BaselineSampling(workspace, context, archive).NowAsync(name, null, length);
        if (taken.Metrics.Count > 0)
        {
            var path = archive.Shelf.Write(new(name, workspace.EnvironmentName, by.Name, from, context.Time.GetUtcNow(), taken.Metrics) { Refused = taken.Refused });
            context.Terminal.Say($"stored as {name}: {path}; a section takes it by **Baseline:** taken {name}");
        }
        else
        {
            context.Terminal.Say($"nothing could be measured, so nothing is stored as {name}");
        }

        if (context.Get(_json))
            JsonOut.Print(context.Terminal, json => BaselineText.Show(json, [taken]));
        else
            BaselineText.Show(context.Terminal, [taken]);
        return taken.Metrics.Count > 0 ? ExitCode.Passed : ExitCode.Unknown;
    }

    private async Task<int> CompareAsync(CommandContext context, string? what)
    {
        var names = NamesOf(context);
        if (what is not null && (names.IsFile(what) || names.IsStored(what)))
            throw new CliError($"{what} is to be compared, and it is not said with what", "holdpoint baseline compare A B");
        var (_, run) = await RecordPlace.OpenAsync(context, RecordPlace.Find(context, _record), names.RunOf(what));
        await using (run)
        {
            if ((await RecordPages.OfAsync(context, run)).Comparison is not { } comparison)
                throw new CliError($"run {run.Session.Run.Id} has deployed nothing, or measured nothing", "metrics are declared under metrics: in holdpoint.yaml", ExitCode.Unknown);
            var limit = LimitOf(context);
            return Tell(context, [.. comparison.Rows.Select(r => limit is { } l ? r with { Limit = l } : r)], comparison.Staging);
        }
    }

    private async Task<int> CompareAsync(CommandContext context, string before, string after)
    {
        var names = NamesOf(context);
        var (limit, length) = (LimitOf(context), LengthOf(context, Look));
        var was = await names.LevelsAsync(before, length);
        var now = await names.LevelsAsync(after, length);
        var staging = context.Get(_staging) is { } word ? await names.LevelsAsync(word, length) : null;
        return Tell(context, Levels.Compare(was, now, staging, limit), staging is null ? null : "staging");
    }

    private int Tell(CommandContext context, IReadOnlyList<BaselineComparison> rows, string? staging)
    {
        if (context.Get(_json))
            JsonOut.Print(context.Terminal, json => JsonComparison.Rows(json, rows));
        else
            BaselineText.Compare(context.Terminal, rows, staging);
        return rows.Any(r => r.Verdict == ComparisonVerdict.Worse) ? ExitCode.Failed
            : rows.Count == 0 || rows.Any(r => r.Verdict == ComparisonVerdict.Unknown) ? ExitCode.Unknown
            : ExitCode.Passed;
    }

    private async Task<IReadOnlyList<Levels>> OfRunAsync(CommandContext context, string id)
    {
        var (_, opened) = await RecordPlace.OpenAsync(context, RecordPlace.Find(context, _record), id);
        await using (opened)
        {
            var run = opened.Session.Run;
            var definitions = opened.Definition.Project.Metrics;
            List<Levels> taken = [.. run.Baselines.Values.OrderBy(b => b.Origin, StringComparer.Ordinal).Prepend(run.Baseline).OfType<Event.BaselineTaken>()
                .Select(b => new Levels(b.Origin ?? BaselineOrigin.BeforeWord, b.Found, Levels.Leveled(b.Metrics, definitions), Refused(b)) { Definitions = definitions })];
            return taken.Count > 0 ? taken : throw new CliError($"run {run.Id} has taken no baseline: it has not come to deploy", "holdpoint baseline show DEPLOY.md shows what would be taken now", ExitCode.Unknown);
        }
    }

    /// <summary>The journal keeps a line for each, which begins with the metric's name.</summary>
    private static Dictionary<string, string> Refused(Event.BaselineTaken taken)
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in taken.Refused)
            refused[line.Split([':', ' '], 2)[0]] = line.Split([": "], 2, StringSplitOptions.None) is [_, var because] && !line[..line.IndexOf(": ", StringComparison.Ordinal)].Contains(' ', StringComparison.Ordinal) ? because : line;
        return refused;
    }

    private BaselineNames NamesOf(CommandContext context) => new(context, _checklist, RecordPlace.Find(context, _record));

    private static async Task<Workspace> MeasuredAsync(BaselineNames names, string? file)
    {
        var workspace = await names.WorkspaceAsync(file);
        return workspace.Metrics.Count > 0 ? workspace : throw new CliError("there is nothing to measure", $"declare what is to be measured under metrics: in {ProjectFile.Name}");
    }

    private TimeSpan LengthOf(CommandContext context, TimeSpan usual) => context.Get(_for) is { } span ? Spans.Of(span, "--for 10m") : usual;

    private double? LimitOf(CommandContext context) => context.Get(_limit) is not { } text ? null
        : Units.ParseNumber(text.Trim()) is { Dimension: Dimension.Ratio, Amount: > 0 and var share } ? share
        : throw new CliError($"{text} is no share", "write it in percent: --limit 20%");
}
