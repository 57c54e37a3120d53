using Holdpoint.Plans;

namespace Holdpoint.Cli.Checking;

/// <summary>Which part of a plan is checked; null takes all.</summary>
internal sealed record CheckSelection(string? Section, string? Tag, Stage? Stage)
{
    public static CheckSelection Everything { get; } = new(null, null, null);

    /// <summary>The section's id or a part of it, or words of its heading.</summary>
    public bool Takes(PlannedSection section) =>
        (Stage is null || section.Stage == Stage)
        && (Section is null || section.Id == Section || section.Id.StartsWith(Section + "/", StringComparison.Ordinal) || section.Heading.Contains(Section, StringComparison.OrdinalIgnoreCase));

    /// <summary>A tag of the language, or an author's own <c>#word</c> in the text.</summary>
    public bool Takes(PlannedItem item) => Tag is null || Tag switch
    {
        "critical" => item.Critical,
        "advisory" => item.Advisory,
        "optional" => item.Optional,
        "no-return" => item.NoReturn,
        _ => item.Text.Split(' ').Contains("#" + Tag, StringComparer.OrdinalIgnoreCase),
    };
}
