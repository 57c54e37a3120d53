using System.Diagnostics;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>How a check ended, all its attempts together.</summary>
/// <param name="Facts">What the conditions looked at, by fact key, as shown.</param>
/// <param name="Numbers">The same facts where they are numbers, in base units: what a later baseline is.</param>
public sealed record CheckResult(Verdict Verdict, int Attempts, TimeSpan Elapsed, IReadOnlyDictionary<string, string> Facts, IReadOnlyDictionary<string, double> Numbers, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>Trying again would ask the same: a variable has no value.</summary>
    public bool IsFinal { get; init; }
}

/// <summary>What a check is run against.</summary>
public sealed record CheckSurroundings
{
    public required ProbeContext Context { get; init; }

    /// <summary>The value of a metric over the window of <c>over</c>; null: its newest sample.</summary>
    public required Func<Operand.Metric, TimeSpan?, CancellationToken, Task<Value>> Metric { get; init; }

    /// <summary>Told what a probe will do before it does it, where that is more than a look.</summary>
    public Action<string> Announce { get; init; } = _ => { };

    /// <summary>The value of an operand at the baseline.</summary>
    public Func<Operand, Value> Baseline { get; init; } = _ => new Value.Unknown("there is no baseline: it is taken on entering deploy");
}

/// <summary>Runs a check to its verdict: attempts, <c>within</c>, <c>for</c>, <c>retry</c>, limits. Never throws for what a probe does.</summary>
/// <param name="places">Shared with all that run beside it; null: its own.</param>
public sealed class CheckRunner(IReadOnlyDictionary<string, Probe> probes, TimeProvider time, CheckPlaces? places = null)
{
    private readonly CheckPlaces _places = places ?? new();

    /// <summary>One attempt's limit where the mark gives none: 10 s; scripts get 5 minutes.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(10);

    public static TimeSpan DefaultScriptTimeout { get; } = TimeSpan.FromMinutes(5);

