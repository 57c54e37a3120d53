using Holdpoint.Checklists;

namespace Holdpoint.Tests.Checklists;

/// <summary>Short words for tests: a text read with the probes and actions that exist.</summary>
internal static class Reading
{
    private static readonly HashSet<string> s_verbs =
        ["run", "sh", "file", "disk", "memory", "http", "scenario", "sql", "tell", "deploy", "rollback", "alertmanager", "env"];

    public static Checklist Read(string text) => ChecklistReader.Parse(new("release.md", text), ChecklistReader.VerbsWithBody, s_verbs);

    public static Item TheItem(string text) => Assert.Single(Clean(text).AllItems);

    public static Checklist Clean(string text)
    {
        var read = Read(text);
        Assert.Empty(read.Problems);
        return read;
    }

    public static Problem TheProblem(string text) => Assert.Single(Read(text).Problems);

    public static string[] Texts(string text) => [.. Read(text).AllItems.Select(i => i.Text)];
}
