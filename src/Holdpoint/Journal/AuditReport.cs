namespace Holdpoint.Journal;

/// <summary>What an audit can find wrong.</summary>
public enum AuditFault
{
    /// <summary>A byte of a line or of evidence is not the one that was written.</summary>
    Changed,

    /// <summary>A line or a file that must be there is not.</summary>
    Missing,

    /// <summary>A line stands at another place than it was written at.</summary>
    Moved,

    /// <summary>A line is there more than once.</summary>
    Repeated,

    /// <summary>The newest lines are gone.</summary>
    CutTail,

    /// <summary>An intact line does not follow the intact line before it.</summary>
    BrokenChain,

    /// <summary>The file <c>head</c> is missing, unreadable, or names what isn't there.</summary>
    BadHead,

    /// <summary>Bytes behind what <c>head</c> names: the rest of an append that was broken off, or added by hand. Not part of the record.</summary>
    PastHead,

    /// <summary>Evidence that no entry names: the rest of a step that was broken off, or added by hand.</summary>
    Extra,
}

/// <summary>One thing that is wrong, and where.</summary>
/// <param name="File">Relative to the run's folder.</param>
/// <param name="Line">From 1; null for what isn't a line.</param>
/// <param name="Sequence">Of the entry concerned, as far as it can be told.</param>
/// <param name="Byte">From 0, in the file: the byte itself where it can be told, else the first of the line.</param>
public sealed record AuditFinding(AuditFault Fault, string File, long? Line, long? Sequence, long? Byte, string What)
{
    public override string ToString()
    {
        var place = (Line, Byte) switch
        {
            ({ } line, { } at) => $"{File}:{line} (byte {at})",
            ({ } line, null) => $"{File}:{line}",
            (null, { } at) => $"{File} (byte {at})",
            _ => File,
        };
        return Sequence is { } sequence ? $"{place}, sequence {sequence}: {What}" : $"{place}: {What}";
    }
}

/// <summary>The result of an audit.</summary>
/// <param name="Findings">Empty for an intact record.</param>
/// <param name="Entries">Lines that were looked at.</param>
/// <param name="Evidence">Files of evidence that entries name.</param>
/// <param name="Hash">Of the newest entry: the one value that, kept elsewhere, anchors the whole record.</param>
public sealed record AuditReport(IReadOnlyList<AuditFinding> Findings, long Entries, int Evidence, string Hash)
{
    /// <summary>What an audit without a signature is worth.</summary>
    public const string Caveat =
        "This proves that nothing was changed by accident. It does not prove that nobody forged the record: whoever can write the files can also compute "
        + "every hash anew. Only a signature, or the newest hash kept elsewhere, tells that.";

    public bool IsIntact => Findings.Count == 0;
}
