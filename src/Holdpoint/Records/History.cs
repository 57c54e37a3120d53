using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Records;

/// <summary>What replaying a journal forgets and a record tells: every attempt, when each waiver was given, how long a gate held.</summary>
internal sealed class History
{
    /// <summary>An attempt with the evidence that its event names.</summary>
    public sealed record Tried(AttemptRecord Attempt, IReadOnlyList<EvidenceReference> Evidence);

    public sealed record Gate(DateTimeOffset? FirstHeld, IReadOnlyList<string> Holds);

    private Dictionary<string, List<Tried>> _attempts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _starts = new(StringComparer.Ordinal);

    public History(IReadOnlyList<JournalEntry> entries)
    {
        Events = [.. entries.Select(e => (e, EventNames.FromEntry(e)))];
        foreach (var (entry, happened) in Events)
            Take(entry, happened);
    }

    public IReadOnlyList<(JournalEntry Entry, Event? Happened)> Events { get; }

    public List<(string Step, Event.Waived Waived, DateTimeOffset At)> Waivers { get; private set; } = [];

    public Dictionary<string, Gate> Gates { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, List<RuleChange>> Rules { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Event.RuleAccepted> Accepted { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Tried> AttemptsOf(string step) => _attempts.TryGetValue(step, out var tried) ? tried : [];

    public IEnumerable<(T Event, DateTimeOffset At)> All<T>() where T : Event
    {
        foreach (var (entry, happened) in Events)
            if (happened is T e)
                yield return (e, entry.At);
    }

    private void Take(JournalEntry entry, Event? happened)
    {
        switch (happened)
        {
            case Event.Checked e:
                Add(e.Step, new(new(e.Attempt, e.Occurrence, entry.At, KindOf(e.Verdict), e.Verdict.ToVerdict().Message, e.ElapsedSeconds, e.Facts), e.Evidence));
                break;
            case Event.ActionStarted e:
                _starts[e.Step] = e.Attempt;
                break;
            case Event.ActionEnded e:
                Add(e.Step, new(Of(e.Step, entry.At, KindOf(e.Verdict), e.Verdict.ToVerdict().Message, e.ElapsedSeconds), e.Evidence));
                break;
            case Event.ActionInDoubt e:
                Add(e.Step, new(Of(e.Step, entry.At, VerdictKind.Unknown, $"in doubt: {e.Because}", 0), []));
                break;
            case Event.ActionDecided { Decision: "done" or "failed" } e:
                Add(e.Step, new(Of(e.Step, entry.At, e.Decision == "done" ? VerdictKind.Passed : VerdictKind.Failed, $"{e.Reason} ({e.By})", 0), []));
                break;
            case Event.Waived e:
                Waivers.Add((e.Step, e, entry.At));
                break;
            case Event.GateHeld e:
                Gates[e.Gate] = new(Gates.GetValueOrDefault(e.Gate)?.FirstHeld ?? entry.At, e.Holds);
                break;
            case Event.RuleChanged e:
                (Rules.TryGetValue(e.Rule, out var changes) ? changes : Rules[e.Rule] = []).Add(new(entry.At, e.Since, e.State, e.Shown, e.FilledIn));
                break;
            case Event.RuleAccepted e:
                Accepted[e.Rule] = e;
                break;
            case Event.Amended e:
                // What the edited file no longer has is in the journal only.
                _attempts = _attempts.Where(a => e.Ids.ContainsKey(a.Key)).ToDictionary(a => e.Ids[a.Key], a => a.Value, StringComparer.Ordinal);
                Waivers = [.. Waivers.Where(w => e.Ids.ContainsKey(w.Step)).Select(w => (e.Ids[w.Step], w.Waived, w.At))];
                break;
        }
    }

    private AttemptRecord Of(string step, DateTimeOffset at, VerdictKind kind, string message, double elapsed) =>
        new(_starts.GetValueOrDefault(step, 1), 0, at, kind, message, elapsed, new Dictionary<string, string>());

    private void Add(string step, Tried tried) => (_attempts.TryGetValue(step, out var all) ? all : _attempts[step] = []).Add(tried);

    private static VerdictKind KindOf(VerdictRecord verdict) => VerdictWords.KindOf(verdict.ToVerdict());
}
