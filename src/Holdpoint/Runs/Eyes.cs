using Holdpoint.Configuration;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>Watches a run's metrics and rules beside its driver, from the start to the end, and turns what they say into events. Decides nothing about the file's own steps.</summary>
public sealed class Eyes
{
    /// <summary>Of what a baseline before the deployment is taken, and what checks without a window may ask for: an hour.</summary>
    private static readonly TimeSpan s_keeps = Aftermath.Longest;

    private readonly RunSession _session;
    private readonly RunWorld _world;
    private readonly Func<Plan> _plan;
    private readonly RuleWatch _watch;
    private readonly Teller _teller;
    private readonly IReadOnlyList<RuleDefinition> _rules;
    private readonly RunBaselines _baselines;
    private readonly Accountant _accountant;
    private bool _wasUp;
    private Task _saying = Task.CompletedTask;

    /// <param name="lookedLast">When the driver before this one was last seen at work; null: there was none.</param>
    public Eyes(RunSession session, RunWorld world, Func<Plan> plan, Teller teller, Check? availability, DateTimeOffset? lookedLast = null)
    {
        (_session, _world, _plan, _teller) = (session, world, plan, teller);
        var run = session.Run;
        _wasUp = run.Answers ?? true;
        _accountant = new(session, world);
        _rules = [.. plan().Rules.Where(r => !r.Rule.WhenAsked).Select(r => new RuleDefinition(r.Id, r.Rule, r.Rule.Mark.Text) { BaselineFrom = r.BaselineFrom }),
            .. availability is null ? [] : new[] { RuleDefinition.ForAvailability(availability) }];
        var context = world.MetricsOf(run);
        var sources = new Dictionary<string, MetricSource>();
        foreach (var definition in world.Project.Metrics.Values)
            sources[definition.Name] = MetricSources.Create(definition, context);
        _baselines = new(session, world, plan, _rules, sources);
        _watch = new(new RuleWatchSetup
        {
            Rules = _rules,
            Sources = sources,
            Variable = name => world.ScopeOf(session.Run).Value(name),
            Baseline = metric => BaselineOf(metric, null),
            BaselineElsewhere = (origin, metric) => BaselineOf(metric, origin),
            Measure = async (check, cancel) => (await world.Checks.RunAsync(check, world.Surroundings(session.Run, null, this), cancel)).Verdict,
            States = run.Rules.ToDictionary(r => r.Key, r => StateOf(r.Value)),
            Earlier = (since, cancel) => EarlierSamples.ReadAsync(session, since, cancel),
            Keeps = plan().Sections.SelectMany(s => s.Steps).OfType<PlannedStep.Ask>().Select(a => a.Check.Timing.Over ?? TimeSpan.Zero).Append(s_keeps).Max(),
            LookedLast = run.Entered.ContainsKey(Stage.Deploy) ? lookedLast : null,
            DeployedAt = run.Entered.TryGetValue(Stage.Deploy, out var entered) ? Aftermath.DeployedAt(History(session)) ?? entered : null,
            Armed = run.Entered.ContainsKey(Stage.Deploy) && run.Rollback is null,
            Availability = run.Entered.ContainsKey(Stage.Deploy) ? Accountant.SoFar(run) : null,
        }, world.Time);
        session.Happened += (run, happened, _) =>
        {
            if (happened is Event.RuleAccepted accepted && run.Entered.ContainsKey(Stage.Deploy))
                _watch.Accept(accepted.Rule);
        };
    }

    /// <summary>What the newest look says of every rule, also before deploy.</summary>
    public IReadOnlyDictionary<string, RuleReading> Readings => _watch.Readings;

    public Availability Availability => _watch.Availability;

    public IReadOnlyList<RuleDefinition> Rules => _rules;

    /// <summary>How much of its watch a rule has really seen.</summary>
    public Sight SightOf(string rule) => _watch.SightOf(rule);

    /// <summary>All that is seen at this moment, with secrets masked.</summary>
    public WatchNow Now() => _watch.Now().Masked(_world.Secrets.Mask);

    public bool Samples => _rules.Count > 0 || _world.Project.Metrics.Count > 0;

    public IReadOnlyList<Sample> SamplesOf(string metric) => _watch.SamplesOf(metric);

    /// <summary>Judges from now on.</summary>
    public Task ArmAsync()
    {
        var accepted = _session.Run.Rules.Where(r => r.Value.Accepted).Select(r => r.Key);
        _watch.Arm(accepted);
        return JournalStatesAsync();
    }

    public void Disarm() => _watch.Disarm();

