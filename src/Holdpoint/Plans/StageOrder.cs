using Holdpoint.Checklists;

namespace Holdpoint.Plans;

/// <summary>A file runs from top to bottom, so its stages only go forward. <c>rollback</c> and <c>review</c> stand beside and may be anywhere.</summary>
internal sealed class StageOrder
{
    private (Stage Stage, string Heading, Position At, string File)? _furthest;

    public void Follow(Stage stage, Section section, PlannedFile file)
    {
        if (stage > Stage.Close)
            return;
        if (_furthest is { } before && stage < before.Stage)
        {
            var own = section.Field(FieldNames.Stage);
            var where = before.File == file.Path ? $"line {before.At.Line}" : $"{before.File}:{before.At.Line}";
            file.Error(own?.At ?? section.At,
                own is null
                    ? $"\"{Name(section.Heading)}\" has no stage of its own, so it is of {Word(stage)}, and it stands behind \"{Name(before.Heading)}\" ({where}) of {Word(before.Stage)}"
                    : $"the stage goes back from {Word(before.Stage)} (\"{Name(before.Heading)}\", {where}) to {Word(stage)}",
                own is null ? $"write **Stage:** {Word(before.Stage)} under its heading, or move it up" : $"move the section before {where}, or give it the stage {Word(before.Stage)}");
            return;
        }

        _furthest = (stage, section.Heading, section.At, file.Path);
    }

    public static string Word(Stage stage) => stage switch
    {
        Stage.Prepare => "prepare",
        Stage.Deploy => "deploy",
        Stage.Verify => "verify",
        Stage.Watch => "watch",
        Stage.Close => "close",
        Stage.Rollback => "rollback",
        Stage.Review => "review",
        _ => throw new InvalidOperationException($"no such stage: {stage}"),
    };

    private static string Name(string heading) => heading.Length == 0 ? "the items above the first heading" : heading;
}
