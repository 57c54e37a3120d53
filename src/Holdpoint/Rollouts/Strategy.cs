namespace Holdpoint.Rollouts;

/// <summary>In which order units come to a version, and their traffic to them: a pure function of what is configured, wanted and was before. A strategy is one file, and a line in the table here.</summary>
public abstract class Strategy
{
    private static readonly Lazy<IReadOnlyDictionary<string, Strategy>> Found = new(() => ((Strategy[])[new BlueGreen(), new Canary(), new Recreate(), new Rolling()]).ToDictionary(s => s.Name, StringComparer.Ordinal));

    public static IReadOnlyDictionary<string, Strategy> All => Found.Value;

    /// <summary>As it is written: <c>blue-green</c>.</summary>
    public abstract string Name { get; }

    public abstract string Summary { get; }

    /// <summary>It needs units of two colours, and traffic that is switched between them.</summary>
    public virtual bool NeedsColours => false;

    /// <param name="before">What served before; null: nothing did.</param>
    public abstract IReadOnlyList<RolloutStep> Deploy(Moves moves, Release release, ServingState? before);

    /// <param name="release">That of <paramref name="before"/>.</param>
    public abstract IReadOnlyList<RolloutStep> Return(Moves moves, Release release, ServingState before);
}
