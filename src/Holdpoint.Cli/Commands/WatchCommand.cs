using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Cli.Watching;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Looks at a run's watch; changes nothing.</summary>
internal sealed class WatchCommand : RunCommand
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_usualWindow = TimeSpan.FromHours(1);

    private readonly RunOptions _options = new();
    private readonly Option<bool> _once = new("--once") { Description = "one picture, and that is that" };
    private readonly Option<string[]> _metrics = new("--metric") { Description = "these metrics alone; may be given several times", HelpName = "NAME" };
    private readonly Option<string?> _over = new("--over") { Description = "how far back charts look; else 1h, and all of it where the run has ended", HelpName = "SPAN" };
    private readonly Option<string> _every = new("--every") { Description = "into a pipe: a picture so often, and at each transition", HelpName = "SPAN", DefaultValueFactory = _ => "1m" };

    public override string Summary => "Look at a run's watch: charts, rules, availability, time left";

    public override string Details => "Reads the record and what the driver shows beside it, and changes nothing; the driver may be another process, and goes on when this is left. --json writes lines: a sample, a transition or a state each.";

    public override IReadOnlyList<string> Examples => ["holdpoint watch", "holdpoint watch --once --over 24h", "holdpoint watch --json | jq 'select(.type == \"transition\")'"];

    public override void Declare(Command command)
    {
        _options.AddTo(command);
        foreach (var option in new Option[] { _once, _metrics, _over, _every })
            command.Add(option);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        TimeSpan? over = context.Get(_over) is { } text ? Spans.Of(text, "--over 1h") : null;
        var every = Spans.Of(context.Get(_every)!, "--every 1m");
        var (_, run) = await _options.OpenAsync(context);
        await using (run)
        {
            var reading = new WatchReading(run, context.Time);
            try
            {
                if (context.Get(_options.Json))
                    await WriteLinesAsync(context, run, reading);
                else if (context.Get(_once))
                    Print(context, await ReadAsync(context, reading), over);
                else if (context.Terminal.ShowsProgress)
                    await LiveAsync(context, reading, over);
                else
                    await PrintOnAsync(context, run, reading, over, every);
                return ExitCode.Passed;
            }
            catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
            {
                var state = run.Session.Run;
                context.Terminal.Say(state.HasEnded ? $"run {state.Id} has ended"
                    : Drivers.Of(run) is { } driver ? $"run {state.Id} goes on, driven by {driver}; look again: holdpoint watch {state.Id}"
                    : $"run {state.Id} is as it was: nobody drives it; it goes on with: holdpoint resume {state.Id}");
                return ExitCode.Interrupted;
            }
        }
    }

    private async Task<WatchPicture> ReadAsync(CommandContext context, WatchReading reading)
    {
        var picture = await reading.ReadAsync(context.Stop);
        if (context.Get(_metrics) is not { Length: > 0 } wanted)
            return picture;
        var stranger = picture.Metrics.Count > 0 ? wanted.FirstOrDefault(w => picture.Metrics.All(m => m.Name != w)) : null;
        return stranger is null
            ? picture with { Metrics = [.. picture.Metrics.Where(m => wanted.Contains(m.Name))] }
            : throw new CliError($"no samples of {stranger} in this run", $"there are: {string.Join(", ", picture.Metrics.Select(m => m.Name))}");
    }

    private async Task LiveAsync(CommandContext context, WatchReading reading, TimeSpan? over)
    {
        var screen = new Screen(Console.Error, context.Terminal.PaintError);
        while (true)
        {
            var picture = await ReadAsync(context, reading);
            var (width, height) = Screen.Size;
            screen.Draw(View(context, picture, width, over).Render(picture, height));
            if (picture.HasEnded)
                return;
            await Task.Delay(s_period, context.Time, context.Stop);
        }
    }

    /// <summary>Into a pipe: a picture at the start, at each transition, and every so often.</summary>
    private async Task PrintOnAsync(CommandContext context, OpenRun run, WatchReading reading, TimeSpan? over, TimeSpan every)
    {
        var (told, last) = ("", DateTimeOffset.MinValue);
        while (true)
        {
            var picture = await ReadAsync(context, reading);
            var newest = picture.Tail.Count > 0 ? picture.Tail[^1].ToString() : "";
            if (newest != told || context.Time.GetUtcNow() - last >= every)
            {
                if (last > DateTimeOffset.MinValue)
                    context.Terminal.Print();
                Print(context, picture, over);
                context.Terminal.Flush();
                (told, last) = (newest, context.Time.GetUtcNow());
            }

            if (run.Session.Run.HasEnded)
                return;
            await Task.Delay(s_period, context.Time, context.Stop);
        }
    }

    private async Task WriteLinesAsync(CommandContext context, OpenRun run, WatchReading reading)
    {
        var lines = new WatchLines();
        var first = true;
        while (true)
        {
            var picture = await ReadAsync(context, reading);
            foreach (var line in lines.News(picture, run.Standing.Plan, run.Session.Entries))
                context.Terminal.Print(line);
            var over = picture.HasEnded || context.Get(_once);
            if (first || over)
                context.Terminal.Print(WatchLines.State(picture));
            context.Terminal.Flush();
            if (over)
                return;
            first = false;
            await Task.Delay(s_period, context.Time, context.Stop);
        }
    }

    private static void Print(CommandContext context, WatchPicture picture, TimeSpan? over)
    {
        var terminal = context.Terminal;
        foreach (var line in View(context, picture, terminal.Width, over).Render(picture, null))
            terminal.Print(terminal.Colour ? line.Painted(terminal.Paint) : line.Plain);
    }

    private static WatchView View(CommandContext context, WatchPicture picture, int width, TimeSpan? over) =>
        new(width, over ?? (picture.HasEnded ? null : s_usualWindow), context.Time);
}
