using Holdpoint.Expressions;

namespace Holdpoint.Records;

/// <summary>How a step, an item or a section stands when it is shown. The later, the worse; skipped is neutral.</summary>
public enum VerdictKind
{
    Skipped,
    Passed,

    /// <summary>A waiver lies over a verdict that holds.</summary>
    Waived,
    Warned,

    /// <summary>It was never tried, or its turn has not come.</summary>
    NotRun,
    Running,

    /// <summary>A person has to say.</summary>
    Pending,
    Unknown,
    Failed,
}

/// <summary>What a colour stands for. It never stands alone: a word and a sign say the same.</summary>
public enum Tone
{
    Neutral,
    Good,
    Caution,
    Unknown,
    Bad,
}

/// <summary>The words, signs and tones of verdicts, the same in every report.</summary>
public static class VerdictWords
{
    extension(VerdictKind kind)
    {
        public string Word => kind == VerdictKind.NotRun ? "not run" : kind.ToString().ToLowerInvariant();

        public string Glyph => kind switch
        {
            VerdictKind.Passed => "✓",
            VerdictKind.Warned => "!",
            VerdictKind.Waived => "~",
            VerdictKind.Failed => "✗",
            VerdictKind.Unknown => "?",
            VerdictKind.Pending => "…",
            VerdictKind.Running => "▸",
            VerdictKind.Skipped => "–",
            _ => "·",
        };

        public Tone Tone => kind switch
        {
            VerdictKind.Passed => Tone.Good,
            VerdictKind.Warned or VerdictKind.Waived => Tone.Caution,
            VerdictKind.Failed => Tone.Bad,
            VerdictKind.Unknown => Tone.Unknown,
            _ => Tone.Neutral,
        };

        /// <summary>Whether a box is ticked for it.</summary>
        public bool IsTicked => kind is VerdictKind.Passed or VerdictKind.Warned or VerdictKind.Waived;

        /// <summary>Failed or unknown: somebody has to look.</summary>
        public bool IsBad => kind is VerdictKind.Failed or VerdictKind.Unknown;
    }

    public static VerdictKind KindOf(Verdict verdict) => verdict switch
    {
        Verdict.Passed => VerdictKind.Passed,
        Verdict.Warned => VerdictKind.Warned,
        Verdict.Failed => VerdictKind.Failed,
        Verdict.Unknown => VerdictKind.Unknown,
        Verdict.Skipped => VerdictKind.Skipped,
        Verdict.Pending => VerdictKind.Pending,
        _ => throw new InvalidOperationException($"no such verdict: {verdict.GetType().Name}"),
    };
}
