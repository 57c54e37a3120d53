namespace Holdpoint.Adopting;

/// <summary>What becomes of a block.</summary>
internal abstract record Outcome
{
    /// <summary>Probes in its place; the block stays as what explains them.</summary>
    /// <param name="NeedsPerson">A person has to look as well, because the check does not judge all that the text expects.</param>
    public sealed record Native(IReadOnlyList<string> Checks, bool NeedsPerson) : Outcome
    {
        /// <summary>How the block itself would be run, where an earlier mark of the item has to take it.</summary>
        public required Runs AsRun { get; init; }
    }

    /// <summary><c>? run</c> with a condition; empty: exit 0.</summary>
    public sealed record Runs(string Condition, bool NeedsPerson) : Outcome
    {
        /// <summary>Who is asked what the block says: a shell, or a database by its name.</summary>
        public string Probe { get; init; } = "run";

        /// <summary>Options behind the probe, each with a blank before it.</summary>
        public string Options { get; init; } = "";

        public string Mark => Condition.Length == 0 || Condition.StartsWith(',') ? $"? {Probe}{Options}{Condition}" : $"? {Probe}{Options} {Condition}";
    }

    /// <summary><c>! run</c></summary>
    /// <param name="Options">Each with a blank before it.</param>
    public sealed record Acts(string Options = "") : Outcome;

    /// <summary>
    /// <c>? sh COMMAND</c> or <c>! sh COMMAND</c>, one or several: short enough for marks, with variables in the place of what was left to be filled in,
    /// and without what only a person can do.
    /// </summary>
    public sealed record Written(IReadOnlyList<string> Marks, bool IsAction, bool NeedsPerson) : Outcome;

    public sealed record Left(string Because) : Outcome;

    /// <summary>No commands in it: words, a file's content, an example of output.</summary>
    public sealed record Document : Outcome;

    private Outcome() { }
}
