using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>A heading as its items and blocks see it.</summary>
internal sealed class PartSurroundings(Outline outline, Part part, Stage stage, IReadOnlyDictionary<int, Decision> decisions)
{
    public IReadOnlyDictionary<int, Decision> Decisions => decisions;

    public Outline Outline => outline;

    public Part Part => part;

    public Stage Stage => stage;

    public string LineEnd => outline.LineEnd;

    /// <summary>The highest heading that this one stands under, the file's title left out.</summary>
    public Part Chapter => ChapterOf(part);

    public Part ChapterOf(Part of) => of.WithParents.TakeWhile(p => !ReferenceEquals(p, Title)).LastOrDefault() ?? of;

    public bool IsReference { get; } = part.WithParents.Any(p => Words.SectionWords.IsReference(p.Heading));

    /// <summary>One of several headings beside each other that say the same for different platforms: only one of them is meant.</summary>
    public bool IsAlternative { get; } = part.WithParents.Any(p => Words.SectionWords.IsOption(p.Heading)
        || Words.SectionWords.IsPlatform(p.Heading) && outline.Parts.Count(o => o.Level == p.Level && ReferenceEquals(o.Parent, p.Parent) && Words.SectionWords.IsPlatform(o.Heading)) > 1
        || ActingWords.IsOneWayBack(p.Heading) && outline.Parts.Count(o => o.Level == p.Level && ReferenceEquals(o.Parent, p.Parent) && ActingWords.IsOneWayBack(o.Heading)) > 1);

    public bool IsCritical { get; } = part.WithParents.Any(p => p.Paragraphs.Any(t => Words.SectionWords.SaysCritical(t.Text)) || Words.SectionWords.MustPass(p.Heading));

    /// <summary>Whether what an item under this heading says may be done: its section deploys, backs up, migrates, restores, rolls back, tells or cleans up.</summary>
    public bool MayAct(string text)
    {
        if (IsReference || IsAlternative || stage is Stage.Watch or Stage.Review)
            return false;
        var headings = part.WithParents.TakeWhile(p => !ReferenceEquals(p, Title)).Select(p => p.Heading).ToList();
        // What goes back is done where the run goes back, and nowhere else.
        if (headings.FirstOrDefault(h => ActingWords.Asks(h) || ActingWords.GoesBack(h)) is { } back && !ActingWords.Asks(back))
            return stage == Stage.Rollback;
        if (headings.Any(ActingWords.IsForAnotherDay))
            return false;
        return Words.StageWords.ChangesSomething(text) && stage is not Stage.Verify || Acts(headings);
    }

    /// <summary>The nearest heading that says what it is for decides; where none does, the stage, and then the file's title.</summary>
    private bool Acts(List<string> headings)
    {
        foreach (var heading in headings)
            if (ActingWords.Of(heading) is { } acts)
                return acts;
        return !headings.Any(ActingWords.IsBeside) && stage switch
        {
            Stage.Deploy or Stage.Rollback => true,
            Stage.Prepare or Stage.Close => Title is { } title && ActingWords.IsTitle(title.Heading),
            _ => false,
        };
    }

    private Part? Title { get; } = outline.Parts.Count(p => p.Level == 1) == 1 ? outline.Parts.First(p => p.Level == 1) : null;

    /// <summary>Who is asked where a machine shows and a person judges.</summary>
    public string Role { get; } = part.WithParents.Select(p => Owners.Of(p)).FirstOrDefault(o => o is not null) ?? "operator";
}
