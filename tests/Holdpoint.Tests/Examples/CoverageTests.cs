using Holdpoint.Checklists;

namespace Holdpoint.Tests.Examples;

public sealed class CoverageTests
{
    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string here = "") => Path.GetFullPath("../../..", Path.GetDirectoryName(here)!);

    /// <summary>After a change of an example: <c>HOLDPOINT_WRITE_COVERAGE=1</c> and this test write the page anew.</summary>
    [Fact]
    public void The_page_says_what_the_examples_do()
    {
        var page = Path.Combine(Root(), "docs", "coverage.md");
        var text = CoveragePage.Make(Path.Combine(Root(), "examples", "shop"), out _);
        if (Environment.GetEnvironmentVariable("HOLDPOINT_WRITE_COVERAGE") == "1")
            File.WriteAllText(page, text);
        Assert.Equal(text, File.ReadAllText(page));
    }

    [Theory]
    [InlineData("shop/rolling.md"), InlineData("shop/blue-green.md"), InlineData("shop/canary.md"), InlineData("shop/preflight.md"), InlineData("shop/components.md")]
    [InlineData("rollback-criteria/rollback-criteria.md")]
    public void An_example_is_read_without_an_error(string file) =>
        Assert.DoesNotContain(ChecklistReader.Read(Path.Combine(Root(), "examples", file)).Problems, p => p.Severity == Severity.Error);

    [Fact]
    public void What_an_example_does_not_do_has_its_reason()
    {
        CoveragePage.Make(Path.Combine(Root(), "examples", "shop"), out var unexplained);
        Assert.Empty(unexplained);
    }
}
