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
        await AppendAsync(run => [new Event.RuleChanged(changed.RuleId, changed.To.Name, changed.Message, since, changed.OnlyHolds)]);
        if (changed.RuleId == RuleWatch.AvailabilityId)
            await AvailabilityAsync(changed);
        if (changed.To is RuleState.Blind)
            await _teller.TransitionAsync("blind", $"blind: {rule.Text}", changed.Message);
        if (changed.Fires)
            await FiredAsync(rule, changed, since);
    }

    private async Task AvailabilityAsync(RuleTransition changed)
    {
        var up = changed.To is not (RuleState.Breaching or RuleState.Fired);
        if (up == _wasUp)
            return;
        _wasUp = up;
        await AppendAsync(_ => [new Event.AvailabilityChanged(up, changed.Message)]);
    }

    private async Task FiredAsync(RuleDefinition rule, RuleTransition changed, DateTimeOffset since)
    {
        var cause = $"{rule.Text}: {changed.Message}";
        switch (rule.Rule.Effect)
        {
            case RuleEffect.Tell:
                await _teller.SayAsync(rule.Rule.Channel!.Source, cause, changed.Message);
                return;
            case RuleEffect.Hold:
                await HoldAsync(rule.Id, cause);
                return;
        }

        if (changed.OnlyHolds)
        {
            await HoldAsync(rule.Id, $"{cause}; it began and ended while nobody looked, so nothing is undone for it");
            return;
        }

        if (Next.WhyNotAlone(_plan(), _session.Run) is { } why)
        {
            await HoldAsync(rule.Id, $"{cause}; {why}");
            return;
        }

        if (rule.Rule.Grace > TimeSpan.Zero)
        {
            var deadline = _world.Time.GetUtcNow() + rule.Rule.Grace;
            if (await _teller.TransitionAsync(Transition.RollingBack, $"rolling back in {Units.Duration(rule.Rule.Grace)} unless somebody holds it", cause))
            {
                await AppendAsync(run => run is { Rollback: null, HasEnded: false, Grace: null } ? [new Event.GraceBegan(rule.Id, deadline)] : []);
                return;
            }
        }

        await GoBackAsync(cause, rule.Id, since);
    }

    private Task HoldAsync(string rule, string because) =>
        AppendAsync(run => run is { Rollback: null, HasEnded: false, Changed: true } ? [new Event.HeldByRule(rule, because)] : []);

    private Task GoBackAsync(string cause, string rule, DateTimeOffset since) =>
        AppendAsync(run => run is { Rollback: null, HasEnded: false, Changed: true } ? [new Event.RollbackDecided(cause, rule, "driver", since)] : []);

    private Task AppendAsync(Func<Run, IReadOnlyList<Event>> decide)
    {
        // What decides a rollback must not be stopped by a full disk.
        return _session.AppendSalvagingAsync("driver", run => run.HasEnded ? [] : decide(run), () => _world.Reserve(false), CancellationToken.None);
    }
}
