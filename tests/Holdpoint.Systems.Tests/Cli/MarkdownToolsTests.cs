using System.Runtime.CompilerServices;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Plans;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Processes;

namespace Holdpoint.Systems.Tests.Cli;

/// <summary>Marked checklists live among formatters. Needs <c>npm ci --prefix tests/tools</c>, which ./test does.</summary>
public sealed class MarkdownToolsTests : Scratch
{
    private static readonly string Tests = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    [Fact]
    public async Task Prettier_leaves_a_tidy_marked_checklist_as_it_is()
    {
        var (path, text) = Sample("shop.md");

        await ToolAsync("prettier", "--write", path);

        Assert.Equal(text, await File.ReadAllTextAsync(path, Cancel));
    }

    [Fact]
    public async Task Markdownlint_finds_nothing_in_a_tidy_marked_checklist_and_leaves_it_as_it_is()
    {
        var (path, text) = Sample("shop.md");
        await File.WriteAllTextAsync(At(".markdownlint.json"), """{ "default": true, "MD013": false }""", Cancel);

        await ToolAsync("markdownlint-cli2", "--fix", path);

        Assert.Equal(text, await File.ReadAllTextAsync(path, Cancel));
    }

    [Theory]
    [InlineData("shop.md")]
    [InlineData("untidy.md")]
    public async Task What_a_checklist_means_survives_both(string sample)
    {
        var (path, text) = Sample(sample);
        await File.WriteAllTextAsync(At(".markdownlint.json"), """{ "default": true, "MD013": false }""", Cancel);
        var before = Meaning(path);

        await ToolAsync("prettier", "--write", path);
        await ToolAsync("markdownlint-cli2", "--fix", path);

        Assert.Equal(before, Meaning(path));
        Assert.NotEmpty(before);
        if (sample == "untidy.md")
            Assert.NotEqual(text, await File.ReadAllTextAsync(path, Cancel));
    }

    /// <summary>Ids, marks in their normal form, fields and scripts: all that a run looks at.</summary>
    private List<string> Meaning(string path)
    {
        var checklist = ChecklistReader.Read(path);
        var (project, _) = ProjectFile.Parse(At("holdpoint.yaml"), "holdpoint: 1\ntargets:\n  web:\n    command: { now: cat v, deploy: touch v, rollback: touch v }\n");
        var (plan, problems) = Planner.Plan(new PlanRequest(checklist, project) { Time = TimeProvider.System });
        Assert.DoesNotContain(problems.Concat(checklist.Problems), p => p.IsError);
        return
        [
            .. plan!.Sections.Select(s => $"{s.Id} {s.Stage} {s.Owner} {s.Gate} {s.Watch} {s.Budget}"),
            .. plan.AllItems.Select(i => $"{i.Id} {i.Critical} {i.Disabled}"),
            .. plan.AllItems.SelectMany(i => i.Steps).Select(s => $"{s.Id} {s.GetType().Name} {s.Text}"),
            .. plan.Rules.Select(r => $"{r.Id} {r.Rule.Effect}"),
            .. checklist.AllItems.SelectMany(i => i.Marks).Select(m => $"{m.Body?.Language}: {m.Body?.Content}"),
        ];
    }

    private (string Path, string Text) Sample(string name)
    {
        var text = File.ReadAllText(Path.Combine(Tests, "Holdpoint.Systems.Tests", "samples", name));
        File.WriteAllText(At(name), text);
        return (At(name), text);
    }

    private async Task ToolAsync(string tool, params string[] arguments)
    {
        var program = Path.Combine(Tests, "tools", "node_modules", ".bin", tool);
        Assert.SkipUnless(File.Exists(program), $"{tool} is not installed: npm ci --prefix tests/tools");
        var ended = await RunAsync(new Command(program, [.. arguments.Select(a => a.StartsWith('/') ? Path.GetFileName(a) : a)]) { WorkingDirectory = Root });
        Assert.True(ended.ExitCode == 0, ended.Output.Text + ended.Error.Text);
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
