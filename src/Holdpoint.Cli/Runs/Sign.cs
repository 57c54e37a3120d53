using Holdpoint.Expressions;

namespace Holdpoint.Cli.Runs;

/// <summary>How something stands, as one character. The colour only repeats it.</summary>
internal sealed record Sign(string Glyph, Ink Ink)
{
    public static Sign Passed { get; } = new("✓", Ink.Good);

    public static Sign Warned { get; } = new("!", Ink.Warning);

    public static Sign Waived { get; } = new("~", Ink.Warning);

    public static Sign Failed { get; } = new("✗", Ink.Bad);

    public static Sign Unknown { get; } = new("?", Ink.Unsure);

    public static Sign Pending { get; } = new("…", Ink.Warning);

    public static Sign Skipped { get; } = new("–", Ink.Faint);

    public static Sign Running { get; } = new("▸", Ink.Strong);

    public static Sign Holds { get; } = new("⏸", Ink.Warning);

    public static Sign NotYet { get; } = new("·", Ink.Faint);

    public static Sign Of(Verdict? verdict) => verdict switch
    {
        null => NotYet,
        Verdict.Passed => Passed,
        Verdict.Warned => Warned,
        Verdict.Failed => Failed,
        Verdict.Unknown => Unknown,
        Verdict.Pending => Pending,
        Verdict.Skipped => Skipped,
        _ => throw new InvalidOperationException($"no such verdict: {verdict.GetType().Name}"),
    };

    public static Sign OfRule(string state) => state switch
    {
        "quiet" => Passed,
        "breaching" => Warned,
        "fired" => Failed,
        "blind" => Unknown,
        "sparse" => Pending,
        _ => NotYet,
    };
}
