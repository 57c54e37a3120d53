using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Holdpoint.Watching;

namespace Holdpoint.Records;

/// <summary>Puts a record together from the replayed run, its plan and its history.</summary>
internal sealed class RecordReading
{
    private readonly Plan _plan;
    private readonly Run _run;
    private readonly History _history;
    private readonly Standing _standing;
    private readonly IReadOnlyList<JournalEntry> _entries;
    private readonly Func<EvidenceReference, byte[]?> _evidence;

    public RecordReading(Plan plan, IReadOnlyList<JournalEntry> entries, IReadOnlyDictionary<string, IReadOnlyList<string>> roles, DateTimeOffset now, Func<EvidenceReference, byte[]?> evidence)
    {
        (_plan, _entries, _evidence) = (plan, entries, evidence);
        _run = Evolution.Replay(entries);
        _history = new(entries);
        // As of the end: a waiver that ran out since then does not change how the run stood.
        SeenAt = _run.EndedAt ?? now;
        _standing = new(plan, _run, SeenAt, roles);
    }

    private DateTimeOffset SeenAt { get; }

    public RunRecord Read(IReadOnlyDictionary<string, IReadOnlyList<Sample>>? unwritten = null)
    {
        var rules = Rules();
        var previous = Previous();
        var rollback = Rollback();
        var sections = new ItemReading(_standing, _history, rules, _evidence).Read();
        var definitions = MetricsOf(_run.Definition);
        var metrics = new MetricReading(_plan, _run, _history, rules, definitions, _evidence).Read(unwritten);
        var record = new RunRecord
        {
            Plan = _plan,
            Id = _run.Id,
            Environment = CleanText.Line(_run.Environment),
            Version = CleanText.Line(_run.Start.Version),
            PreviousVersion = previous,
            Tool = CleanText.Line(_run.Start.Tool),
            StartedBy = CleanText.Line(_run.Start.By),
            Participants = Participants(),
            StartedAt = _run.StartedAt,
            EndedAt = _run.EndedAt,
            SeenAt = SeenAt,
            Ending = OutcomeWords.Of(_standing, rollback, previous),
            Score = Gates.Score(_standing, _plan.Sections.Where(s => s.Stage <= Stage.Close && _run.Entered.ContainsKey(s.Stage)).SelectMany(s => s.Steps)),
            Stages = Stages(sections),
            Gates = GatesOf(),
            Waivers = [.. _history.Waivers.Select(w => new WaiverRecord(w.Step, NameOf(w.Step), CleanText.Line(w.Waived.By), w.Waived.Role, CleanText.Line(w.Waived.Reason), w.At, w.Waived.Until, w.Waived.Until <= SeenAt))],
            SignOffs = SignOffs(),
            Glass = Glass(),
            Timeline = new Timeline(_plan, _history).Tell(),
            Sections = sections,
            Rollback = rollback,
            Availability = Availability(),
            Watch = Watch(),
            Rules = rules,
            Metrics = metrics,
            Comparison = new ComparisonReading(_run, _history, metrics, definitions, SeenAt).Read(),
            Rollouts = new RolloutReading(_plan, _history).Read(),
            Gaps = Gaps(rules),
            Journal = new(_entries.Count, _entries[^1].Hash, _run.Start.PreviousRun, _run.Start.PreviousHead, _run.UnknownEvents),
        };
        return record with { Cautions = Cautions.Of(record, _history) };
    }

    /// <summary>The metrics as the run's own copy of the configuration defines them.</summary>
    private static IReadOnlyDictionary<string, MetricDefinition> MetricsOf(Definition definition) =>
        definition.Configuration is { } path && definition.Files.FirstOrDefault(f => f.Path == path) is { } file
            ? ProjectFile.Parse(path, file.Text).Project.Metrics
            : new Dictionary<string, MetricDefinition>();

    private string? Previous()
    {
        var before = _run.Deployed.Select(t => _run.Targets[t].Before).OfType<Event.BeforeRecorded>().Where(b => !b.Nothing && b.State.Length > 0).Select(b => b.Version).Distinct().ToList();
        return before.Count == 1 ? CleanText.Line(before[0]) : _run.Start.PreviousVersion is { Length: > 0 } known ? CleanText.Line(known) : null;
    }

