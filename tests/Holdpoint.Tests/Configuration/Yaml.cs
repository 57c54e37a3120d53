using Holdpoint.Checklists;
using Holdpoint.Configuration;

namespace Holdpoint.Tests.Configuration;

internal static class Yaml
{
    public static Project Read(string text)
    {
        var (project, problems) = ProjectFile.Parse("/p/holdpoint.yaml", text);
        Assert.Equal([], problems.Select(p => p.ToString()));
        return project;
    }

    public static IReadOnlyList<Problem> Problems(string text) => ProjectFile.Parse("/p/holdpoint.yaml", text).Problems;

    /// <summary>The one problem of a text, as <c>line:column what (fix)</c>.</summary>
    public static string Problem(string text)
    {
        var problem = Assert.Single(Problems(text));
        return $"{problem.At} {problem.What} ({problem.Fix})";
    }
}
