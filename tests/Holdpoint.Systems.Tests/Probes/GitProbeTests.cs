using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>git, changed: against real repositories.</summary>
public sealed class GitProbeTests : ProbeScratch
{
    private static readonly string[] Compared = ["ahead", "behind", "conflicts", "conventional"];

    [Fact]
    public async Task A_clean_checkout_tells_branch_tag_and_commit()
    {
        await StartAsync();
        await GitAsync("tag", "v1.9.0");
        await GitAsync("tag", "v1.10.0");

        var facts = await MeasureAsync(new GitProbe(), []);

        Assert.Equal(Value.Of(true), facts["clean"]);
        Assert.Equal(Value.Of("main"), facts["branch"]);
        Assert.Equal(Value.Of("v1.10.0"), facts["tag"]);
        Assert.Equal(Value.Of((await GitAsync("rev-parse", "HEAD")).Trim()), facts["commit"]);
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("no")]
    public async Task A_file_that_git_does_not_know_makes_it_unclean_and_is_named(string shown)
    {
        await StartAsync();
        await GitAsync("config", "status.showUntrackedFiles", shown);
        await File.WriteAllTextAsync(At("new.txt"), "x", Cancel);

        var reading = await AskAsync(new GitProbe(), []);

        Assert.Equal(Value.Of(false), Assert.IsType<Reading.Measured>(reading).Facts["clean"]);
        Assert.Contains("new.txt", Text(reading, "status.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_detached_checkout_without_a_tag_has_neither_branch_nor_tag()
    {
        await StartAsync();
        await GitAsync("checkout", "-q", "--detach");

        var facts = await MeasureAsync(new GitProbe(), []);

        Assert.IsType<Value.Absent>(facts["branch"]);
        Assert.IsType<Value.Absent>(facts["tag"]);
    }

    [Fact]
    public async Task Commits_on_both_sides_are_counted_and_files_that_would_conflict()
    {
        await StartAsync();
        await GitAsync("checkout", "-q", "-b", "feature");
        await CommitAsync("a.txt", "feature", "feat(cart)!: add a cart\n\nIt holds things.\n\nBREAKING CHANGE: no more lists");
        await CommitAsync("b.txt", "feature", "docs: tell of it");
        await GitAsync("checkout", "-q", "main");
        await CommitAsync("a.txt", "main", "whatever");
        await GitAsync("checkout", "-q", "feature");

        var reading = await AskAsync(new GitProbe(), [], new() { ["base"] = "main" }, Compared);

        var facts = Assert.IsType<Reading.Measured>(reading).Facts;
        Assert.Equal(Value.Count(2), facts["ahead"]);
        Assert.Equal(Value.Count(1), facts["behind"]);
        Assert.Equal(Value.Count(1), facts["conflicts"]);
        Assert.Equal("a.txt\n", Text(reading, "conflicts.txt"));
        Assert.Equal(Value.Of(true), facts["conventional"]);
    }

    [Theory]
    [InlineData("Add a cart")]
    [InlineData("feat:add a cart")]
    [InlineData("feat: add a cart\nat once a body")]
    [InlineData("feat: add a cart\n\nbreaking change: no more lists")]
    public async Task A_commit_that_is_not_conventional_is_named(string message)
    {
        await StartAsync();
        await GitAsync("checkout", "-q", "-b", "feature");
        await CommitAsync("a.txt", "1", "fix: one");
        await CommitAsync("a.txt", "2", message);

        var reading = await AskAsync(new GitProbe(), [], new() { ["base"] = "main" }, Compared);

        Assert.Equal(Value.Of(false), Assert.IsType<Reading.Measured>(reading).Facts["conventional"]);
        Assert.Single(Text(reading, "commits.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(Value.Count(0), ((Reading.Measured)reading).Facts["conflicts"]);
    }

    [Fact]
    public async Task No_commit_since_the_base_proves_nothing_about_messages()
    {
        await StartAsync();

        var facts = await MeasureAsync(new GitProbe(), [], new() { ["base"] = "main" }, Compared);

        Assert.Equal(Value.Count(0), facts["ahead"]);
        Assert.Equal("no commit follows the base", Because(facts["conventional"]));
    }

    [Fact]
    public async Task Without_a_base_and_an_upstream_distances_are_unknown()
    {
        await StartAsync();

        Assert.Contains("base=BRANCH", Because((await MeasureAsync(new GitProbe(), [], wants: Compared))["behind"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_upstream_is_the_base_that_needs_no_name()
    {
        await StartAsync();
        await GitAsync("checkout", "-q", "-b", "feature", "--track", "main");
        await CommitAsync("a.txt", "1", "fix: one");

        Assert.Equal(Value.Count(1), (await MeasureAsync(new GitProbe(), [], wants: Compared))["ahead"]);
    }

    [Fact]
    public async Task Fetch_asks_the_remote_where_its_branch_is_now_and_moves_no_name()
    {
        var clone = await CloneAsync();
        await CommitAsync("a.txt", "later", "feat: later");

        Assert.Equal(Value.Count(0), (await AskInAsync(clone, new() { ["base"] = "origin/main" }))["behind"]);
        var before = await GitAsync("-C", clone, "for-each-ref");
        Assert.Equal(Value.Count(1), (await AskInAsync(clone, new() { ["base"] = "origin/main", ["fetch"] = "true" }))["behind"]);
        Assert.Equal(Value.Count(1), (await AskInAsync(clone, new() { ["fetch"] = "true" }))["behind"]);
        Assert.Equal(before, await GitAsync("-C", clone, "for-each-ref"));
        Assert.False(File.Exists(Path.Combine(clone, ".git", "FETCH_HEAD")));
    }

    [Fact]
    public async Task Fetch_that_can_t_be_done_is_told()
    {
        var clone = await CloneAsync();
        Task<string> WhyNotAsync(string given) => RefusalInAsync(clone, new() { ["base"] = given, ["fetch"] = "true" });

        Assert.Equal("fetch=true needs a branch of a remote as base, and main is only here: write base=origin/main", await WhyNotAsync("main"));
        Assert.Equal("fetch=true needs a branch of a remote as base, and HEAD~0 is a commit", await WhyNotAsync("HEAD~0"));
        await GitAsync("branch", "-m", "main", "trunk");
        Assert.Equal("origin has no branch main any more", await WhyNotAsync("origin/main"));
        await GitAsync("-C", clone, "remote", "set-url", "origin", At("gone"));
        Assert.StartsWith("origin can't be asked: ", await WhyNotAsync("origin/main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shallow_clone_does_not_pretend_to_know()
    {
        await StartAsync();
        await CommitAsync("a.txt", "1", "fix: one");
        await GitAsync("clone", "-q", "--depth", "1", "file://" + Root, At("clone"));

        var reading = await new GitProbe().MeasureAsync(
            new ProbeCall([], new Dictionary<string, string>(), [new Operand.Fact("behind", null, Dimension.Count, "behind")])
            {
                Context = new ProbeContext { Commands = Runner, Time = TimeProvider.System, Directory = At("clone") },
            },
            Cancel);

        Assert.Contains("shallow", Because(Assert.IsType<Reading.Measured>(reading).Facts["behind"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_that_is_not_there_is_named()
    {
        await StartAsync();

        Assert.StartsWith("base=nope: no such branch", await RefusalAsync(new GitProbe(), [], new() { ["base"] = "nope" }), StringComparison.Ordinal);
        Assert.StartsWith("base=--all: no such branch", await RefusalAsync(new GitProbe(), [], new() { ["base"] = "--all" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_no_repository_is_told_the_mend()
    {
        Assert.Equal($"{Root} is in no git repository: set the section's Dir to the checkout", await RefusalAsync(new GitProbe(), []));
        Assert.Equal($"{Root} is in no git repository: set the section's Dir to the checkout", await RefusalAsync(new ChangedProbe(), ["docs/**"]));
    }

    [Fact]
    public async Task A_repository_without_a_commit_is_unknown()
    {
        await GitAsync("init", "-q", "-b", "main");

        Assert.Contains("no commit yet", await RefusalAsync(new GitProbe(), []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_changed_since_the_tag_before_are_counted_by_pattern()
    {
        await StartAsync();
        await GitAsync("tag", "v1.0.0");
        await CommitAsync("docs/guide/start.md", "1", "docs: start");
        await CommitAsync("docs/logo.png", "1", "docs: logo");
        await CommitAsync("src/a.c", "1", "feat: a");

        Assert.Equal(Value.Count(2), (await MeasureAsync(new ChangedProbe(), ["docs/**"]))["files"]);
        Assert.Equal(Value.Count(1), (await MeasureAsync(new ChangedProbe(), ["docs/**/*.md"]))["files"]);
        Assert.Equal(Value.Count(2), (await MeasureAsync(new ChangedProbe(), ["{src/*,docs/*.png}"]))["files"]);
        Assert.Equal(Value.Count(2), (await MeasureAsync(new ChangedProbe(), ["docs"], new() { ["since"] = "v1.0.0" }))["files"]);
        Assert.Equal(Value.Count(0), (await MeasureAsync(new ChangedProbe(), ["migrations/*"]))["files"]);

        await GitAsync("tag", "v1.1.0");
        Assert.Equal(Value.Count(2), (await MeasureAsync(new ChangedProbe(), ["docs/**"]))["files"]);
    }

    [Fact]
    public async Task Marks_about_the_checkout_pass_fail_with_the_value_and_are_unknown_with_the_mend()
    {
        await StartAsync();
        var mark = new RuntimeMark(Runner, Root);

        await mark.PassesAsync("git clean and branch == \"main\"");
        await mark.FailsAsync("git branch == \"release\"", "branch is \"main\", expected branch == \"release\"");
        await mark.UnknownAsync("git tag == \"v1.0.0\"", "no tag is on");
        await GitAsync("tag", "v1.0.0");
        await CommitAsync("migrations/1.sql", "1", "feat: a table");
        await mark.FailsAsync("changed migrations/* files == 0", "files is 1, expected files == 0");
        await mark.UnknownAsync("changed migrations/* since=v9 files == 0", "no such tag");
    }

    [Fact]
    public async Task Without_a_tag_the_mend_is_told()
    {
        await StartAsync();

        Assert.Equal("there is no tag to compare with: say since=REF, or fetch the tags (git fetch --tags)", await RefusalAsync(new ChangedProbe(), ["docs/**"]));
        Assert.StartsWith("since=v9: no such tag", await RefusalAsync(new ChangedProbe(), ["docs/**"], new() { ["since"] = "v9" }), StringComparison.Ordinal);
    }

    private async Task<string> CloneAsync()
    {
        await StartAsync();
        await GitAsync("clone", "-q", Root, At("clone"));
        await File.WriteAllTextAsync(At(".git/info/exclude"), "clone\n", Cancel);
        return At("clone");
    }

    private Task<Reading> ReadInAsync(string folder, Dictionary<string, string> options) => new GitProbe().MeasureAsync(
        new ProbeCall([], options, [new Operand.Fact("behind", null, Dimension.Count, "behind")])
        {
            Context = new ProbeContext { Commands = Runner, Time = TimeProvider.System, Directory = folder },
            Timeout = TimeSpan.FromMinutes(1),
        },
        Cancel);

    private async Task<Facts> AskInAsync(string folder, Dictionary<string, string> options) => Assert.IsType<Reading.Measured>(await ReadInAsync(folder, options)).Facts;

    private async Task<string> RefusalInAsync(string folder, Dictionary<string, string> options) => Assert.IsType<Reading.NoAnswer>(await ReadInAsync(folder, options)).Because;

    private async Task StartAsync()
    {
        await GitAsync("init", "-q", "-b", "main");
        await CommitAsync("a.txt", "first", "feat: begin");
    }

    private async Task CommitAsync(string file, string content, string message)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
        await File.WriteAllTextAsync(At(file), content, Cancel);
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "-q", "-m", message);
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        var ended = await RunAsync(new Command("git", arguments) { WorkingDirectory = Root, Environment = new Dictionary<string, string?> { ["GIT_CONFIG_GLOBAL"] = "/dev/null" } });
        return ended.ExitCode == 0 ? ended.Output.Text : throw new InvalidOperationException(ended.Error.Text);
    }
}
