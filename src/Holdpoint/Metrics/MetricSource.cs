using Holdpoint.Processes;

namespace Holdpoint.Metrics;

/// <summary>
/// Samples one metric. A source is one file: it asks its instrument and answers with a reading in the source's own unit;
/// units, absence, sparseness and time limits are dealt with here, once for all.
/// </summary>
public abstract class MetricSource(MetricDefinition definition, TimeProvider time)
{
    public MetricDefinition Definition => definition;

    protected TimeProvider Time => time;

    /// <summary>One look. Never throws but for being cancelled: what breaks is a missing sample with its reason.</summary>
    public async Task<Sample> SampleAsync(DateTimeOffset at, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(definition.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return Finish(at, await ReadAsync(both.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var because = $"{definition.Name}: no answer within {Expressions.Units.Duration(definition.Timeout)} from {Instrument}";
            return new Sample.Missing(at, because, SilenceIsFailure);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Sample.Missing(at, $"{definition.Name}: {Instrument} can't be read: {e.Message}");
        }
    }

    /// <summary>Samples of the past, marked as filled in; null where the store keeps none.</summary>
    public async Task<IReadOnlyList<Sample>?> HistoryAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel)
    {
        try
        {
            var history = await ReadHistoryAsync(from, to, step, cancel);
            return history is null ? null : Finish(history);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return [new Sample.Missing(to, $"{definition.Name}: the history of {Instrument} can't be read: {e.Message}") { FilledIn = true }];
        }
    }

    /// <summary>What is seen before this moment is not compared with what is seen after it: a deploy, a gap.</summary>
    public virtual void BeginAnew() { }

    /// <summary>What is asked, as a person names it: an address, a command.</summary>
    protected abstract string Instrument { get; }

    /// <summary>What the person may write where nothing is there and the metric does not say what that means.</summary>
    protected virtual string AbsenceRemedy => "if that means none happened, say so with absent: 0 while SERIES";

    /// <summary>Whether the instrument is the target itself, so that its silence is the target's failure.</summary>
    protected virtual bool SilenceIsFailure => false;

    protected abstract Task<MetricReading> ReadAsync(CancellationToken cancel);

    protected virtual Task<IReadOnlyList<(DateTimeOffset At, MetricReading Reading)>?> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<(DateTimeOffset, MetricReading)>?>(null);

    private List<Sample> Finish(IReadOnlyList<(DateTimeOffset At, MetricReading Reading)> history)
    {
        var samples = new List<Sample>(history.Count);
        MetricReading? before = null;
        foreach (var (at, reading) in history)
        {
            // Of a month in which nothing was there, the reason is written once.
            samples.Add(reading is not MetricReading.Number && reading == before ? samples[^1] with { At = at } : Finish(at, reading) with { FilledIn = true });
            before = reading;
        }

        return samples;
    }

    private Sample Finish(DateTimeOffset at, MetricReading reading)
    {
        switch (reading)
        {
            case MetricReading.Number { Events: { } events } when events < Math.Max(definition.MinCount, 1):
                return TooFew(at, events);
            case MetricReading.Number { Events: null } n when double.IsNaN(n.Value) && definition.MinCount > 0:
                return new Sample.Sparse(at, $"{definition.Name}: {Instrument} answered NaN, so there were no events to divide by");
            case MetricReading.Number n when double.IsNaN(n.Value) || double.IsInfinity(n.Value):
                return new Sample.Missing(at, $"{definition.Name}: {Instrument} answered {(double.IsNaN(n.Value) ? "NaN" : "infinity")}, which is no number");
            case MetricReading.Number n:
                return new Sample.Measured(at, n.Value * definition.Factor, n.Events);
            case MetricReading.Absent { Events: { } events } a when definition.Absence is not null && a.WhileExists && events < definition.MinCount:
                return TooFew(at, events);
            case MetricReading.Absent a when definition.Absence is { } absence && (a.WhileExists || absence.While is null):
                return new Sample.Measured(at, absence.Value, a.Events);
            case MetricReading.Absent when definition.Absence is { } absence:
                return new Sample.Missing(at, $"{definition.Name}: neither it nor {absence.While} is at {Instrument} any more: the target is gone", TargetFails: true);
            case MetricReading.Absent a:
                return new Sample.Missing(at, $"{definition.Name}: {a.What} is not at {Instrument}; {AbsenceRemedy}");
            case MetricReading.NoAnswer n:
                return new Sample.Missing(at, $"{definition.Name}: {n.Because}", n.TargetFails);
            case MetricReading.NotYet n:
                return new Sample.Missing(at, $"{definition.Name}: {n.Because}");
            default:
                throw new InvalidOperationException($"no such reading: {reading.GetType().Name}");
        }
    }

    private Sample.Sparse TooFew(DateTimeOffset at, double events) => new(at, definition.MinCount > 1
        ? $"{definition.Name}: {events:0.#} events, {definition.MinCount:0.#} are needed to judge"
        : $"{definition.Name}: no events in the window");
}

/// <summary>What an instrument says, in its own unit.</summary>
public abstract record MetricReading
{
    /// <param name="Events">How many events stand behind it; null where the instrument does not say.</param>
    public sealed record Number(double Value, double? Events = null) : MetricReading;

