using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>
/// Measures one thing. A probe is one file: a class <c>SomeNameProbe</c> with a parameterless constructor (and its line in
/// <see cref="ProbeCatalogue"/>) that says in <see cref="Signature"/> what it takes and what it measures, and answers with facts.
/// It never judges: conditions do.
/// </summary>
public abstract class Probe
{
    public abstract Signature Signature { get; }

    /// <summary>What it may take, once it is late or cancelled, to put away what it made in the world: processes, files, a scratch database. 3 s.</summary>
    public virtual TimeSpan Farewell => CheckRunner.Grace;

    /// <summary>
    /// One attempt. A target that refuses is an answer (<c>up</c> is false); an instrument that can't measure is <see cref="Reading.NoAnswer"/>.
    /// What it throws, besides being cancelled, becomes unknown.
    /// </summary>
    public abstract Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel);
}

/// <summary>What an attempt brought.</summary>
public abstract record Reading
{
    public sealed record Measured(Facts Facts) : Reading;

    /// <summary>A probe that judges by itself (<c>scenario</c>) says so; a condition, if any, must hold as well.</summary>
    public sealed record Judged(Facts Facts, Verdict Verdict) : Reading;

    /// <param name="Because">One line for a person at a bad hour: what didn't answer, how, and the remedy where there is one.</param>
    public sealed record NoAnswer(string Because) : Reading;

    private Reading() { }

    /// <summary>Kept with the verdict: output, a page. Masked and bounded by whoever stores it.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    public static Reading Of(params (string Name, Value Value)[] facts) => new Measured(Facts.Of(facts));
}

/// <param name="Name">A file name with its ending: <c>output.txt</c>, <c>answer.json</c>.</param>
public sealed record Evidence(string Name, ReadOnlyMemory<byte> Content)
{
    public static Evidence OfText(string name, string text) => new(name, System.Text.Encoding.UTF8.GetBytes(text));
}

/// <summary>One attempt's question, its words resolved.</summary>
/// <param name="Arguments">As many as the signature has positional arguments.</param>
/// <param name="Options">Only those that were given.</param>
/// <param name="Wanted">The facts that the conditions name, so that a probe can leave out what is dear, and knows the texts of <c>matching"…"</c>.</param>
public sealed record ProbeCall(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Options, IReadOnlyList<Operand.Fact> Wanted)
{
    public Fence? Body { get; init; }

    /// <summary>What the facts will be held against; null where the mark has no condition. A probe never judges by it: it measures no more than that needs.</summary>
    public Condition? Condition { get; init; }

    public required ProbeContext Context { get; init; }

    /// <summary>This attempt's limit; the probe's token is cancelled when it is over.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How far <c>over</c> looks back; null where the mark does not say.</summary>
    public TimeSpan? Over { get; init; }

    public string? Option(string name) => Options.GetValueOrDefault(name);

    /// <summary>A condition looks into the answer, with <c>$</c>.</summary>
    public bool WantsDocument { get; init; }

    public bool Wants(string fact) => Wanted.Any(f => f.Name == fact);

    /// <summary>The texts asked for by <c>fact"text"</c>.</summary>
    public IEnumerable<string> TextsOf(string fact) => Wanted.Where(f => f.Name == fact && f.Parameter is not null).Select(f => f.Parameter!).Distinct();
}

/// <summary>What probes may use of the world around them.</summary>
public sealed record ProbeContext
{
    public required ICommandRunner Commands { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Where relative paths start and commands run: the section's <c>Dir</c>, else the checklist's folder.</summary>
    public required string Directory { get; init; }

    /// <summary>Variables for scripts: the checklist's in capitals, the built-in ones as <c>HOLDPOINT_…</c>.</summary>
    public IReadOnlyDictionary<string, string?> ScriptVariables { get; init; } = new Dictionary<string, string?>();

    /// <summary>The value of <c>${name}</c> now; null where it has none.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>A named server of the configuration (<c>servers: postgres: main:</c>).</summary>
    public ServerLookup Server { get; init; } = (string kind, string name, out string because) =>
    {
        because = $"there is no {kind} server `{name}`";
        return null;
    };

    /// <summary>A target of the configuration; null where there is none.</summary>
    public Func<string, IObservedTarget?> Target { get; init; } = _ => null;

    /// <summary>The machine that <see cref="Commands"/> run on, as the configuration or ssh names it; null: this one. A probe with <see cref="Signature.OnHosts"/> must then read nothing from its own disk.</summary>
    public string? Host { get; init; }

    /// <summary>Where <see cref="Host"/> is; null: it is this machine.</summary>
    public HostAddress? Address { get; init; }

    /// <summary>The ways to other hosts and environments; null: there are none (tests of one probe).</summary>
    public Place? Place { get; init; }
}

/// <summary>A server's settings, secrets resolved; null where there is none or a secret is missing, with one line that says which.</summary>
public delegate IReadOnlyDictionary<string, string>? ServerLookup(string kind, string name, out string because);
