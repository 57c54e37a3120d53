namespace Holdpoint.Expressions;

/// <summary>Kleene's three values, in their order: <c>and</c> is the least, <c>or</c> the greatest.</summary>
public enum Truth
{
    False,
    Unknown,
    True,
}

/// <summary>What a condition comes to.</summary>
/// <param name="Shown">The condition with the measured values in place: <c>free (12.4 GB) &gt; 20GB</c>.</param>
/// <param name="Because">Why it is unknown; empty where it is not.</param>
/// <param name="Expected">The part that decides, as written: <c>free &gt; 20GB</c>.</param>
/// <param name="Actual">What was measured for that part: <c>free is 12.4 GB</c>.</param>
public sealed record Judgement(Truth Truth, string Shown, string Because, string Expected, string Actual);
