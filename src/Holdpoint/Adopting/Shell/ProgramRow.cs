namespace Holdpoint.Adopting.Shell;

/// <summary>What is known of one program.</summary>
/// <param name="Names">The program, and others that take the same words; parted by blanks.</param>
internal sealed record ProgramRow(string Names)
{
    /// <summary>Options that take the next word as their value.</summary>
    public string ValuesOf { get; init; } = "";

    /// <summary>Subcommands, parted by commas: one word or several, as <c>compose ps</c>. <c>*</c>: whatever comes.</summary>
    public string Proves { get; init; } = "";

    public string Shows { get; init; } = "";

    public string Changes { get; init; } = "";

    public string Destroys { get; init; } = "";

    public string Endless { get; init; } = "";

    public string Interactive { get; init; } = "";

    /// <summary>Asked first; null where it has nothing to say.</summary>
    public Func<Call, Effect?>? First { get; init; }
}

/// <summary>A program's name, without its folder, and its words.</summary>
internal sealed record Call(string Program, IReadOnlyList<string> Words)
{
    /// <summary>The words that are neither options nor their values.</summary>
    public IReadOnlyList<string> Plain { get; init; } = [.. Words.Where(w => !w.StartsWith('-'))];

    public bool Has(params ReadOnlySpan<string> options)
    {
        foreach (var option in options)
            if (Words.Any(w => w == option || w.StartsWith(option + "=", StringComparison.Ordinal)))
                return true;
        return false;
    }

    /// <summary>A letter among short options written together: <c>-xzf</c>.</summary>
    public bool HasLetter(char letter) => Words.Any(w => w.Length > 1 && w[0] == '-' && w[1] != '-' && w.Contains(letter, StringComparison.Ordinal));

    /// <summary>The word behind an option, or in it behind <c>=</c>.</summary>
    public string? ValueOf(string option)
    {
        for (var i = 0; i < Words.Count; i++)
        {
            if (Words[i] == option)
                return i + 1 < Words.Count ? Words[i + 1] : null;
            if (Words[i].StartsWith(option + "=", StringComparison.Ordinal))
                return Words[i][(option.Length + 1)..];
        }

        return null;
    }
}
