namespace Holdpoint.Statistics;

/// <summary>What a test is asked to find against its hypothesis of no difference.</summary>
public enum Alternative
{
    TwoSided,

    /// <summary>The first is greater than the second, or than what is expected.</summary>
    Greater,

    Less,
}
