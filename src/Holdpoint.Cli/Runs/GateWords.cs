using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>Gates and steps as people name them.</summary>
internal static class GateWords
{
    public static string Of(Plan plan, string gate) => gate.Split(':', 2) switch
    {
        ["stage", var stage] => $"the end of {stage}",
        ["section", var id] => $"“{Heading(plan, id)}”",
        ["only-if", var id] => $"“{Heading(plan, id)}”",
        ["watched", var id] => $"the watch “{Heading(plan, id)}”",
        ["entry", "deploy"] => "the way into deploy",
        _ when gate == DeployEntry.FreezeGate => "the freeze",
        ["cause", var step] => step,
        _ => gate,
    };

    public static string Of(Stage stage) => stage.ToString().ToLowerInvariant();

    /// <summary>An item that is its mark alone is called by its id's last part.</summary>
    public static string Of(PlannedItem item) => item.Text.Length > 0 ? item.Text : item.Id[(item.Id.LastIndexOf('/') + 1)..];

    public static string Of(PlannedSection section) => section.Heading.Length > 0 ? section.Heading : section.Id;

    private static string Heading(Plan plan, string id) => plan.Sections.FirstOrDefault(s => s.Id == id) is { } section ? Of(section) : id;
}
