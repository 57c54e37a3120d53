using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Runs;

/// <summary>What a run acts on, in memory: versions on targets, answers of probes, numbers of metrics; and a log of what was done to it.</summary>
internal sealed class FakeWorld(TimeProvider time) : ICommandRunner
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time;

    public Dictionary<string, string> Versions { get; } = new() { ["web"] = "1.0", ["api"] = "1.0" };

    public List<string> Done { get; } = [];

    public List<string> Told { get; } = [];

    /// <summary>What `http` says of its address; up with 200 where nothing is said.</summary>
    public Func<string, Reading>? Http { get; set; }

    /// <summary>A metric's number by the line of its command; null: the command fails.</summary>
    public Func<string, double?> Metric { get; set; } = _ => 0;

    /// <summary>A metric's number by its name and the environment that it is sampled on; where nothing is said, by the line alone.</summary>
    public Func<string, string, double?>? MetricOn { get; set; }

    /// <summary>How an action ends, by what <see cref="Done"/> says of it; null: well.</summary>
    public Func<string, Verdict?> Ending { get; set; } = _ => null;

    /// <summary>How long an action takes.</summary>
    public TimeSpan Takes { get; set; }

    /// <summary>Why a channel took nothing; null: it did.</summary>
    public Func<string, string?> Deaf { get; set; } = _ => null;

    /// <summary>How long a channel takes.</summary>
    public Func<Task> Hearing { get; set; } = () => Task.CompletedTask;

    public IReadOnlyDictionary<string, ActionVerb> Actions => new Dictionary<string, ActionVerb>
    {
        ["deploy"] = new Verb(this, "deploy", call => (call.Arguments[0], call.World.Version)),
        ["rollback"] = new Verb(this, "rollback", call => (call.Arguments[0], call.World.Before(call.Arguments[0]))),
        ["sh"] = new Verb(this, "sh", _ => null),
        ["tell"] = ActionCatalogue.Actions["tell"],
    };

    public IReadOnlyDictionary<string, Probe> Probes => new Dictionary<string, Probe>
    {
        ["http"] = new FakeProbe("http", call => Http?.Invoke(call.Arguments[0]) ?? Status(200)),
        ["disk"] = new FakeProbe("disk", _ => Reading.Of(("free", Value.Bytes(50e9)))),
    };

    public static Reading Status(int status) => Reading.Of(("up", Value.Of(true)), ("status", Value.Count(status)));

    public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel)
    {
        var line = command.Arguments.First(a => a.Contains(' ', StringComparison.Ordinal));
        var words = line.Split(' ');
        string? output = words[0] switch
        {
            "now" => Versions[words[1]],
            "metric" => (MetricOn is { } on ? on(words[1], command.Environment.GetValueOrDefault("HOLDPOINT_ENVIRONMENT") ?? "") : Metric(words[1]))?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException($"nobody runs {line} here"),
        };
        return Task.FromResult<CommandResult>(new CommandResult.Exited(output is null ? 1 : 0, new(output ?? "", output?.Length ?? 0, 1), CapturedOutput.Nothing, TimeSpan.Zero));
    }

    private sealed class Verb(FakeWorld world, string name, Func<ActionCall, (string Target, string? Version)?> change) : ActionVerb
    {
        public override Signature Signature => ActionCatalogue.Signatures[name];

        public override bool Repeatable => name == "rollback";

        public override Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
        {
            var what = $"{name} {(change(call) is { } c ? $"{c.Target} {c.Version}" : call.Arguments[0])}";
            return Task.FromResult<Deed>(new Deed.Direct(async token =>
            {
                if (world.Takes > TimeSpan.Zero)
                    await Task.Delay(world.Takes, world._time, token);
                lock (world._lock)
                    world.Done.Add(what);
                var end = world.Ending(what);
                if (end is null && change(call) is (var target, { } version))
                    world.Versions[target] = version;
                return end ?? new Verdict.Passed(what);
            }));
        }
    }
}

/// <summary>A probe with the signature of a real one and answers that a test makes up.</summary>
internal sealed class FakeProbe(string name, Func<ProbeCall, CancellationToken, Task<Reading>> answer) : Probe
{
    public FakeProbe(string name, Func<ProbeCall, Reading> answer)
        : this(name, (call, _) => Task.FromResult(answer(call)))
    {
    }

    public override Signature Signature => ProbeCatalogue.Probes[name].Signature;

    public override Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel) => answer(call, cancel);
}