    public Task BeginAnewAsync()
    {
        _watch.BeginAnew();
        return JournalStatesAsync();
    }

    /// <summary>Whether every metric that something is compared with has had enough samples for a baseline.</summary>
    public bool BaselineIsReady => _baselines.Compared(null).All(m => _watch.TakeBaseline(m) is BaselineTaking.Taken) && _baselines.IsReady;

    /// <summary>Baselines from elsewhere; see <see cref="RunBaselines"/>.</summary>
    public Task<IReadOnlyList<Event.BaselineTaken>> TakeElsewhereAsync(CancellationToken cancel) => _baselines.TakeAsync(cancel);

    /// <summary>Samples, for their baselines, the other environments that the checklist compares with, until deploy is entered.</summary>
    public Task SampleElsewhereAsync(CancellationToken cancel) => _baselines.SampleAsync(cancel);

    /// <summary>Median and spread of each metric until now; what has too few samples is told and left out.</summary>
    public Event.BaselineTaken TakeBaseline()
    {
        var compared = _baselines.Compared(null);
        var taken = new Dictionary<string, BaselineRecord>();
        var refused = new List<string>();
        var breaching = _rules.Where(r => Readings.GetValueOrDefault(r.Id) is RuleReading.Breach).SelectMany(r => r.Metrics).ToHashSet();
        foreach (var metric in _world.Project.Metrics.Keys)
            if (breaching.Contains(metric))
                refused.Add($"{metric}: a rule is breaching, so that what it shows now is no measure of what is usual");
            else
                switch (_watch.TakeBaseline(metric))
                {
                    case BaselineTaking.Taken t:
                        taken[metric] = RunBaselines.Record(t.Baseline);
                        break;
                    case BaselineTaking.Refused r when compared.Contains(metric):
                        refused.Add(r.Because);
                        break;
                }

        return _baselines.Set(new(taken, refused));
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var seen in _watch.RunAsync(cancel))
            switch (seen)
            {
                case WatchEvent.Changed changed:
                    await ChangedAsync(changed.Transition);
                    break;
                case WatchEvent.Sampled sampled when sampled.Samples.Count > 0:
                    var chunk = await _session.StoreEvidenceAsync($"samples-{sampled.Metric}-{_session.Run.Sequence}.csv", Encoding.UTF8.GetBytes(SeriesChunk.Write(sampled.Samples)), CancellationToken.None);
                    await _session.AppendAsync(new Event.Sampled(sampled.Metric, [chunk], sampled.Samples.Count), CancellationToken.None);
                    break;
                case WatchEvent.Available available:
                    await _accountant.TakeAsync(available.Now);
                    break;
                case WatchEvent.Gap gap:
                    await _session.AppendAsync(new Event.Gap(gap.When.From, gap.When.To, gap.FilledIn.Count > 0 ? $"nobody looked; filled in from the store: {string.Join(", ", gap.FilledIn)}" : "nobody looked, and no store can fill it in"), CancellationToken.None);
                    await JournalStatesAsync();
                    break;
            }