    /// <summary>What a probe gets beyond its limit to end what it started: 3 s.</summary>
    public static TimeSpan Grace { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Between attempts of <c>within</c> and samples of <c>for</c>, where the mark gives no <c>every</c>.</summary>
    public static TimeSpan DefaultEvery { get; } = TimeSpan.FromSeconds(1);

    public async Task<CheckResult> RunAsync(Check check, CheckSurroundings around, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var timing = check.Timing;
        var every = timing.Every ?? DefaultEvery;
        var attempts = 0;
        CheckResult last;
        while (true)
        {
            attempts++;
            last = await AttemptAsync(check, around, cancel);
            if (!last.Verdict.Holds && timing.For is { } settle)
                last = await SettleAsync(check, around, settle, every, last, cancel);
            if (!last.Verdict.Holds || last.IsFinal)
                break;
            var again = timing.Within is { } within ? time.GetElapsedTime(began) + every <= within : attempts <= timing.Retry;
            if (!again)
                break;
            await Task.Delay(every, time, cancel);
        }

        var verdict = last.Verdict;
        if (attempts > 1)
            verdict = verdict switch
            {
                Verdict.Passed p => new Verdict.Passed($"{p.Shown} on attempt {attempts}, after {Units.Duration(time.GetElapsedTime(began))}"),
                Verdict.Failed f => new Verdict.Failed(f.Expected, $"{f.Actual} after {attempts} attempts in {Units.Duration(time.GetElapsedTime(began))}"),
                Verdict.Unknown u => new Verdict.Unknown($"{u.Because} ({attempts} attempts in {Units.Duration(time.GetElapsedTime(began))})"),
                _ => verdict,
            };
        return last with { Verdict = verdict, Attempts = attempts, Elapsed = time.GetElapsedTime(began) };
    }

    /// <summary>From now on, every sample must hold.</summary>
    private async Task<CheckResult> SettleAsync(Check check, CheckSurroundings around, TimeSpan settle, TimeSpan every, CheckResult first, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var (last, samples) = (first, 1);
        while (time.GetElapsedTime(began) < settle)
        {
            await Task.Delay(every, time, cancel);
            last = await AttemptAsync(check, around, cancel);
            samples++;
            if (last.Verdict.Holds)
                return last.Verdict is Verdict.Failed f
                    ? last with { Verdict = new Verdict.Failed($"{f.Expected} for {Units.Duration(settle)}", $"{f.Actual} after {Units.Duration(time.GetElapsedTime(began))}") }
                    : last;
        }

        return last.Verdict is Verdict.Passed p ? last with { Verdict = new Verdict.Passed($"{p.Shown}, held {Units.Duration(settle)} in {samples} samples") } : last;
    }

    /// <summary>Finds where it is asked, and waits for a place there; only then its limit begins.</summary>
    private async Task<CheckResult> AttemptAsync(Check check, CheckSurroundings around, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        CheckResult Unknown(string because) => new(new Verdict.Unknown(because), 1, time.GetElapsedTime(began), new Dictionary<string, string>(), new Dictionary<string, double>(), []);
        string? server = null;
        if (check.Call is { } call)
            try
            {
                if (Place.Of(call, around.Context, out var nowhere) is not { } context)
                    return Unknown(nowhere);
                around = around with { Context = context };
                server = ServerOf(call, context);
            }
            catch (UndefinedVariable e)
            {
                return Unknown(e.Message) with { IsFinal = true };
            }

        using var place = await _places.TakeAsync(server, around.Context.Host, cancel);
        return await LimitedAsync(check, around, cancel);
    }

    private static string? ServerOf(Call call, ProbeContext context)
    {
        var arguments = call.Signature.Arguments;
        for (var i = 0; i < arguments.Count && i < call.Arguments.Count; i++)
            if (arguments[i].Name is "SERVER" or "DATABASE")
                return $"{call.Signature.ServerKind ?? call.Signature.Name} {call.Arguments[i].Resolve(context.Variable)}";
        return null;
    }

    private async Task<CheckResult> LimitedAsync(Check check, CheckSurroundings around, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var limit = check.Timing.Timeout ?? check.Call?.Signature.DefaultTimeout ?? (check.Call is { Signature: { TakesBody: true } or { TakesRest: true } } ? DefaultScriptTimeout : DefaultTimeout);
        // A probe keeps to its own limit and says what it has seen by then; this one is for a probe that does not.
        var farewell = probes.GetValueOrDefault(check.Call?.Signature.Name ?? "")?.Farewell ?? Grace;
        using var patience = new CancellationTokenSource(limit + farewell, time);
        // A cancelled run goes at once, but for a probe that has processes and files to take away with it.
        using var hurry = cancel.Register(() => patience.CancelAfter(farewell));
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        CheckResult Unknown(string because) => new(new Verdict.Unknown(because), 1, time.GetElapsedTime(began), new Dictionary<string, string>(), new Dictionary<string, double>(), []);
        try
        {
            return check.Call is { } call
                ? await AskProbeAsync(check, call, around, limit, began, both.Token, patience.Token)
                : await AskMetricsAsync(check, around, began, both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Unknown($"no answer within {Units.Duration(limit)}");
        }
        catch (Exception e) when (e is UndefinedVariable or Unanswered)
        {
            return Unknown(e.Message) with { IsFinal = e is UndefinedVariable };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A probe that breaks is unknown; it never takes the run with it and never passes.
            return Unknown($"the probe broke: {e.GetType().Name}: {e.Message}");
        }
    }

    private async Task<CheckResult> AskProbeAsync(Check check, Call call, CheckSurroundings around, TimeSpan limit, long began, CancellationToken cancel, CancellationToken patience)
    {
        if (!probes.TryGetValue(call.Signature.Name, out var probe))
            return new(new Verdict.Unknown($"the probe {call.Signature.Name} is not on this machine"), 1, TimeSpan.Zero, new Dictionary<string, string>(), new Dictionary<string, double>(), []);
        var context = around.Context;
        var operands = Operands(check).ToList();
        var wanted = operands.OfType<Operand.Fact>().Select(f => f.Resolve(context.Variable)).DistinctBy(f => f.Key).ToList();
        // What takes the rest of the mark is a script: it gets variables from its environment, not by substitution.
        var arguments = call.Signature.TakesRest ? call.Arguments.Select(a => a.Source) : call.Arguments.Select(a => a.Resolve(context.Variable));
        var asked = new ProbeCall([.. arguments], Place.OwnOptions(call, context.Variable), wanted)
        {
            Body = call.Body,
            WantsDocument = operands.Any(o => o is Operand.Path or Operand.Aggregate),
            Condition = check.Condition,
            Context = context,
            Timeout = limit,
            Over = check.Timing.Over,
        };
        if (check.Announcement(word => word.Resolve(context.Variable)) is { } announcement)
            around.Announce($"{check.Text}: {announcement}");
        // One that does not heed its token is left behind: a check ends.
        var reading = await probe.MeasureAsync(asked, cancel).WaitAsync(patience);
        var elapsed = time.GetElapsedTime(began);
        if (reading is Reading.NoAnswer none)
            return new(new Verdict.Unknown(none.Because), 1, elapsed, new Dictionary<string, string>(), new Dictionary<string, double>(), reading.Evidence);
        var facts = reading switch { Reading.Measured m => m.Facts, Reading.Judged j => j.Facts, _ => throw new UnreachableException() };
        var surroundings = new EvaluationContext { Facts = facts, Baseline = around.Baseline, Variable = context.Variable };
        var verdict = check.Condition is null && reading is Reading.Judged ? Warned(check, surroundings) : Evaluator.Judge(check, surroundings);
        if (reading is Reading.Judged judged && judged.Verdict is not Verdict.Passed && !(verdict.Weight > judged.Verdict.Weight))
            verdict = judged.Verdict;
        else if (reading is Reading.Judged { Verdict: Verdict.Passed p } && check.Condition is null && verdict is not Verdict.Warned)
            verdict = p;
        // A target that refuses is an answer: it does not do what is asked of it.
        if (verdict is Verdict.Unknown refusedTo && reading is Reading.Measured && facts.Values.GetValueOrDefault("up") is Value.Boolean { Is: false })
            verdict = new Verdict.Failed(check.Condition?.Text ?? check.Text, refusedTo.Because);
        // "up is false" alone sends people to the evidence; the reason is what every other fact is unknown for.
        if (verdict is Verdict.Failed down && facts.Values.GetValueOrDefault("up") is Value.Boolean { Is: false } && facts.Values.Values.OfType<Value.Unknown>().FirstOrDefault() is { } reason
            && !down.Actual.Contains(reason.Because, StringComparison.Ordinal))
            verdict = down with { Actual = $"{down.Actual}: {reason.Because}" };
        var looked = wanted.Where(w => !w.Hidden).ToDictionary(w => w.Key, w => facts[w.Key]);
        return new(verdict, 1, elapsed,
            looked.ToDictionary(f => f.Key, f => f.Value.ToString()),
            looked.Where(f => f.Value is Value.Number).ToDictionary(f => f.Key, f => ((Value.Number)f.Value).Amount),
            reading.Evidence);
    }

    /// <summary>A probe that has judged by itself can still be warned about.</summary>
    private static Verdict Warned(Check check, EvaluationContext surroundings) => check.WarnUnless is { } warn && Evaluator.Judge(warn, surroundings) is { Truth: not Truth.True } judged
        ? new Verdict.Warned(judged.Truth == Truth.False ? $"{judged.Actual}, wanted {judged.Expected}" : $"{judged.Expected} is unknown: {judged.Because}")
        : new Verdict.Passed(check.Text);

    private async Task<CheckResult> AskMetricsAsync(Check check, CheckSurroundings around, long began, CancellationToken cancel)
    {
        var values = new Dictionary<Operand.Metric, Value>();
        foreach (var metric in Operands(check).OfType<Operand.Metric>().Distinct())
            values[metric] = await around.Metric(metric, check.Timing.Over, cancel);
        var surroundings = new EvaluationContext { Metric = m => values[m], Baseline = around.Baseline, Variable = around.Context.Variable };
        var verdict = Evaluator.Judge(check, surroundings);
        return new(verdict, 1, time.GetElapsedTime(began),
            values.ToDictionary(v => v.Key.Text, v => v.Value.ToString()),
            values.Where(v => v.Value is Value.Number).ToDictionary(v => v.Key.Text, v => ((Value.Number)v.Value).Amount),
            []);
    }

    private static IEnumerable<Operand> Operands(Check check) => (check.Condition?.Operands ?? []).Concat(check.WarnUnless?.Operands ?? []);
}
