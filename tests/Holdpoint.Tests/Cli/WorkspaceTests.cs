using Holdpoint.Cli;

namespace Holdpoint.Tests.Cli;

public sealed class WorkspaceTests : CommandLine
{
    private readonly CliWorld _world = new(new Terminal(TextWriter.Null, TextWriter.Null)) { StopWith = TestContext.Current.CancellationToken, EnvironmentVariable = _ => null };

    private Task<Workspace> ReadAsync(string path, string? environment = null, string? release = null, Dictionary<string, string>? variables = null) =>
        WorkspaceReader.ReadAsync(new WorkspaceRequest(path) { Environment = environment, Release = release, Variables = variables ?? [] }, _world);

    [Fact]
    public async Task Where_no_environment_is_configured_it_is_local()
    {
        var workspace = await ReadAsync(Write("a.md", "- [ ] a `? env HOME`\n"));

        Assert.Equal((null, "local", false), (workspace.Environment, workspace.EnvironmentName, workspace.HasErrors));
        Assert.False((await ReadAsync(workspace.Path, "local")).HasErrors);
    }

    [Fact]
    public async Task The_only_environment_need_not_be_named()
    {
        Write("holdpoint.yaml", "holdpoint: 1\nenvironments:\n  staging: {}\n");

        Assert.Equal("staging", (await ReadAsync(Write("a.md", "- [ ] a `? env HOME`\n"))).Environment);
    }

    [Fact]
    public async Task Of_several_environments_one_has_to_be_named()
    {
        Write("holdpoint.yaml", "holdpoint: 1\nenvironments:\n  staging: {}\n  production: {}\n");

        var problem = Assert.Single((await ReadAsync(Write("a.md", "- [ ] a `? env HOME`\n"))).Problems, p => p.IsError);

        Assert.Equal("say --env staging or --env production", problem.Fix);
    }

    [Fact]
    public async Task Variables_of_the_environment_the_front_matter_and_the_command_line_stand_in_their_order()
    {
        Write("holdpoint.yaml", "holdpoint: 1\nvars:\n  a: yaml\n  b: yaml\n  c: yaml\nenvironments:\n  staging:\n    vars: { b: staging }\n");
        var workspace = await ReadAsync(Write("a.md", "---\nholdpoint:\n  vars:\n    a: front\n---\n\n- [ ] a `? env HOME`\n"), release: "1.2.3", variables: new() { ["c"] = "given" });

        var scope = workspace.ScopeOf(null, DateTimeOffset.UnixEpoch);

        Assert.Equal(("front", "staging", "given", "1.2.3", "staging"), (scope.Value("a"), scope.Value("b"), scope.Value("c"), scope.Value("version"), scope.Value("environment")));
    }

    [Fact]
    public async Task A_definition_gives_the_same_plan_when_the_files_are_gone()
    {
        Write("holdpoint.yaml", "holdpoint: 1\nenvironments:\n  staging: {}\nroles:\n  sre: [bo]\n");
        Write("more.md", "# More\n\n## Linked\n\n- [ ] b `? env HOME`\n");
        var path = Write("a.md", "# A\n\n## One\n\n**Owner:** sre\n\n- [ ] a `? env HOME`\n- [ ] [More](more.md)\n");
        var read = await ReadAsync(path);
        Assert.DoesNotContain(read.Problems, p => p.IsError);
        foreach (var file in Directory.GetFiles(Folder))
            File.Delete(file);

        var again = await WorkspaceReader.ReadAsync(read.Definition, read.EnvironmentName, null, _world);

        Assert.Equal(3, read.Definition.Files.Count);
        Assert.Equal(read.Plan.AllItems.Select(i => i.Id), again.Plan.AllItems.Select(i => i.Id));
        Assert.Equal(["bo"], again.Project.Roles["sre"]);
        Assert.Equal("staging", again.Environment);
    }

    [Fact]
    public async Task A_secret_is_kept_by_its_name_only()
    {
        Write(".secrets/token", "hunter2hunter2");
        Write("holdpoint.yaml", "holdpoint: 1\nvars:\n  key: ${secret:token}\n");

        var definition = (await ReadAsync(Write("a.md", "- [ ] a `? file ${key}`\n"))).Definition;

        Assert.DoesNotContain("hunter2", string.Concat(definition.Files.Select(f => f.Text)) + string.Concat(definition.Variables.Values), StringComparison.Ordinal);
    }
}
