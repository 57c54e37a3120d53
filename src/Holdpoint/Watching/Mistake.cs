namespace Holdpoint.Watching;

/// <summary>What is wrong with a field's value, and what mends it.</summary>
public sealed record Mistake(string What, string Fix);
