using Holdpoint.Plans;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Cli.Runs;

/// <summary>The run that this process drives, as a tree that keeps itself up to date, with the prompt below it.</summary>
internal sealed class LiveTree
{
    private const int TailLines = 3;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly CommandContext _context;
    private readonly OpenRun _run;
    private readonly Conductor _conductor;
    private readonly Task<IReadOnlyDictionary<string, TimeSpan>> _expected;
    private readonly Lock _lock = new();
    private readonly Queue<TranscriptLine> _tail = [];
    private readonly Screen _screen;
    private (Work? Work, DateTimeOffset Since) _work;

    public LiveTree(CommandContext context, OpenRun run, Conductor conductor, Task<IReadOnlyDictionary<string, TimeSpan>> expected)
    {
        (_context, _run, _conductor, _expected) = (context, run, conductor, expected);
        _screen = new(Console.Error, context.Terminal.PaintError);
        conductor.Working += work =>
        {
            lock (_lock)
                if (!Equals(_work.Work, work))
                    _work = (work, context.Time.GetUtcNow());
        };
    }

    public void Tell(TranscriptLine line)
    {
        lock (_lock)
        {
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
                _tail.Dequeue();
        }
    }

    /// <summary>Draws until cancelled, and then once more.</summary>
    public async Task RunAsync(Dialogue dialogue, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Period, _context.Time);
        try
        {
            do
                Draw(dialogue);
            while (await timer.WaitForNextTickAsync(ended));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            Draw(null);
        }
    }

    private void Draw(Dialogue? dialogue)
    {
        var (width, height) = Screen.Size;
        List<ViewLine> below = dialogue is null ? [] : [ViewLine.Empty, .. dialogue.Lines().SelectMany(l => Wrapped(l, width))];
        // The last picture stays where it is scrolled up to, and may be as long as it likes.
        _screen.Draw([.. RunView.Render(Picture(), width, dialogue is null && _run.Session.Run.HasEnded ? null : height - below.Count, _context.Time), .. below]);
    }

    private static IEnumerable<ViewLine> Wrapped(ViewLine line, int width) => line.Width <= width ? [line] : RunView.Wrapped(line.Plain, width).Select(l => ViewLine.Of(Ink.Strong, l));

    private RunPicture Picture()
    {
        var standing = _conductor.Standing;
        lock (_lock)
            return new(standing)
            {
                Work = _work.Work,
                WorkSince = _work.Since,
                Expected = _expected.IsCompletedSuccessfully ? _expected.Result : new Dictionary<string, TimeSpan>(),
                Output = OutputOf(standing.Run, _run.Folder, _context.Time),
                RuleValues = _conductor.Eyes?.Readings.ToDictionary(r => r.Key, r => r.Value.Message) ?? [],
                Availability = AvailabilityOf(_conductor.Eyes, standing),
                Tail = [.. _tail],
                LeavesTheEndOut = true,
            };
    }

    /// <summary>The last lines of the action that runs now.</summary>
    public static IReadOnlyList<string> OutputOf(Run run, string folder, TimeProvider time)
    {
        if (run.Steps.Values.Where(s => s.Running is not null).Select(s => s.Rollout is { Ended: false } step ? step.At.Job : s.Running!.Job).FirstOrDefault(j => j.Length > 0) is not { } job)
            return [];
        try
        {
            return [.. DetachedAction.Attach(Path.Combine(folder, job), time).Tail(RunView.OutputLines).Split('\n').Where(l => l.Trim().Length > 0)];
        }
        catch (IOException)
        {
            // What it has written can't be read just now; its result will be.
            return [];
        }
    }

    private static AvailabilityPicture? AvailabilityOf(Eyes? eyes, Standing standing)
    {
        if (eyes?.Availability is not { Since: not null } seen || !standing.Run.Changed)
            return null;
        var last = seen.Outages.LastOrDefault();
        return new(seen.Newest, seen.Newest is true ? last?.To ?? seen.Since : last?.From, last?.Because ?? "", seen.Downtime, seen.Seen);
    }
}
