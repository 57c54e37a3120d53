namespace Holdpoint.Configuration;

/// <summary>Where a checklist runs: <c>staging</c>, <c>production</c>.</summary>
public sealed record EnvironmentDefinition(string Name)
{
    /// <summary>The one environment of a project that declares none.</summary>
    public const string Local = "local";

    /// <summary>Values of variables in this environment.</summary>
    public IReadOnlyDictionary<string, PlacedText> Variables { get; init; } = new Dictionary<string, PlacedText>();

    /// <summary>No deploy without a passed gate. Off by default.</summary>
    public bool Protected { get; init; }

    /// <summary>A check that is tried every second from <c>deploy</c> on, and is a rule of its own.</summary>
    public PlacedText? Availability { get; init; }

    /// <summary>The share of time in which it has to be available, between 0 and 1; null: <see cref="Watching.Availability.DefaultObjective"/>, where there is a check.</summary>
    public double? Objective { get; init; }

    public IReadOnlyList<FreezeWindow> Freeze { get; init; } = [];

    /// <summary>The freeze that holds at a moment, and when the last of the windows that follow each other without a gap is over; null where nothing is frozen.</summary>
    public Freeze? FrozenAt(DateTimeOffset now)
    {
        var window = Freeze.FirstOrDefault(w => w.Covers(now));
        if (window is null)
            return null;
        var until = window.Until(now)!.Value;
        // Windows that overlap forever end the search after a hundred of them: two years of weeks.
        for (var i = 0; i < 100 && Freeze.Select(w => w.Until(until)).OfType<DateTimeOffset>().DefaultIfEmpty(until).Max() is var later && later > until; i++)
            until = later;
        return new(window, until);
    }
}

/// <summary>A freeze that holds now.</summary>
public sealed record Freeze(FreezeWindow Window, DateTimeOffset Until);