    private List<Participant> Participants()
    {
        var deeds = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (_, happened) in _history.Events)
        {
            var (who, deed) = happened switch
            {
                Event.Driven e => (e.By, "drove"),
                Event.Signed { Declined: true } e => (e.By, "declined"),
                Event.Signed e => (e.By, "signed"),
                Event.Waived e => (e.By, "waived"),
                Event.NotApplicable e => (e.By, "said what does not apply"),
                Event.GateReleased e => (e.By, "released a gate"),
                Event.GlassBroken e => (e.By, "broke the glass"),
                Event.ReviewSigned e => (e.By, "signed the review"),
                Event.RuleAccepted e => (e.By, "accepted a rule"),
                Event.Held e => (e.By, "held"),
                Event.Released e => (e.By, "ended a hold"),
                Event.WatchExtended e => (e.By, "extended the watch"),
                Event.WatchEnded e => (e.By, "ended the watch early"),
                Event.RollbackDecided e => (e.By, "asked to go back"),
                Event.RetryAsked e => (e.By, "retried"),
                Event.AbortAsked e => (e.By, "stopped the run"),
                Event.Amended e => (e.By, "amended the checklist"),
                Event.ActionDecided e => (e.By, "decided what was in doubt"),
                _ => ("", ""),
            };
            if (who.Length > 0 && who != "driver" && who != _run.Start.By && !(deeds.TryGetValue(who, out var all) ? all : deeds[who] = []).Contains(deed))
                deeds[who].Add(deed);
        }

