using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Cli;

/// <summary>Deploying and rolling back for practice, as processes.</summary>
public sealed class RehearseTests
{
    private const string Checklist = """
        # Shop

        ## Before

        - [ ] Go `@ release-manager`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical

        ## Look

        **Stage:** verify

        - [ ] It is there `? file web.version matching"2.0" == 1`
        - [ ] Looks right `@ release-manager`

        ## Afterwards

        **Stage:** watch

        **Watch:** every 1m until 1h

        - [ ] Still there `? file web.version`

        """;

    private static readonly string Environments = CliBench.Configuration.Replace("  production: {}", "  production: {}\n  staging: {}\n  guarded: { protected: true }", StringComparison.Ordinal);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rehearsal_deploys_and_comes_back_and_the_next_deploy_says_so()
    {
        using var bench = new CliBench(Checklist, Environments);
        bench.Write("web.version", "1.0\n");
        var before = await bench.CallAsync("deploy", "--env", "production", "--release", "2.0");
        Assert.Equal(3, before.ExitCode);
        Assert.Contains("never rehearsed", before.Talk, StringComparison.Ordinal);

        var said = await bench.CallAsync("rehearse", "--env", "staging", "--release", "2.0");
        Assert.True(said.ExitCode == 0, said.All);
        Assert.Contains("left out: prepare, watch, 2 sign-offs", said.Talk, StringComparison.Ordinal);
        Assert.Matches(@"rehearsed on staging: rolled back in .+ \(detection .+, decision .+, execution .+, recovery .+\)", said.Output.TrimEnd().Split('\n')[^1]);
        Assert.Equal("deploy 2.0\nrollback 1.0\n", bench.Log);
        var run = Evolution.Replay(await new RunStore(bench.PathOf(".holdpoint")).OpenRun(Path.GetFileName(bench.RunFolder)).ReadAsync(0, Cancel));
        Assert.Equal((Rehearsing.Cause, true), (run.Rollback!.Decided.Cause, run.Rollback.Ended!.Recovered));

        var after = await bench.CallAsync("deploy", "--env", "production", "--release", "2.0");
        Assert.Matches(@"rehearsed on staging \d.* ago with 2\.0: rolled back in ", after.Talk);
        Assert.Equal(8, (await bench.CallAsync("rehearse", "--env", "guarded", "--release", "2.0")).ExitCode);
    }

    [Fact]
    public async Task Who_names_no_run_means_the_one_that_the_rehearsal_was_a_step_of()
    {
        using var bench = new CliBench(Checklist.Replace("- [ ] Go `@", "- [ ] Rehearsed `! rehearse environment=staging`\n- [ ] Go `@", StringComparison.Ordinal), Environments);
        bench.Write("web.version", "1.0\n");
        var waiting = await bench.CallAsync("deploy", "--env", "production", "--release", "2.0");
        Assert.True(waiting.ExitCode == 3, waiting.All);

        var signed = await bench.CallAsync("sign", "--by", "ana");

        Assert.True(signed.ExitCode == 0, signed.All);
        Assert.Contains("before/go", signed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_on_the_way_is_told_and_it_comes_back_all_the_same()
    {
        using var bench = new CliBench(Checklist.Replace("== 1`", "== 7`", StringComparison.Ordinal), Environments);
        bench.Write("web.version", "1.0\n");
        var said = await bench.CallAsync("rehearse", "--env", "staging", "--release", "2.0");
        Assert.True(said.ExitCode == 1, said.All);
        Assert.Contains("not well, rolled back in", said.Output, StringComparison.Ordinal);
        Assert.Contains("it had to go back before it was through: It is there", said.Output, StringComparison.Ordinal);
        Assert.Equal("1.0", bench.Version);

        // What runs there already is no practice.
        bench.Write("web.version", "2.0\n");
        bench.Write("DEPLOY.md", Checklist);
        var same = await bench.CallAsync("rehearse", "--env", "staging", "--release", "2.0");
        Assert.True(same.ExitCode == 1, same.All);
        Assert.Contains("staging ran 2.0 before", same.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_runs_yet_nothing_is_deployed_since_there_is_no_way_back()
    {
        using var bench = new CliBench(Checklist, Environments);
        var said = await bench.CallAsync("rehearse", "--env", "staging", "--release", "2.0");
        Assert.True(said.ExitCode == 1, said.All);
        Assert.Contains("nothing was changed", said.Output, StringComparison.Ordinal);
        Assert.Contains("web runs nothing on staging yet, so there would be nothing to go back to: deploy a version there first", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("deploy 2.0", bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_an_action_it_holds_the_deploy_until_a_rehearsal_came_back_well()
    {
        using var bench = new CliBench(Checklist.Replace("- [ ] Go `@ release-manager`", "- [ ] Rehearsed `! rehearse environment=staging`", StringComparison.Ordinal)
            .Replace("- [ ] Looks right `@ release-manager`\n", "", StringComparison.Ordinal).Split("## Afterwards")[0], Environments);
        bench.Write("web.version", "2.0\n");
        var held = await bench.CallAsync("deploy", "--env", "production", "--release", "2.0");
        Assert.True(held.ExitCode == 1, held.All);
        Assert.Contains("staging ran 2.0 before", held.Output, StringComparison.Ordinal);

        bench.Write("web.version", "1.0\n");
        var passed = await bench.CallAsync("deploy", "--env", "production", "--release", "2.0");
        Assert.True(passed.ExitCode == 0, passed.All);
        Assert.EndsWith("deploy 2.0\nrollback 1.0\ndeploy 2.0\n", bench.Log, StringComparison.Ordinal);
        Assert.Contains("rehearsed on staging: rolled back in", passed.Output, StringComparison.Ordinal);
    }
}
