using Holdpoint.Expressions;
using Holdpoint.Metrics;
using MathNet.Numerics.Distributions;

namespace Holdpoint.Bench;

/// <summary>What is wrong with the version that is deployed.</summary>
internal enum Fault
{
    None,

    /// <summary>Every request takes twice as long.</summary>
    Slow,

    /// <summary>Two more in a hundred requests fail.</summary>
    Failing,
}

/// <summary>
/// A shop and its users, sampled every 15 s. Its noise is what real ones have: traffic by the hour of the day, down to a few requests in a night's minute; failures that come in
/// bursts of heavy-tailed size; latencies that wander, depend on load, jitter more where there are few requests, and now and then leap for a sample or three; memory that
/// grows anew after each restart; looks at it that fail now and then; alerts of others that come and go.
/// </summary>
internal sealed class SimulatedShop
{
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    private const double StepsInADay = 86_400 / 15d;

    private readonly int _seed;
    private readonly Random _random;
    private readonly Fault _fault;
    private readonly DateTimeOffset _deploy;
    private readonly double _busiest;
    private readonly double _failing;
    private readonly double _usualLatency;
    private readonly double _usualTail;
    private readonly double _usualMemory;
    private readonly Queue<(int Requests, int Failures)> _minute = new();
    private double _wander;
    private double _burst;
    private double _leap;
    private int _burstSteps;
    private int _leapSteps;
    private double _orders;
    private double _sinceRestart = StepsInADay;

    public SimulatedShop(int seed, Fault fault, DateTimeOffset deploy)
    {
        (_seed, _random, _fault, _deploy) = (seed, new Random(seed), fault, deploy);
        _busiest = LogNormal.Sample(_random, Math.Log(40), 0.8);
        _failing = LogNormal.Sample(_random, Math.Log(0.0002), 0.5);
        _usualLatency = LogNormal.Sample(_random, Math.Log(0.2), 0.5);
        _usualTail = 2 + (2 * _random.NextDouble());
        _usualMemory = LogNormal.Sample(_random, Math.Log(1e9), 0.4);
        _orders = _random.Next(1_000, 1_000_000);
    }

    /// <summary>Moves on to a moment, and says what its page of metrics would: by name, in base units.</summary>
    public IReadOnlyDictionary<string, Sample> Look(DateTimeOffset at)
    {
        var isNew = at >= _deploy;
        if (at >= _deploy && at - Step < _deploy)
            _sinceRestart = 0;
        _sinceRestart++;
        var load = Load(at);
        var requests = Events(Math.Max(0.05, _busiest * load) * Step.TotalSeconds);
        var share = Math.Min(1, _failing + Burst() + (_fault == Fault.Failing && isNew ? 0.02 : 0));
        _minute.Enqueue((requests, Math.Min(requests, Events(requests * share))));
        if (_minute.Count > 4)
            _minute.Dequeue();
        var (seen, failed) = (_minute.Sum(m => m.Requests), _minute.Sum(m => m.Failures));

        _wander = (0.98 * _wander) + Normal.Sample(_random, 0, 0.012);
        var jitter = 0.03 + (0.8 / Math.Sqrt(Math.Max(1, seen)));
        var latency = _usualLatency * (1 + (0.35 * load)) * Math.Exp(_wander + Normal.Sample(_random, 0, jitter)) * Leap() * (_fault == Fault.Slow && isNew ? 2 : 1);
        // The pages of a minute overlap, so that its quantiles are not as nervous as its requests.
        var slowest = latency * _usualTail * (1 + (0.2 * Pareto.Sample(_random, 1, 3)));
        var memory = _usualMemory * (0.7 + (0.3 * (1 - Math.Exp(-_sinceRestart / 240))) + (0.05 * load)) * (1 + Normal.Sample(_random, 0, 0.01));
        var done = Events(Math.Max(0.02, _busiest * load / 20) * 60) / 60d;
        _orders += Events(_busiest * load / 50 * Step.TotalSeconds);

        return new Dictionary<string, Sample>
        {
            ["error_rate"] = Counted(at, seen == 0 ? 0 : (double)failed / seen, seen),
            ["latency_p95"] = Counted(at, latency, seen),
            ["latency_p99"] = Counted(at, slowest, seen),
            ["memory"] = Seldom(at, memory),
            ["jobs_waiting"] = Seldom(at, done > 0 ? Events(3 * load) : 0),
            ["jobs_done"] = Seldom(at, done),
            ["orders"] = Seldom(at, _orders),
        };
    }

