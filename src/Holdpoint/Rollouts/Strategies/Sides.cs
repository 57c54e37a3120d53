namespace Holdpoint.Rollouts;

/// <summary>The two colours in their parts: the one that comes, and the one that has the traffic.</summary>
internal sealed record Sides(Colours Colours, string Fresh)
{
    public string Stable => Colours.Other(Fresh);

    public IReadOnlyList<string> FreshUnits => Colours.Of(Fresh);

    public IReadOnlyList<string> StableUnits => Colours.Of(Stable);

    /// <summary>Where nothing served before, blue begins.</summary>
    public static Sides Of(Moves moves, ServingState? before) => new(moves.Settings.Colours ?? throw new InvalidOperationException("the configuration was checked for colours"),
        before?.Colour is { } serving ? Colours.Other(serving) : "blue");

    /// <summary>The idle colour runs the release, is well, and has been tried; no request has reached it.</summary>
    public IEnumerable<RolloutStep> MakeReady(Moves moves, Release release, ServingState? before) =>
    [
        .. moves.Prepare(FreshUnits, release),
        .. before is null ? [] : (RolloutStep[])[moves.Send(1, Stable, Colours), .. moves.Withdraw(FreshUnits, null, "", forward: false)],
        .. moves.Replace(FreshUnits, release, ""),
        .. moves.SmokeOf(Fresh),
    ];

    /// <summary>The colour that served before gets all of the traffic; it still runs, unless somebody stopped it.</summary>
    public List<RolloutStep> GoBack(Moves moves, Release release) =>
        [.. moves.Replace(StableUnits, release, ""), moves.Send(1, Stable, Colours), .. moves.Withdraw(FreshUnits, null, "", forward: false)];
}