        await _saying;
    }

    /// <summary>The value of a metric for a check: its newest sample, or a statistic over a window.</summary>
    public Value ValueOf(Operand.Metric metric, TimeSpan? over) => _watch.ValueOf(metric, over ?? RuleTiming.DefaultWindow);

    /// <param name="origin">Null: before the deployment.</param>
    public Value BaselineOf(string name, BaselineOrigin? origin) => _baselines.Of(origin, name);

    private static IEnumerable<(Event? Happened, DateTimeOffset At)> History(RunSession session) => session.Entries.Select(e => (EventNames.FromEntry(e), e.At));

    private static RuleState StateOf(RuleProgress state) => state.State switch
    {
        "unarmed" => new RuleState.Unarmed(),
        "fired" => new RuleState.Fired(state.Since, state.Since, state.Shown),
        "breaching" => new RuleState.Breaching(state.Since, 1, state.Shown),
        "blind" => new RuleState.Blind(state.Since, state.Shown) { WasUnarmed = state.Accepted },
        "sparse" => new RuleState.Sparse(state.Since, state.Shown) { WasUnarmed = state.Accepted },
        _ => RuleState.Start,
    };

    /// <summary>Where windows begin anew a rule forgets what it had seen; the journal must not go on saying that it breaches, or that it is blind.</summary>
    private Task JournalStatesAsync() => AppendAsync(run =>
        [.. _watch.States.Where(s => s.Value is RuleState.Quiet or RuleState.Unarmed && run.Rules.TryGetValue(s.Key, out var known) && known.State != s.Value.Name)
            .Select(s => new Event.RuleChanged(s.Key, s.Value.Name, "windows begin anew: what was seen before says nothing any more", _world.Time.GetUtcNow(), FilledIn: false))]);

    private async Task ChangedAsync(RuleTransition changed)
    {
        var rule = _rules.First(r => r.Id == changed.RuleId);
        var since = changed.To switch
        {
            RuleState.Fired f => f.Since,
            RuleState.Breaching b => b.Since,
            RuleState.Blind b => b.Since,
            RuleState.Sparse s => s.Since,
            _ => changed.At,
        };
        // Together with what it does: a driver that is killed in between leaves no rule that has fired and done nothing.
        await AppendAsync(run => [new Event.RuleChanged(changed.RuleId, changed.To.Name, changed.Message, since, changed.OnlyHolds), .. changed.Fires ? Consequence(run, rule, changed, since) : []]);
        if (changed.RuleId == RuleWatch.AvailabilityId)
            await AvailabilityAsync(changed);
        if (changed.To is RuleState.Blind)
            Say(() => _teller.TransitionAsync("blind", $"blind: {rule.Text}", changed.Message));
        if (changed.Fires && rule.Rule.Effect == RuleEffect.Tell)
            Say(() => _teller.SayAsync(rule.Rule.Channel!.Source, CauseOf(rule, changed), changed.Message));
        else if (changed.Fires && _session.Run.Grace?.Rule == rule.Id)
            Say(() => TellOfGraceAsync(rule, changed, since));
    }

    /// <summary>What a rule that fires does to the run: it holds it, begins its grace, or goes back.</summary>
    private IReadOnlyList<Event> Consequence(Run run, RuleDefinition rule, RuleTransition changed, DateTimeOffset since)
    {
        if (rule.Rule.Effect == RuleEffect.Tell || run is not { Rollback: null, HasEnded: false, Changed: true })
            return [];
        var cause = CauseOf(rule, changed);
        if (rule.Rule.Effect == RuleEffect.Hold)
            return [new Event.HeldByRule(rule.Id, cause)];
        if (changed.OnlyHolds)
            return [new Event.HeldByRule(rule.Id, $"{cause}; it began and ended while nobody looked, so nothing is undone for it")];
        if (Next.WhyNotAlone(_plan(), run) is { } why)
            return [new Event.HeldByRule(rule.Id, $"{cause}; {why}")];
        if (rule.Rule.Grace == TimeSpan.Zero)
            return [new Event.RollbackDecided(cause, rule.Id, "driver", since)];
        // Of two that fire, the one with less patience counts.
        var deadline = _world.Time.GetUtcNow() + rule.Rule.Grace;
        return run.Grace is { } grace && grace.Deadline <= deadline ? [] : [new Event.GraceBegan(rule.Id, deadline)];
    }

    private static string CauseOf(RuleDefinition rule, RuleTransition changed) => $"{rule.Text}: {changed.Message}";

    /// <summary>A grace is for people who could hold it: where nobody could be told, it acts at once.</summary>
    private async Task TellOfGraceAsync(RuleDefinition rule, RuleTransition changed, DateTimeOffset since)
    {
        if (!await _teller.TransitionAsync(Transition.RollingBack, $"rolling back in {Units.Duration(rule.Rule.Grace)} unless somebody holds it", CauseOf(rule, changed)))
            await AppendAsync(run => run is { Rollback: null, Grace: { } grace, Hold: null } && grace.Rule == rule.Id ? [new Event.RollbackDecided(CauseOf(rule, changed), rule.Id, "driver", since)] : []);
    }

    /// <summary>Beside the looking: a channel that does not answer must not keep the next rule waiting. One after the other, as it happened.</summary>
    private void Say(Func<Task> say)
    {
        _saying = After(_saying);

        async Task After(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await say();
        }
    }

    private async Task AvailabilityAsync(RuleTransition changed)
    {
        var up = changed.To is not (RuleState.Breaching or RuleState.Fired);
        if (up == _wasUp)
            return;
        _wasUp = up;
        await AppendAsync(_ => [new Event.AvailabilityChanged(up, changed.Message)]);
    }

    private Task AppendAsync(Func<Run, IReadOnlyList<Event>> decide)
    {
        // What decides a rollback must not be stopped by a full disk.
        return _session.AppendSalvagingAsync("driver", run => run.HasEnded ? [] : decide(run), () => _world.Reserve(false), CancellationToken.None);
    }
}
