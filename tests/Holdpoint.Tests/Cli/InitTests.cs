using Holdpoint.Checklists;

namespace Holdpoint.Tests.Cli;

public sealed class InitTests : CommandLine
{
    [Fact]
    public async Task What_it_writes_has_no_problem_at_all_and_its_first_stage_passes()
    {
        var said = await CallAsync("init");

        Assert.Equal(["written: ./DEPLOY.md", "written: ./holdpoint.yaml"], said.Lines);
        Assert.Equal(0, (await CallAsync("lint", "--strict")).ExitCode);
        Assert.Equal(0, (await CallAsync("check", "--stage", "prepare")).ExitCode);
    }

    [Fact]
    public async Task What_is_there_is_never_written_over()
    {
        Write("DEPLOY.md", "mine");

        var said = await CallAsync("init");

        Assert.Equal((0, "mine"), (said.ExitCode, await File.ReadAllTextAsync(Path.Combine(Folder, "DEPLOY.md"), TestContext.Current.CancellationToken)));
        Assert.Equal(["written: ./holdpoint.yaml"], said.Lines);
        Assert.Contains("DEPLOY.md is there already", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        var said = await CallAsync("init", "sub", "--dry-run");

        Assert.Equal(["would write: sub/DEPLOY.md", "would write: sub/holdpoint.yaml"], said.Lines);
        Assert.False(Directory.Exists(Path.Combine(Folder, "sub")));
    }

    [Fact]
    public void The_checklist_reads_well_as_plain_markdown() =>
        Assert.Empty(ChecklistReader.Parse(new SourceText("DEPLOY.md", Holdpoint.Cli.Starter.Checklist)).Problems);
}
