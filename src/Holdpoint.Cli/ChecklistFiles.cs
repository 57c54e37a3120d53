namespace Holdpoint.Cli;

/// <summary>Which file is meant where none is named.</summary>
internal static class ChecklistFiles
{
    /// <summary>In the order in which they count.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "DEPLOY.md", "DEPLOYMENT.md", "deployment-checklist.md", "docs/DEPLOY.md", "docs/DEPLOYMENT.md", "docs/deployment-checklist.md",
    ];

    public static string Default(string directory) =>
        Names.FirstOrDefault(n => File.Exists(Path.Combine(directory, n))) is { } found
            ? directory == Environment.CurrentDirectory ? found : Path.Combine(directory, found)
            : throw new CliError("no checklist is named, and none lies here under a usual name", $"name the file, or call it {Names[0]}; holdpoint init writes one to begin with");
}
