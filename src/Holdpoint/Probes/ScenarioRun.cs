using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Sends a scenario's requests. The first step that does not pass stops the others, but for those that clean up.</summary>
internal sealed class ScenarioRun(Scenario scenario, ProbeCall call)
{
    /// <summary>Each step of the cleaning up has this long, also when the attempt's time is over or the run was cancelled.</summary>
    private static readonly TimeSpan CleaningUp = TimeSpan.FromSeconds(5);

    private static readonly Condition Standard = StandardCondition();

    private readonly Dictionary<string, string> _captured = new(StringComparer.Ordinal);
    private readonly HashSet<string> _captures = scenario.Steps.SelectMany(s => s.Captures).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
    private readonly List<Evidence> _evidence = [];
    private readonly List<string> _statuses = [];

    public async Task<Reading> RunAsync(CancellationToken cancel)
    {
        using var limit = new AttemptLimit(call, cancel);
        Verdict verdict = new Verdict.Passed("");
        foreach (var step in scenario.Steps)
        {
            if (verdict is not Verdict.Passed && !step.Always)
                continue;
            var own = await StepAsync(step, limit);
            if (own.Weight > verdict.Weight)
                verdict = own;
        }

        if (limit.IsCancelled)
            cancel.ThrowIfCancellationRequested();
        if (verdict is Verdict.Passed && _statuses.Count == 0)
            verdict = new Verdict.Unknown("no request of the scenario was sent");
        else if (verdict is Verdict.Passed)
            verdict = new Verdict.Passed($"{_statuses.Count} {(_statuses.Count == 1 ? "step" : "steps")} answered {string.Join(", ", _statuses)}, as expected");
        return new Reading.Judged(Facts.Of(("time", Value.Duration(limit.Elapsed))), verdict) { Evidence = _evidence };
    }

    private async Task<Verdict> StepAsync(ScenarioStep step, AttemptLimit limit)
    {
        var log = new StringBuilder();
        try
        {
            var question = Resolve(step, out var problem);
            if (question is null)
                return new Verdict.Unknown($"{step}: {problem}");
            log.Append(CultureInfo.InvariantCulture, $"{question.Method} {question.Address}\n");
            foreach (var (name, value) in question.Headers)
                log.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
            log.Append(CultureInfo.InvariantCulture, $"\n{question.Body}{(question.Body is null ? "" : "\n\n")}");

            var headers = step.Checks.SelectMany(c => c.Condition.Operands).OfType<Operand.Fact>().Where(f => f.Name == "header").Select(f => f.Resolve(Variable).Parameter!).ToList();
            using var own = step.Always ? new AttemptLimit(CleaningUp, call.Context.Time, CancellationToken.None) : null;
            switch (await HttpExchange.SendAsync(question, call.Context.Time, (own ?? limit).Token))
            {
                case HttpOutcome.Answered(var answer):
                    log.Append(answer.Transcript).Append('\n');
                    _statuses.Add(answer.Status.ToString(CultureInfo.InvariantCulture));
                    var facts = HttpProbe.FactsOf(answer, headers);
                    // Kept even where a check fails: what was made has to be cleaned up.
                    var captured = Capture(step, answer, facts, log);
                    return Judge(step, facts, log) is var judged and not Verdict.Passed ? judged : captured;
                case HttpOutcome.Refused(var because):
                    log.Append(because).Append('\n');
                    return Judge(step, HttpProbe.RefusedFacts(because, headers), log);
                case HttpOutcome.Failed(var because):
                    log.Append(because).Append('\n');
                    return new Verdict.Unknown($"{step}: {because}");
                case HttpOutcome.Cut(var where):
                    var told = $"{where} within {Units.Duration(step.Always ? CleaningUp : call.Timeout)}{(step.Always || step.Number == 1 ? "" : " for all steps")}";
                    log.Append(told).Append('\n');
                    return new Verdict.Unknown($"{step}: {told}");
                case var other:
                    throw new InvalidOperationException($"no such outcome: {other.GetType().Name}");
            }
        }
        catch (UndefinedVariable e) when (step.Always && _captures.Contains(e.Name))
        {
            // What it would clean up was never made.
            log.Append(CultureInfo.InvariantCulture, $"left out: no step captured {e.Name}\n");
            return new Verdict.Skipped($"{step}: no step captured {e.Name}");
        }
        catch (UndefinedVariable e)
        {
            return new Verdict.Unknown($"{step}: {e.Message}");
        }
        finally
        {
            _evidence.Add(Evidence.OfText($"step-{step.Number}.txt", log.ToString()));
        }
    }