    /// <summary>What a probe would find: now and then a single look fails, or the instrument does.</summary>
    public Verdict Ask(Check check, DateTimeOffset at)
    {
        if (_random.NextDouble() < 0.0003)
            return new Verdict.Unknown("no answer within 10s");
        var slip = _random.NextDouble() < 0.0003;
        var call = check.Call!;
        var facts = call.Signature.Name switch
        {
            "http" => Facts.Of(("up", Value.Of(!slip)), ("status", slip ? new Value.Absent() : Value.Count(200))) with { Document = """{"status": "healthy"}""" },
            "postgres" => Facts.Of(("up", Value.Of(!slip)), ("pool_used", new Value.Number(Math.Min(1, 0.3 + (0.3 * Load(at)) + Exponential.Sample(_random, 20)), Dimension.Ratio))),
            "alertmanager" => Facts.Of(("firing", Value.Count(Alerts(call.Options.Values.First().Source, at)))),
            var other => throw new InvalidOperationException($"no rule of the example asks {other}"),
        };
        return Evaluator.Judge(check, new EvaluationContext { Facts = facts });
    }

    private int Events(double expected) => expected > 0 ? Poisson.Sample(_random, expected) : 0;

    /// <summary>0.03 in the deepest night, 1 in the afternoon.</summary>
    private static double Load(DateTimeOffset at) => Math.Max(0.03, Math.Pow((1 - Math.Cos(2 * Math.PI * (at.TimeOfDay.TotalHours - 3) / 24)) / 2, 1.5));

    private static Sample Counted(DateTimeOffset at, double value, int events) =>
        events < 20 ? new Sample.Sparse(at, "too few requests") : new Sample.Measured(at, value, events);

    private Sample Seldom(DateTimeOffset at, double value) => _random.NextDouble() < 0.0005 ? new Sample.Missing(at, "no answer within 10s") : new Sample.Measured(at, value);

    /// <summary>A dependency stumbles about six times a day, for half a minute, mostly a little and seldom much.</summary>
    private double Burst()
    {
        if (_burstSteps == 0 && _random.NextDouble() < 6 / StepsInADay)
            (_burstSteps, _burst) = (1 + Events(2), Math.Min(0.5, 0.005 * Pareto.Sample(_random, 1, 1.2)));
        return _burstSteps > 0 && _burstSteps-- > 0 ? _burst : 0;
    }

    /// <summary>A lock, a cold cache, a collection of garbage: twenty times a day, for one to three samples.</summary>
    private double Leap()
    {
        if (_leapSteps == 0 && _random.NextDouble() < 20 / StepsInADay)
            (_leapSteps, _leap) = (1 + _random.Next(3), Math.Min(30, 1.3 * Pareto.Sample(_random, 1, 1.5)));
        return _leapSteps > 0 && _leapSteps-- > 0 ? _leap : 1;
    }

    /// <summary>Alerts of others: by severity one every so many hours, for some minutes. The same for every look at one moment of one shop.</summary>
    private int Alerts(string severity, DateTimeOffset at)
    {
        var (everyHours, minutes) = severity switch
        {
            var s when s.Contains("warning", StringComparison.Ordinal) => (6, 6),
            var s when s.Contains("error", StringComparison.Ordinal) => (24, 4),
            var s when s.Contains("critical", StringComparison.Ordinal) => (200, 2),
            _ => (0, 0),
        };
        if (everyHours == 0)
            return 0;
        // One may begin in each hour; which do is drawn by the hour, whatever was asked before.
        var hour = at.Ticks / TimeSpan.TicksPerHour;
        var drawn = new Random(unchecked((int)((hour * 31) + (everyHours * 7919) + (_seed * 104_729L))));
        return drawn.NextDouble() < 1d / everyHours && at.TimeOfDay.TotalHours % 1 * 60 is var minute && drawn.NextDouble() * (60 - minutes) is var begins && minute >= begins && minute < begins + minutes ? 1 : 0;
    }
}