    /// <summary>The instrument answered and what is asked for isn't there.</summary>
    /// <param name="WhileExists">Whether the series of <see cref="Absence.While"/> is there.</param>
    /// <param name="Events">How many events there were all the same, of which none was of this kind; null where the instrument does not say.</param>
    public sealed record Absent(string What, bool WhileExists, double? Events = null) : MetricReading;

    /// <param name="TargetFails">See <see cref="Sample.Missing.TargetFails"/>.</param>
    public sealed record NoAnswer(string Because, bool TargetFails = false) : MetricReading;

    /// <summary>The first look of what needs two.</summary>
    public sealed record NotYet(string Because) : MetricReading;

    private MetricReading() { }
}

/// <summary>What sources may use of the world around them.</summary>
public sealed record MetricContext
{
    public required HttpClient Http { get; init; }

    public required ICommandRunner Commands { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Where commands run.</summary>
    public required string Directory { get; init; }

    /// <summary>Variables for scripts: the checklist's in capitals, the built-in ones as <c>HOLDPOINT_…</c>.</summary>
    public IReadOnlyDictionary<string, string?> ScriptVariables { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where metrics of one page meet.</summary>
    public ScrapePages Pages { get; } = new();

    /// <summary>The value of <c>${name}</c> now; null where it has none.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>A named server's settings (<c>servers: prometheus: main:</c>), secrets resolved; null where there is none.</summary>
    public Func<string, string, IReadOnlyDictionary<string, string>?> Server { get; init; } = (_, _) => null;

    /// <summary>What requests to named servers go over in place of connections of their own, which know each server's certificates; null: those.</summary>
    public HttpMessageInvoker? ServersOver { get; init; }
}

/// <summary>Makes the source that a definition names.</summary>
public static class MetricSources
{
    /// <exception cref="Expressions.UndefinedVariable">A variable in it has no value.</exception>
    /// <exception cref="FormatException">An address or a server that can't be used; the message names the mend.</exception>
    public static MetricSource Create(MetricDefinition definition, MetricContext context) => definition.Source switch
    {
        MetricSourceDefinition.Scrape source => new ScrapeSource(definition, source, context),
        MetricSourceDefinition.Http source => new HttpSource(definition, source, context),
        MetricSourceDefinition.Command source => new CommandSource(definition, source, context),
        MetricSourceDefinition.Prometheus source => new PrometheusSource(definition, source, context),
        MetricSourceDefinition.Sql source => new SqlSource(definition, source, context),
        _ => throw new InvalidOperationException($"no such source: {definition.Source.GetType().Name}"),
    };

    /// <exception cref="FormatException">It is no http or https address.</exception>
    internal static Uri Address(string metric, string text, MetricContext context)
    {
        var resolved = Expressions.Word.Resolve(text, context.Variable);
        return Uri.TryCreate(resolved, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new FormatException($"{metric}: {resolved} is no address; write http://HOST:PORT/PATH");
    }
}
