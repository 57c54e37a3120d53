using Holdpoint.Checklists;

namespace Holdpoint.Plans;

/// <summary>One of the files that a plan is made of.</summary>
/// <param name="Chain">The paths from the root to this file, this one last.</param>
internal sealed record PlannedFile(Checklist Checklist, IReadOnlyList<string> Chain, List<Problem> Problems)
{
    public string Path => Checklist.Source.Path;

    public SourceText Source => Checklist.Source;

    /// <summary>Whether anything in it is Holdpoint's. In other people's plain lists nothing that this tool would like otherwise is an error.</summary>
    public bool IsMarked { get; } = Checklist.AllItems.Any(i => i.Marks.Count > 0);

    /// <summary>The document's title: the first heading, where it is of the first level. It stands above everything and is part of no id, so that a new title changes none.</summary>
    public Section? Title { get; } = Checklist.Sections.FirstOrDefault(s => s.Level > 0) is { Level: 1 } first ? first : null;

    /// <summary>The lines on which fences begin that a planned item's mark took.</summary>
    public HashSet<int> TakenFences { get; } = [];

    /// <summary>Where relative paths of it start; absolute.</summary>
    public string Folder { get; } = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Checklist.Source.Path)) ?? "/";

    public void Error(Position at, string what, string fix) => Problems.Add(new(Path, at, what, fix, IsMarked ? Severity.Error : Severity.Warning));

    public void Warning(Position at, string what, string fix) => Problems.Add(new(Path, at, what, fix, Severity.Warning));
}
