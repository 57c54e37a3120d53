using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Probes;

namespace Holdpoint.Runs;

/// <summary>Runs checks side by side and journals every attempt's end.</summary>
public sealed class CheckWork(RunSession session, RunWorld world, Func<Plan> plan, Func<Eyes?> eyes)
{
    public Task RunAsync(IReadOnlyList<PlannedStep.Ask> steps, int occurrence, CancellationToken stop) => Task.WhenAll(steps.Select(step => RunAsync(step, occurrence, stop)));

    /// <summary>What is wanted of the world when a check with an <c>if</c>, a section or a sign-off depends on it.</summary>
    public async Task<Verdict> AskAsync(Check check, PlannedSection? section, CancellationToken stop) =>
        (await world.Checks.RunAsync(check, Surroundings(section, null), stop)).Verdict;

    private async Task RunAsync(PlannedStep.Ask step, int occurrence, CancellationToken stop)
    {
        var section = plan().Sections.First(s => s.Id == step.SectionId);
        if (step.If is { } condition)
        {
            var wanted = await AskAsync(condition, section, stop);
            if (wanted.Holds)
            {
                Verdict verdict = wanted is Verdict.Failed f ? new Verdict.Skipped($"not wanted: {f.Message}") : new Verdict.Unknown($"whether it is wanted is not known: {wanted.Message}");
                await AppendAsync(step, occurrence, new(verdict, 1, TimeSpan.Zero, new Dictionary<string, string>(), new Dictionary<string, double>(), []));
                return;
            }
        }

        await AppendAsync(step, occurrence, await world.Checks.RunAsync(step.Check, Surroundings(section, step), stop));
    }

    /// <summary>The value of a check's own fact at the baseline is what was measured of it, here or on the environment of the section's baseline, on entering deploy.</summary>
    private CheckSurroundings Surroundings(PlannedSection? section, PlannedStep.Ask? step)
    {
        var around = world.Surroundings(session.Run, section, eyes());
        return step is null ? around : around with
        {
            Baseline = operand => operand is Operand.Metric
                ? around.Baseline(operand)
                : BaselineOf(section?.BaselineFrom)?.Metrics.GetValueOrDefault(BaselineName(step.Id, operand)) is { } record
                    ? new Value.Number(record.Median, operand is Operand.Fact { Dimension: not Dimension.Any } f ? f.Dimension : Dimension.Count)
                    : new Value.Unknown($"{operand.Text} was not measured {(section?.BaselineFrom is { } origin ? $"at the baseline from {origin}" : "on entering deploy")}"),
        };
    }

    private Event.BaselineTaken? BaselineOf(BaselineOrigin? origin) => origin is null ? session.Run.Baseline : session.Run.Baselines.GetValueOrDefault(origin.ToString());

    /// <summary>The name under which a baseline keeps a fact of a check.</summary>
    public static string BaselineName(string step, Operand operand) => $"{step} {operand.Text}";

    /// <summary>Measures, on entering deploy, whatever a later check will be compared with.</summary>
    public async Task<FactBaselines> TakeBaselineAsync(CancellationToken stop)
    {
        var taken = new List<(string? Origin, string Name, BaselineRecord Record)>();
        var compared = plan().Sections.Where(s => s.Stage is Stage.Deploy or Stage.Verify or Stage.Watch or Stage.Rollback).SelectMany(s => s.Steps.OfType<PlannedStep.Ask>())
            .Where(a => a.Check.Call is not null && ComparedWithBaseline(a.Check).Any())
            .Select(a => (Ask: a, Section: plan().Sections.First(s => s.Id == a.SectionId))).Where(a => a.Section.BaselineFrom is null or BaselineOrigin.OfEnvironment).ToList();
        var results = await Task.WhenAll(compared.Select(async a => (a.Ask, a.Section.BaselineFrom, Where(a.Section) is { } there
            ? await world.Checks.RunAsync(a.Ask.Check with { Timing = a.Ask.Check.Timing with { Within = null, For = null, Retry = 0 } }, Surroundings(there, null), stop)
            : null)));
        foreach (var (ask, origin, result) in results)
            foreach (var operand in ComparedWithBaseline(ask.Check))
                if (result?.Numbers.TryGetValue(operand is Operand.Fact f ? f.Key : operand.Text, out var number) == true)
                    taken.Add((origin?.ToString(), BaselineName(ask.Id, operand), new(number, 0, 1)));
        return new(taken);
    }

    /// <summary>The section as it would be on the environment that its baseline comes from. Null: no section that is wanted speaks of that one.</summary>
    private PlannedSection? Where(PlannedSection section)
    {
        if (section.BaselineFrom is not BaselineOrigin.OfEnvironment(var environment))
            return section;
        return plan().Sections.FirstOrDefault(s => s.Environment == environment) is { } there && !session.Run.SkippedSections.ContainsKey(there.Id)
            ? section with { Environment = environment, Host = there.Host, HostDirectory = there.HostDirectory, Directory = there.Directory }
            : null;
    }

    private static IEnumerable<Operand> ComparedWithBaseline(Check check) => (check.Condition is null ? [] : Flatten(check.Condition)).OfType<Condition.Compare>()
        .Where(c => c.Left is Operand.Baseline || c.Right is Operand.Baseline).Select(c => c.Left is Operand.Baseline ? c.Right : c.Left);

    private static IEnumerable<Condition> Flatten(Condition condition) => condition switch
    {
        Condition.And c => Flatten(c.Left).Concat(Flatten(c.Right)),
        Condition.Or c => Flatten(c.Left).Concat(Flatten(c.Right)),
        Condition.Not c => Flatten(c.Inner),
        _ => [condition],
    };

    private async Task AppendAsync(PlannedStep.Ask step, int occurrence, CheckResult result)
    {
        var evidence = new List<EvidenceReference>();
        foreach (var piece in result.Evidence)
            try
            {
                evidence.Add(await session.StoreEvidenceAsync($"{step.Id.Replace('/', '-')}-{piece.Name}", world.Secrets.Mask(piece.Content.Span), CancellationToken.None));
            }
            catch (JournalUnwritable) when (session.Run.Rollback is not null)
            {
                // In a rollback the verdict counts more than its evidence; the conductor journals that the record is broken.
                break;
            }

        var verdict = VerdictRecord.Of(result.Verdict);
        verdict = verdict with { Text = world.Secrets.Mask(verdict.Text), Expected = verdict.Expected is null ? null : world.Secrets.Mask(verdict.Expected) };
        Event happened = new Event.Checked(step.Id, session.Run.Step(step.Id).Attempts + 1, verdict, result.Elapsed.TotalSeconds,
            result.Facts.ToDictionary(f => f.Key, f => world.Secrets.Mask(f.Value)), evidence, occurrence);
        if (session.Run.Rollback is not null)
            await session.AppendSalvagingAsync("driver", _ => [happened], () => world.Reserve(false), CancellationToken.None);
        else
            await session.AppendAsync(happened, CancellationToken.None);
    }
}

/// <summary>Facts of checks as they were measured on entering deploy, each for the baseline of its origin.</summary>
public sealed class FactBaselines(IReadOnlyList<(string? Origin, string Name, BaselineRecord Record)> taken)
{
    public Event.BaselineTaken With(Event.BaselineTaken baseline) =>
        baseline with { Metrics = baseline.Metrics.Concat(taken.Where(t => t.Origin == baseline.Origin).Select(t => KeyValuePair.Create(t.Name, t.Record))).ToDictionary(m => m.Key, m => m.Value) };
}
