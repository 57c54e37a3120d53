namespace Holdpoint.Expressions;

/// <summary>What a probe or an action declares of itself: enough to read a mark, to check its dimensions, and to print its page of documentation.</summary>
public sealed record Signature(string Name, string Summary)
{
    /// <summary>Positional arguments; a mark gives exactly these, in this order.</summary>
    public IReadOnlyList<Argument> Arguments { get; init; } = [];

    /// <summary>Arguments given as <c>name=value</c>, each at most once.</summary>
    public IReadOnlyList<Argument> Options { get; init; } = [];

    public IReadOnlyList<FactDeclaration> Facts { get; init; } = [];

    /// <summary>What people call it who don't know its name: products, programs. Only for a mistake's remedy.</summary>
    public IReadOnlyList<string> AlsoCalled { get; init; } = [];

    /// <summary>Whether <c>$</c> paths into the answer are allowed.</summary>
    public bool HasDocument { get; init; }

    /// <summary>Also holds unless the mark's condition names one of its facts. Null: the probe judges by itself (<c>scenario</c>) or a condition is needed.</summary>
    public string? DefaultCondition { get; init; }

    /// <summary>Takes a fence of its item.</summary>
    public bool TakesBody { get; init; }

    /// <summary>Takes the rest of the mark as it stands (<c>sh</c>).</summary>
    public bool TakesRest { get; init; }

    /// <summary>One whole mark, without its sign.</summary>
    public required string Example { get; init; }

    /// <summary>What has to be there: a program on PATH, a permission; empty where nothing is.</summary>
    public string Needs { get; init; } = "";

    /// <summary>The kind of server that an argument SERVER or DATABASE names (<c>servers: postgres: main:</c>). Null: the probe's own name.</summary>
    public string? ServerKind { get; init; }

    /// <summary>Takes <c>host=</c>: everything it looks at goes through <c>Commands</c> of its context, which then run there.</summary>
    public bool OnHosts { get; init; }

    /// <summary>One attempt's limit where the mark gives none. Null: 10 s, of what takes a fence or a line of shell 5 minutes.</summary>
    public TimeSpan? DefaultTimeout { get; init; }

    /// <summary>What a person is told before it is asked, where asking is more than a look: <c>sends up to 6 POST requests to …</c>. Null: nothing.</summary>
    public Func<Check, Func<Word, string>, string>? Announcement { get; init; }

    /// <summary>What spoke in place of the real system in the project's tests; empty where they ask the real one.</summary>
    public string StandIn { get; init; } = "";

    /// <summary>Told apart in messages: "probe" or "action".</summary>
    public string Kind { get; init; } = "probe";

    /// <summary>A program on PATH brought it, not this product.</summary>
    public bool IsExternal { get; init; }

    public FactDeclaration? Fact(ReadOnlySpan<char> name)
    {
        // By index: an enumerator of a list behind an interface is an object for each look.
        for (var i = 0; i < Facts.Count; i++)
            if (name.SequenceEqual(Facts[i].Name))
                return Facts[i];
        return null;
    }

    /// <summary>An option of its own, or one that the engine reads for it (<see cref="EngineOptions"/>).</summary>
    public Argument? Option(ReadOnlySpan<char> name) => OwnOption(name) ?? Find(EngineOptions, name);

    public Argument? OwnOption(ReadOnlySpan<char> name) => Find(Options, name);

    /// <summary>What says where it looks or acts; a probe never sees them.</summary>
    public IReadOnlyList<Argument> EngineOptions => (Kind, IsExternal, OnHosts) switch
    {
        (_, true, _) => [],
        ("probe", _, true) => OfProbesOnHosts,
        ("probe", _, false) => OfProbes,
        (_, _, true) => OfActionsOnHosts,
        _ => [],
    };

    private static Argument Host { get; } = new("host", "the machine that it is about: a name under hosts: in holdpoint.yaml, or one that ssh knows; the section's Host by default");

    private static Argument Environment { get; } = new("environment", "the environment whose variables, hosts and servers it is asked with; the section's by default");

    private static readonly Argument[] OfProbesOnHosts = [Host, Environment];

    private static readonly Argument[] OfProbes = [Environment];

    private static readonly Argument[] OfActionsOnHosts = [Host];

    private static Argument? Find(IReadOnlyList<Argument> options, ReadOnlySpan<char> name)
    {
        for (var i = 0; i < options.Count; i++)
            if (name.SequenceEqual(options[i].Name))
                return options[i];
        return null;
    }
}

/// <param name="Name">Upper case for positional arguments (<c>HOST:PORT</c>), lower case for options.</param>
/// <param name="Dimension">Duration and Count are checked when the file is read; Text takes anything.</param>
public sealed record Argument(string Name, string Summary, Dimension Dimension = Dimension.Text)
{
    /// <summary>Where not empty: the only words that are taken.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    public bool Required { get; init; }

    /// <summary>What is wrong with a value; null: nothing. Asked when the file is read, of values without variables, so that a slip of the pen is found before a run.</summary>
    public Func<string, string?>? Wrong { get; init; }
}

/// <param name="TakesText">Written <c>name"text"</c>, once for each text: <c>matching"panic"</c>, <c>header"Server"</c>.</param>
public sealed record FactDeclaration(string Name, Dimension Dimension, string Summary, bool TakesText = false)
{
    /// <summary>Its value is judged and never shown: what an environment variable holds may be a secret.</summary>
    public bool Hidden { get; init; }

    /// <summary>What is wrong with the text of <c>name"text"</c>; null: nothing. Asked when the file is read, of texts without variables.</summary>
    public Func<string, string?>? Wrong { get; init; }
}
