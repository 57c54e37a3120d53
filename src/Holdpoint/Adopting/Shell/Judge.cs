using Holdpoint.Adopting.Programs;

namespace Holdpoint.Adopting.Shell;

/// <summary>Says what a command does. What is in no table is unknown, and unknown it stays.</summary>
internal static class Judge
{
    private const int MostWrappers = 6;

    private static readonly Dictionary<string, KnownProgram> Known = Build();

    public static Effect Of(ShellCommand command)
    {
        if (command.Words.Count == 0)
            return command.WritesTo.Count > 0 ? Effect.Changes : Effect.Prepares;
        var effect = Of(command.Words, 0);
        if (command.IsBackground)
            return effect is Effect.Unknown ? effect : Effect.Endless;
        if (command.WritesTo.Count > 0 && effect is Effect.Prepares or Effect.Proves or Effect.Shows)
            return Effect.Changes;
        return effect;
    }

    /// <summary>What runs behind sudo, ssh, docker exec and the like: the words of the inner command, or null where it is a script of its own.</summary>
    public static IReadOnlyList<string> Inner(IReadOnlyList<string> words)
    {
        for (var i = 0; i < MostWrappers && Wrappers.Unwrap(words) is Wrapped.Words inner; i++)
            words = inner.Inner;
        return words;
    }

    private static Effect Of(IReadOnlyList<string> words, int depth)
    {
        if (depth > MostWrappers)
            return Effect.Unknown;
        switch (Wrappers.Unwrap(words))
        {
            case Wrapped.Words inner:
                return Of(inner.Inner, depth + 1);
            case Wrapped.Script script:
                return OfScript(script.Text, depth + 1);
            case Wrapped.Nothing:
                return Effect.Interactive;
        }

        var program = words[0];
        var name = program[(program.LastIndexOf('/') + 1)..];
        if (words.Count == 2 && words[1] is "--version" or "-v" or "-V" or "version" or "--help" && name.Length > 1 && !name.Contains('$', StringComparison.Ordinal))
            return Effect.Proves;
        if (name != program && program.Contains('/', StringComparison.Ordinal) && !program.StartsWith("/bin/", StringComparison.Ordinal) && !program.StartsWith("/usr/", StringComparison.Ordinal)
            || name.EndsWith(".sh", StringComparison.Ordinal) || name.EndsWith(".py", StringComparison.Ordinal) || name.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
            return ScriptNames.Of(name, [.. words.Skip(1)]);
        if (Cmdlets.Of(words) is { } cmdlet)
            return cmdlet;
        if (!Known.TryGetValue(name, out var known))
            return SpokenWords.Of([.. words.Skip(1)]);
        var effect = known.Of([.. words.Skip(1)], name) ?? SpokenWords.Of([.. words.Skip(1)]);
        // A program that does not know the option does nothing at all.
        return effect is Effect.Changes or Effect.Destroys && words.Any(w => w is "--dry-run" or "--dryrun") ? Effect.Proves : effect;
    }

    /// <summary>The worst of what a text handed to a shell does.</summary>
    private static Effect OfScript(string text, int depth)
    {
        var script = ShellReader.Read(text.Split('\n'));
        if (script.Why is not null || script.IsEmpty)
            return Effect.Unknown;
        var worst = Effect.Prepares;
        foreach (var command in script.Commands)
            worst = Worse(worst, command.WritesTo.Count > 0 ? Effect.Changes : command.Words.Count == 0 ? Effect.Prepares : Of(command.Words, depth));
        return worst;
    }

    public static Effect Worse(Effect one, Effect other) => Rank(one) >= Rank(other) ? one : other;

    private static int Rank(Effect effect) => effect switch
    {
        Effect.Prepares => 0,
        Effect.Proves => 1,
        Effect.Shows => 2,
        Effect.Changes => 3,
        Effect.Destroys => 4,
        Effect.Endless => 5,
        Effect.Interactive => 6,
        _ => 7,
    };

    private static Dictionary<string, KnownProgram> Build()
    {
        var known = new Dictionary<string, KnownProgram>(StringComparer.Ordinal);
        IEnumerable<ProgramRow>[] families = [Machine.Rows, Containers.Rows, Kubernetes.Rows, Network.Rows, Databases.Rows, Sources.Rows, Packages.Rows, Clouds.Rows];
        foreach (var row in families.SelectMany(f => f))
            foreach (var name in row.Names.Split(' '))
                known.Add(name, new(row));
        return known;
    }

    /// <summary>A row, its words looked up fast.</summary>
    private sealed class KnownProgram
    {
        private readonly Dictionary<string, Effect> _effects = new(StringComparer.Ordinal);
        private readonly HashSet<string> _valuesOf;
        private readonly Func<Call, Effect?>? _first;
        private readonly int _most = 1;

        public KnownProgram(ProgramRow row)
        {
            _first = row.First;
            _valuesOf = [.. row.ValuesOf.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            foreach (var (texts, effect) in ((string, Effect)[])[(row.Proves, Effect.Proves), (row.Shows, Effect.Shows), (row.Changes, Effect.Changes), (row.Destroys, Effect.Destroys), (row.Endless, Effect.Endless), (row.Interactive, Effect.Interactive)])
                foreach (var text in texts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    if (!_effects.TryAdd(text, effect))
                        throw new InvalidOperationException($"`{row.Names}` has `{text}` twice");
                    _most = Math.Max(_most, text.Split(' ').Length);
                }
        }

        /// <summary>Null where the row does not speak of these words.</summary>
        public Effect? Of(IReadOnlyList<string> words, string program)
        {
            var plain = new List<string>();
            for (var i = 0; i < words.Count; i++)
            {
                if (_valuesOf.Contains(words[i]))
                    i++;
                else if (!words[i].StartsWith('-') && !words[i].StartsWith('+'))
                    plain.Add(words[i]);
            }

            if (_first?.Invoke(new(program, words) { Plain = plain }) is { } effect)
                return effect;
            for (var count = Math.Min(_most, plain.Count); count > 0; count--)
                if (_effects.TryGetValue(string.Join(' ', plain.Take(count)), out effect))
                    return effect;
            return _effects.TryGetValue("*", out effect) ? effect : null;
        }
    }
}
