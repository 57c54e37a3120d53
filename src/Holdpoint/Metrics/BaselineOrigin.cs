namespace Holdpoint.Metrics;

/// <summary>Where a baseline comes from: the field <c>Baseline</c> of a section.</summary>
public abstract record BaselineOrigin
{
    /// <summary>The field's words for what it is without the field.</summary>
    public const string BeforeWord = "before";

    /// <summary>The environment itself, from the run's start to the door of <c>deploy</c>.</summary>
    public sealed record Before : BaselineOrigin;

    /// <summary>Another environment that a section of the same checklist speaks of, up to the door of <c>deploy</c>.</summary>
    public sealed record OfEnvironment(string Name) : BaselineOrigin;

    /// <summary>An earlier run of this environment that passed: how its version did at the end.</summary>
    /// <param name="Id">Its id or the beginning of it; null: the newest that passed.</param>
    public sealed record OfRun(string? Id) : BaselineOrigin;

    /// <summary>What <c>holdpoint baseline take</c> has stored under a name.</summary>
    public sealed record Taken(string Name) : BaselineOrigin;

    /// <summary>The same hour a week before the deployment, from the history of the metric's store.</summary>
    public sealed record LastWeek : BaselineOrigin;

    private BaselineOrigin() { }

    /// <summary>A baseline must be of the same weekday and hour to be of the same load.</summary>
    public static TimeSpan Week { get; } = TimeSpan.FromDays(7);

    /// <summary>Half of the hour lies before the moment a week ago, half after it.</summary>
    public static TimeSpan HalfHour { get; } = TimeSpan.FromMinutes(30);

    /// <summary>All forms, for messages.</summary>
    public const string Forms = "before, the name of an environment, run last, run ID, taken NAME, last week";

    /// <returns>Null where the text is none of the forms.</returns>
    public static BaselineOrigin? Parse(string text, IReadOnlyCollection<string> environments)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [var word] when Is(word, BeforeWord) => new Before(),
            [var name] when environments.Contains(name) => new OfEnvironment(name),
            [var last, var week] when Is(last, "last") && Is(week, "week") => new LastWeek(),
            [var run, var last] when Is(run, "run") && Is(last, "last") => new OfRun((string?)null),
            [var run, var id] when Is(run, "run") => new OfRun(id),
            [var taken, var name] when Is(taken, "taken") && IsName(name) => new Taken(name),
            _ => null,
        };

        static bool Is(string word, string wanted) => word.Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, not at the beginning: it becomes the name of a file.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 100 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>As the field says it, and as the journal keeps it.</summary>
    public sealed override string ToString() => this switch
    {
        Before => BeforeWord,
        OfEnvironment e => e.Name,
        OfRun r => $"run {r.Id ?? "last"}",
        Taken t => $"taken {t.Name}",
        LastWeek => "last week",
        _ => throw new InvalidOperationException($"no such origin: {GetType().Name}"),
    };
}
