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

    public bool IsReference { get; } = part.WithParents.Any(p => Words.SectionWords.IsReference(p.Heading));

    /// <summary>One of several headings beside each other that say the same for different platforms: only one of them is meant.</summary>
    public bool IsAlternative { get; } = part.WithParents.Any(p => Words.SectionWords.IsOption(p.Heading)
        || Words.SectionWords.IsPlatform(p.Heading) && outline.Parts.Count(o => o.Level == p.Level && ReferenceEquals(o.Parent, p.Parent) && Words.SectionWords.IsPlatform(o.Heading)) > 1
        || ActingWords.IsOneWayBack(p.Heading) && outline.Parts.Count(o => o.Level == p.Level && ReferenceEquals(o.Parent, p.Parent) && ActingWords.IsOneWayBack(o.Heading)) > 1);

    public bool IsCritical { get; } = part.WithParents.Any(p => p.Paragraphs.Any(t => Words.SectionWords.SaysCritical(t.Text)) || Words.SectionWords.MustPass(p.Heading));

    /// <summary>Whether what an item under this heading says may be done: its section deploys, backs up, migrates, restores, rolls back, tells or cleans up.</summary>
    public bool MayAct(string text) =>
        !IsReference && !IsAlternative && stage is not (Stage.Watch or Stage.Review)
        && (Words.StageWords.ChangesSomething(text) && stage is not Stage.Verify || Acts());

    /// <summary>The nearest heading that says what it is for decides; where none does, the stage, and then the file's title.</summary>
    private bool Acts()
    {
        var beside = false;
        foreach (var heading in part.WithParents)
        {
            if (ReferenceEquals(heading, Title))
                break;
            if (ActingWords.IsPlanFor(heading.Heading))
                return stage == Stage.Rollback;
            if (ActingWords.Of(heading.Heading) is { } acts)
                return acts;
            beside |= ActingWords.IsBeside(heading.Heading);
        }

        return stage switch
        {
            Stage.Deploy or Stage.Rollback => !beside,
            Stage.Prepare or Stage.Close => !beside && Title is { } title && ActingWords.IsTitle(title.Heading),
            _ => false,
        };
    }

    private Part? Title { get; } = outline.Parts.Count(p => p.Level == 1) == 1 ? outline.Parts.First(p => p.Level == 1) : null;

    /// <summary>Who is asked where a machine shows and a person judges.</summary>
    public string Role { get; } = part.WithParents.Select(p => Owners.Of(p)).FirstOrDefault(o => o is not null) ?? "operator";
}
