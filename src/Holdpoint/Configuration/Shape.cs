namespace Holdpoint.Configuration;

/// <summary>
/// What a value of <c>holdpoint.yaml</c> may be. One tree of these (<see cref="ProjectShape"/>) drives the reader's errors
/// and the published JSON Schema alike, so that the two can't differ.
/// </summary>
/// <param name="Summary">One sentence for editors.</param>
internal abstract record Shape(string Summary)
{
    /// <summary>Fixed keys.</summary>
    public sealed record Mapping(string Summary, IReadOnlyList<Key> Keys) : Shape(Summary)
    {
        /// <summary>Of these keys exactly one is given.</summary>
        public IReadOnlyList<string> ExactlyOne { get; init; } = [];
    }

    /// <summary>Names of the user's own, each with a value of the same shape.</summary>
    /// <param name="Called">What a name stands for, as in "a role".</param>
    public sealed record Names(string Summary, string Called, NameRule Rule, Shape Each) : Shape(Summary);

    public sealed record List(string Summary, Shape Each) : Shape(Summary);

    /// <summary>A value alone, or a list of such values.</summary>
    public sealed record OneOrMany(string Summary, Shape Each) : Shape(Summary);

    /// <summary>Text in one case, a list or a mapping in another: told apart by how it is written.</summary>
    public sealed record Forms(string Summary, IReadOnlyList<Shape> Alternatives) : Shape(Summary);

    public sealed record Scalar(string Summary, ScalarKind Kind) : Shape(Summary)
    {
        public IReadOnlyList<string> Examples { get; init; } = [];
    }
}

/// <summary>A key of a mapping.</summary>
internal sealed record Key(string Name, Shape Shape)
{
    public bool Required { get; init; }

    /// <summary>The value where the key is left out, for editors.</summary>
    public string? Default { get; init; }

    /// <summary>Set for a key that this version knows of and does not do: what to use in its place. It is left out of the JSON Schema.</summary>
    public string? Later { get; init; }

    /// <summary>A key of a later version.</summary>
    public static Key OfLaterVersion(string name, string instead) => new(name, new Shape.Scalar("", ScalarKind.Text)) { Later = instead };
}

/// <summary>What names may look like.</summary>
/// <param name="Pattern">A regular expression that .NET and JSON Schema read alike.</param>
internal sealed record NameRule(string Pattern, string Says, Func<string, bool> Fits)
{
    /// <summary>Also a word of the language: no hyphens.</summary>
    public static NameRule Identifier { get; } = new("^[A-Za-z_][A-Za-z0-9_]*$", "letters, digits and _, not beginning with a digit", name => name.Length is > 0 and <= 100
        && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));

    /// <summary>Named elsewhere by its own rules: a service, a unit.</summary>
    public static NameRule Any { get; } = new("^.+$", "any text", name => name.Length is > 0 and <= 200);

    public static NameRule Label { get; } = new("^[A-Za-z0-9][A-Za-z0-9._-]*$", "letters, digits, '.', '_' and '-', beginning with a letter or a digit", name => name.Length is > 0 and <= 100
        && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));
}