    private HttpQuestion? Resolve(ScenarioStep step, out string problem)
    {
        if (!HttpProbe.TryAddress(Word.Resolve(step.Address, Variable), out var address, out problem))
            return null;
        var isJson = step.Headers.FirstOrDefault(h => h.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value is { } type
            ? type.Contains("json", StringComparison.OrdinalIgnoreCase)
            : step.Body?.TrimStart() is ['{' or '[', ..];
        // A value with a quotation mark stays one value of the JSON that it is put into.
        var body = step.Body is null ? null : Word.Resolve(step.Body, isJson ? name => Variable(name) is { } v ? JsonEncodedText.Encode(v, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString() : null : Variable);
        return new(step.Method, address!, [.. step.Headers.Select(h => (h.Name, Word.Resolve(h.Value, Variable)))], body, Insecure: call.Option("insecure") == "true");
    }

    private Verdict Judge(ScenarioStep step, Facts facts, StringBuilder log)
    {
        var context = new EvaluationContext { Facts = facts, Variable = Variable };
        var conditions = step.Checks.Select(c => c.Condition).ToList();
        if (!conditions.SelectMany(c => c.Operands).Any(o => o is Operand.Fact { Name: "status" }))
            conditions.Insert(0, Standard);
        Verdict verdict = new Verdict.Passed("");
        foreach (var condition in conditions)
        {
            var judgement = Evaluator.Judge(condition, context);
            log.Append(CultureInfo.InvariantCulture, $"? {judgement.Shown}: {(judgement.Truth == Truth.True ? "holds" : judgement.Truth == Truth.False ? "does not hold" : $"unknown, {judgement.Because}")}\n");
            Verdict own = judgement.Truth switch
            {
                Truth.True => verdict,
                Truth.False => new Verdict.Failed(judgement.Expected, $"{step}: {judgement.Actual}"),
                _ => new Verdict.Unknown($"{step}: {judgement.Because}"),
            };
            if (own.Weight > verdict.Weight)
                verdict = own;
        }

        return verdict;
    }

    private Verdict Capture(ScenarioStep step, HttpAnswer answer, Facts facts, StringBuilder log)
    {
        Verdict verdict = new Verdict.Passed("");
        foreach (var capture in step.Captures)
        {
            var value = capture.Path is { } path ? facts.Select(path) : answer.Header(capture.Header!) is { } header ? Value.Of(header) : new Value.Absent();
            if (TextOf(value) is { } text)
            {
                _captured[capture.Name] = text;
                log.Append(CultureInfo.InvariantCulture, $"{capture.Name} = {text}\n");
                continue;
            }

            verdict = value switch
            {
                Value.Absent or Value.Null => new Verdict.Failed($"{capture.Source} exists", $"{step}: {capture.Source} is {value}"),
                Value.Unknown unknown => new Verdict.Unknown($"{step}: {capture.Name} = {capture.Source}: {unknown.Because}"),
                _ => new Verdict.Unknown($"{step}: {capture.Name} = {capture.Source} is {value}, which is not one text or whole number"),
            };
            log.Append(CultureInfo.InvariantCulture, $"{capture.Name} = {capture.Source}: {value}\n");
        }

        return verdict;
    }

    /// <summary>A value as it is put into the next request; null where it would not arrive as it came: a number that was rounded, several values.</summary>
    private static string? TextOf(Value value) => value switch
    {
        Value.Text v => v.Content,
        Value.Version v => v.Parsed.Text,
        Value.Boolean v => v.Is ? "true" : "false",
        Value.Number { Amount: var n } when Math.Abs(n) < 1L << 53 => n.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    private string? Variable(string name) => _captured.GetValueOrDefault(name) ?? (_captures.Contains(name) ? null : call.Context.Variable(name));

    private static Condition StandardCondition()
    {
        var source = new SourceText("", "status in 200..299");
        var words = new Vocabulary { Probes = new Dictionary<string, Signature>(), Actions = new Dictionary<string, Signature>() };
        return MarkParser.ParseCondition(source.Text, 0, source, new HttpProbe().Signature, words, [])!;
    }
}
