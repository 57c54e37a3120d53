using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Journal;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>What a run does, what holds it, and who can do something about it.</summary>
internal sealed class StatusCommand : RunCommand
{
    private const int TailLines = 3;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly RunOptions _options = new();
    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "keep it up to date until the run ends" };

    public override string Summary => "Show what a run does, what holds it, since when, and who can release it";

    public override string Details => "Exit 0 whenever the run can be read, however it stands: holdpoint report and the exit code of deploy tell how it ended.";

    public override IReadOnlyList<string> Examples => ["holdpoint status", "holdpoint status --watch", "holdpoint status 20261120 --json"];

    public override void Declare(Command command)
    {
        _options.AddTo(command);
        command.Add(_watch);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var (office, run) = await _options.OpenAsync(context);
        await using (run)
        {
            var terminal = context.Terminal;
            if (context.Get(_watch) && !context.Get(_options.Json))
                return terminal.ShowsProgress ? await WatchAsync(context, office, run) : await FollowAsync(context, run);
            if (context.Get(_options.Json))
                Json(terminal, run);
            else
                foreach (var line in RunView.Render(Picture(context, run, new Dictionary<string, TimeSpan>()), terminal.Width, null, context.Time))
                    terminal.Print(terminal.Colour ? line.Painted(terminal.Paint) : line.Plain);
            if (_options.RunOf(context) is null)
                await TellOthersAsync(context, office, run.Session.Run.Id);
            return ExitCode.Passed;
        }
    }

    private static async Task<int> WatchAsync(CommandContext context, RunOffice office, OpenRun run)
    {
        var screen = new Screen(Console.Error, context.Terminal.PaintError);
        var expected = await ExpectedTimes.OfAsync(office.Store, run.Session.Run.Environment, run.Session.Run.Id, context.Stop);
        while (true)
        {
            await run.Session.RefreshAsync(context.Stop);
            var (width, height) = Screen.Size;
            var ended = run.Session.Run.HasEnded;
            screen.Draw(RunView.Render(Picture(context, run, expected), width, ended ? null : height, context.Time));
            if (ended)
                return ExitCode.Passed;
            await Task.Delay(Period, context.Time, context.Stop);
        }
    }

    /// <summary>Into a pipe: the transitions so far, and each as it comes.</summary>
    private static async Task<int> FollowAsync(CommandContext context, OpenRun run)
    {
        var told = 0;
        while (true)
        {
            await run.Session.RefreshAsync(context.Stop);
            var entries = run.Session.Entries;
            foreach (var line in entries.Skip(told).Select(e => Line(run, e)).OfType<TranscriptLine>())
                context.Terminal.Print(line.ToString());
            context.Terminal.Flush();
            told = entries.Count;
            if (run.Session.Run.HasEnded)
                return ExitCode.Passed;
            await Task.Delay(Period, context.Time, context.Stop);
        }
    }

    private static RunPicture Picture(CommandContext context, OpenRun run, IReadOnlyDictionary<string, TimeSpan> expected)
    {
        var standing = run.Standing;
        var state = standing.Run;
        var driver = Drivers.Of(run);
        var work = state.HasEnded ? null : Next.For(standing);
        return new(standing)
        {
            // Without a driver only what people have to do is going on.
            Work = driver is not null || work is Work.Wait ? work : null,
            WorkSince = state.LastAt,
            Expected = expected,
            Output = LiveTree.OutputOf(state, run.Folder, context.Time),
            Availability = AvailabilityOf(run),
            Tail = [.. run.Session.Entries.Select(e => Line(run, e)).OfType<TranscriptLine>().TakeLast(TailLines)],
            Driver = state.HasEnded ? null
                : driver is not null ? $"driven by {driver} for {state.Driver?.By ?? state.Start.By}"
                : $"nobody drives it since {Clock.Local(state.LastAt, context.Time)} ({Conductor.World(state)}); it goes on with: holdpoint resume {state.Id}",
        };
    }

    private static TranscriptLine? Line(OpenRun run, JournalEntry entry) => EventNames.FromEntry(entry) is { } happened ? Transcript.Of(run.Standing.Plan, entry, happened) : null;

    private static AvailabilityPicture? AvailabilityOf(OpenRun run)
    {
        var state = run.Session.Run;
        var changed = run.Session.Entries.Where(e => e.Type == "availability-changed").Select(e => (e.At, Event: EventNames.FromEntry(e) as Event.AvailabilityChanged)).LastOrDefault();
        if (changed.Event is null && state.Availability is null)
            return null;
        return new(changed.Event?.Up ?? true, changed.Event is null ? null : changed.At, changed.Event?.Because ?? "",
            TimeSpan.FromSeconds(state.Availability?.DownSeconds ?? 0), TimeSpan.FromSeconds(state.Availability?.ObservedSeconds ?? 0));
    }

    private static void Json(Terminal terminal, OpenRun run) => JsonOut.Print(terminal, json =>
    {
        var standing = run.Standing;
        var state = standing.Run;
        json.WriteString("run", state.Id);
        json.WriteString("title", standing.Plan.Title);
        json.WriteString("environment", state.Environment);
        json.WriteString("version", state.Start.Version);
        json.WriteString("by", state.Start.By);
        json.WriteString("started", state.StartedAt);
        json.WriteString("ended", state.EndedAt is { } ended ? Clock.Utc(ended) : null);
        json.WriteString("stage", state.CurrentStage is { } stage ? GateWords.Of(stage) : null);
        json.WriteString("outcome", state.End is { } end ? Transcript.OutcomeWord(end.Outcome) : null);
        json.WriteString("because", state.End?.Because);
        json.WriteString("driver", Drivers.Of(run));
        json.WriteString("world", Conductor.World(state));
        RunJson.Holds(json, state.HasEnded ? null : Next.For(standing) as Work.Wait);
        RunJson.Sections(json, standing);
        RunJson.Rules(json, standing);
        RunJson.Rollback(json, state);
    });

    /// <summary>The newest run need not be the one that somebody looks for.</summary>
    private static async Task TellOthersAsync(CommandContext context, RunOffice office, string shown)
    {
        foreach (var other in await RunList.ReadAsync(office.Store, null, 10, context.Stop))
            if (other.Run is { HasEnded: false } run && run.Id != shown)
                context.Terminal.Say($"also not ended: {run.Id} ({run.Start.Version} to {run.Environment}, {RunList.State(other, context.Time.GetUtcNow())})");
    }
}