        return [.. deeds.Select(d => new Participant(CleanText.Line(d.Key), string.Join(", ", d.Value)))];
    }

    private List<StageRecord> Stages(IReadOnlyList<SectionRecord> sections) =>
    [
        .. _plan.Sections.Select(s => s.Stage).Distinct().Where(s => s != Stage.Rollback || _run.Rollback is not null).Order().Select(stage =>
        {
            var steps = _plan.Of(stage).SelectMany(s => s.Steps).ToList();
            var items = sections.Where(s => s.Stage == stage).SelectMany(s => s.AllItems).Where(i => i.Steps.Count > 0 && i.Kind != VerdictKind.Skipped).ToList();
            var kind = sections.Where(s => s.Stage == stage).Select(s => s.Kind).DefaultIfEmpty(VerdictKind.Skipped).Max();
            var entered = stage == Stage.Rollback ? _run.Rollback!.DecidedAt : _run.Entered.TryGetValue(stage, out var at) ? at : (DateTimeOffset?)null;
            return new StageRecord(stage, entered, entered is null ? null : Gates.Score(_standing, steps), kind, items.Count(i => i.Kind.IsTicked), items.Count);
        }),
    ];

    private List<GateRecord> GatesOf()
    {
        var gates = new List<GateRecord>();
        foreach (var (id, state) in _run.Gates.OrderBy(g => g.Value.Since).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            var held = _history.Gates.GetValueOrDefault(id);
            if (state is GateState.Passed && held is null && !id.StartsWith("stage:", StringComparison.Ordinal) && !id.StartsWith("section:", StringComparison.Ordinal))
                continue;
            var until = state is GateState.Holding ? SeenAt : state.Since;
            var heldFor = held?.FirstHeld is { } first ? Math.Max(0, (until - first).TotalSeconds) : 0;
            var name = GateNames.Of(_plan, id);
            gates.Add(state switch
            {
                GateState.Holding h => new(id, name, "held", h.Since, null, "", "", [.. h.Holds.Select(CleanText.Line)], heldFor),
                GateState.Released r => new(id, name, "released", r.Since, null, CleanText.Line(r.By), CleanText.Line(r.Reason), [.. held?.Holds.Select(CleanText.Line) ?? []], heldFor),
                GateState.Passed p => new(id, name, "passed", p.Since, p.Score, "", "", [], heldFor),
                _ => throw new InvalidOperationException($"no such gate: {state.GetType().Name}"),
            });
        }

        return gates;
    }

    private List<SignOffRecord> SignOffs() =>
    [
        .. _run.Steps.SelectMany(s => s.Value.Signatures.Select(x => (Step: s.Key, Signature: x))).OrderBy(x => x.Signature.Sequence)
            .Select(x => new SignOffRecord(x.Step, NameOf(x.Step), x.Signature.Signed.Role, CleanText.Line(x.Signature.Signed.By), x.Signature.At, x.Signature.Signed.Declined, CleanText.Line(x.Signature.Signed.Comment), x.Signature.Lapsed)),
    ];

    private GlassRecord? Glass()
    {
        if (_run.Glass is not { } glass)
            return null;
        var review = _history.All<Event.ReviewSigned>().LastOrDefault();
        return new(CleanText.Line(glass.By), CleanText.Line(glass.Reason), _history.All<Event.GlassBroken>().First().At, review.Event is null ? null : CleanText.Line(review.Event.By), CleanText.Line(review.Event?.Comment ?? ""), review.Event is null ? null : review.At);
    }

    private RollbackRecord? Rollback()
    {
        if (_run.Rollback is not { Decided: var decided } back)
            return null;
        // The rule's own words with its values say it shorter than the cause that was journaled for people to hear.
        var fired = decided.Rule is { } rule && _history.Rules.TryGetValue(rule, out var changes) ? changes.LastOrDefault(c => c.State == "fired" && c.Shown.Length > 0)?.Shown : null;
        var budget = _plan.Of(Stage.Rollback).Select(s => s.Budget).FirstOrDefault(b => b is not null) ?? new Lifetimes().Budget;
        return new(CleanText.Line(fired ?? decided.Cause), decided.Rule, CleanText.Line(decided.By), decided.BreachBegan, back.DecidedAt, back.Ended?.Recovered, CleanText.Line(back.Ended?.Because ?? ""), budget.TotalSeconds)
        {
            Detection = back.Ended?.Detection,
            Decision = back.Ended?.Decision,
            Execution = back.Ended?.Execution,
            Recovery = back.Ended?.Recovery,
            Targets = [.. _run.Deployed.Select(t => new ReturnedTarget(t, CleanText.Line(_run.Targets[t].Before?.Version ?? ""), _run.Targets[t].Undone))],
        };
    }

    private AvailabilityRecord? Availability()
    {
        if (_run.Availability is not { } measured)
            return null;
        var outages = new List<OutageRecord>();
        foreach (var (changed, at) in _history.All<Event.AvailabilityChanged>())
            if (!changed.Up)
                outages.Add(new(at, null, CleanText.Line(changed.Because)));
            else if (outages is [.., { To: null } open])
                outages[^1] = open with { To = at };
        var began = measured.Since ?? _run.StartedAt;
        return new(measured.ObservedSeconds, measured.DownSeconds, measured.Objective, DateTime.DaysInMonth(began.Year, began.Month) * AvailabilityRecord.DaySeconds, outages)
        {
            UnseenSeconds = measured.UnseenSeconds,
            Missed = [.. _run.ObjectivesMissed.Order(StringComparer.Ordinal)],
        };
    }

    private WatchRecord? Watch()
    {
        if (!_run.Entered.TryGetValue(Stage.Watch, out var began) || WatchPlan.PlannedLength(_plan, _run) is not { } planned)
            return null;
        // It is over with the last round of the last section; a run that went back or was stopped ends it before.
        var over = WatchPlan.Open(_plan, _run).Any() ? null : WatchPlan.Sections(_plan, _run).Select(s => (DateTimeOffset?)_run.Gates[WatchPlan.Over(s)].Since).Max();
        DateTimeOffset? ended = over ?? _run.Rollback?.DecidedAt ?? _run.EndedAt;
        var early = _history.All<Event.WatchEnded>().Select(e => e.Event).FirstOrDefault();
        return new(began, planned.TotalSeconds, ((ended ?? SeenAt) - began).TotalSeconds, ended)
        {
            Extensions = [.. _history.All<Event.WatchExtended>().Select(e => new WatchExtension(e.At, CleanText.Line(e.Event.By), CleanText.Line(e.Event.Reason), e.Event.Seconds))],
            EndedBy = early is null ? null : CleanText.Line(early.By),
            EndedBecause = CleanText.Line(early?.Reason ?? ""),
        };
    }

    private List<RuleRecord> Rules()
    {
        var rules = _plan.Rules.Select(r => Rule(r.Id, CleanText.Line(r.Text), CleanText.Line(r.Rule.Mark.Text), r.Rule.Effect, r.Rule.WhenAsked)).ToList();
        if (_history.Rules.ContainsKey(RuleWatch.AvailabilityId) && rules.All(r => r.Id != RuleWatch.AvailabilityId))
            rules.Add(Rule(RuleWatch.AvailabilityId, "the environment answers", "rollback unless the environment is available", RuleEffect.Rollback, false));
        return rules;
    }

    private RuleRecord Rule(string id, string item, string text, RuleEffect effect, bool asked)
    {
        var changes = _history.Rules.GetValueOrDefault(id) ?? [];
        var state = asked ? "asked" : changes.Count > 0 ? _run.Rules[id].State : _run.Entered.ContainsKey(Stage.Deploy) ? "quiet" : "not judged";
        var accepted = _history.Accepted.GetValueOrDefault(id);
        return new(id, item, text, state, changes.Count > 0 ? CleanText.Line(changes[^1].Shown) : "", [.. changes.Select(c => c with { Shown = CleanText.Line(c.Shown) })])
        {
            Effect = effect,
            AcceptedBy = accepted is null ? null : CleanText.Line(accepted.By),
            AcceptedBecause = accepted is null ? null : CleanText.Line(accepted.Reason),
        };
    }

    private List<GapRecord> Gaps(List<RuleRecord> rules)
    {
        var gaps = _history.All<Event.Gap>().Select(g => new GapRecord(g.Event.From, g.Event.To, CleanText.Line(g.Event.Because), null)).ToList();
        foreach (var rule in rules)
        {
            RuleChange? blind = null;
            foreach (var change in rule.Changes)
                if (change.State == "blind")
                    blind ??= change;
                else if (blind is not null)
                {
                    gaps.Add(new(blind.Since, change.At, blind.Shown, rule.Text));
                    blind = null;
                }

            if (blind is not null)
                gaps.Add(new(blind.Since, _run.EndedAt, blind.Shown, rule.Text));
        }

        return [.. gaps.OrderBy(g => g.From)];
    }

    private string NameOf(string step) => _plan.Step(step) is { } planned ? ItemReading.TextOf(_standing, planned) : step;
}
