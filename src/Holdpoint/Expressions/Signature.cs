namespace Holdpoint.Expressions;

/// <summary>What a probe or an action declares of itself: enough to read a mark, to check its dimensions, and to print its page of documentation.</summary>
public sealed record Signature(string Name, string Summary)
{
    /// <summary>Positional arguments; a mark gives exactly these, in this order.</summary>
    public IReadOnlyList<Argument> Arguments { get; init; } = [];

    /// <summary>Arguments given as <c>name=value</c>, each at most once.</summary>
    public IReadOnlyList<Argument> Options { get; init; } = [];

    public IReadOnlyList<FactDeclaration> Facts { get; init; } = [];

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

    public Argument? Option(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Options.Count; i++)
            if (name.SequenceEqual(Options[i].Name))
                return Options[i];
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
}

/// <param name="TakesText">Written <c>name"text"</c>, once for each text: <c>matching"panic"</c>, <c>header"Server"</c>.</param>
public sealed record FactDeclaration(string Name, Dimension Dimension, string Summary, bool TakesText = false)
{
    /// <summary>Its value is judged and never shown: what an environment variable holds may be a secret.</summary>
    public bool Hidden { get; init; }
}
