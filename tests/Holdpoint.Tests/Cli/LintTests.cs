using System.Text.Json;

namespace Holdpoint.Tests.Cli;

public sealed class LintTests : CommandLine
{
    private const string Good = "# A\n\n## B\n\n- [ ] c `? env HOME`\n";
    private const string Bad = "# A\n\n## B\n\n- [ ] c `? disk / fre > 1GB`\n- [ ] d `? dsk /`\n";

    [Fact]
    public async Task A_good_file_says_nothing_on_stdout()
    {
        var said = await CallAsync("lint", Write("a.md", Good));

        Assert.Equal((0, "", "1 file, 0 errors, 0 warnings\n"), (said.ExitCode, said.Output, said.Talk));
    }

    [Fact]
    public async Task Every_problem_is_told_at_its_place_with_its_remedy()
    {
        var path = Write("a.md", Bad);

        var said = await CallAsync("lint", path);

        Assert.Equal(2, said.ExitCode);
        Assert.StartsWith($"{path}:5:19: error: disk has no fact `fre` (did you mean `free`?)", said.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{path}:6:", said.Lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("? ?disk / free > 1GB", "? disk / free > 1GB")]
    [InlineData("! ! sh ls", "! sh ls")]
    public async Task A_sign_that_stands_twice_is_no_code_of_somebodys(string mark, string meant)
    {
        var path = Write("a.md", $"# A\n\n## B\n\n- [ ] c `{mark}`\n");
        var said = await CallAsync("lint", path);
        Assert.Equal((2, $"{path}:5:12: error: the sign stands here twice (write it once: `{meant}`)"), (said.ExitCode, said.Lines[0]));
    }

    [Fact]
    public async Task Problems_come_as_json_too()
    {
        var said = await CallAsync("lint", "--json", Write("a.md", Bad));

        var json = JsonDocument.Parse(said.Output).RootElement;
        Assert.Equal((1, 2, 2), (json.GetProperty("format").GetInt32(), json.GetProperty("errors").GetInt32(), json.GetProperty("problems").GetArrayLength()));
        Assert.Equal("did you mean `free`?", json.GetProperty("problems")[0].GetProperty("fix").GetString());
    }

    [Fact]
    public async Task Warnings_fail_only_when_they_are_asked_to()
    {
        var path = Write("a.md", "# A\n\n## B\n\n**Stage:** deploy\n\n- [ ] c `! sh touch x`\n");

        Assert.Equal(0, (await CallAsync("lint", path)).ExitCode);
        Assert.Equal(2, (await CallAsync("lint", path, "--strict")).ExitCode);
    }

    [Fact]
    public async Task Several_environments_are_all_looked_at()
    {
        Write("holdpoint.yaml", "holdpoint: 1\nenvironments:\n  staging: {}\n  production: {}\n");

        var said = await CallAsync("lint", Write("a.md", Good));

        Assert.Equal((0, ""), (said.ExitCode, said.Output));
    }

    [Fact]
    public async Task A_checklist_with_a_usual_name_need_not_be_named()
    {
        Write("DEPLOY.md", Good);

        Assert.Equal(0, (await CallAsync("lint")).ExitCode);
    }
}
