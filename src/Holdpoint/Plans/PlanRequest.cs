using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>Everything that a plan is made of. Nothing else is looked at, so that a run planned again from its journal gives the same plan.</summary>
public sealed record PlanRequest(Checklist Checklist, Project Project)
{
    /// <summary>Judges review dates, and nothing else.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Null: none was chosen.</summary>
    public string? Environment { get; init; }

    /// <summary><c>--var name=value</c> and answers.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Probes that programs on PATH bring, by verb. Built-in ones win.</summary>
    public IReadOnlyDictionary<string, Signature> ExternalProbes { get; init; } = new Dictionary<string, Signature>();

    /// <summary>Reads a checklist that another one links to. Paths are as the root's own: relative where that is, folders parted by <c>/</c>.</summary>
    public Func<string, LinkedFile> ReadFile { get; init; } = _ => new LinkedFile.Missing();

    /// <summary>Whether warnings of style and prudence are looked for. Off where a run that has begun is read again.</summary>
    public bool Lint { get; init; } = true;
}

/// <summary>What a link to a checklist leads to.</summary>
public abstract record LinkedFile
{
    public sealed record Found(SourceText Source) : LinkedFile;

    public sealed record Missing : LinkedFile;

    public sealed record Unreadable(string Because) : LinkedFile;

    private LinkedFile() { }
}
