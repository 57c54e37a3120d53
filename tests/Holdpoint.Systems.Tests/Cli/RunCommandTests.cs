namespace Holdpoint.Systems.Tests.Cli;

/// <summary>Runs as a build server and a person at another terminal see them: processes, exit codes, lines.</summary>
public sealed class RunCommandTests
{
    private const string Plain = """
        # Shop

        ## Before

        - [ ] Notes are there `? file DEPLOY.md`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical
        - [ ] It is there `? file web.version`

        """;

    private const string Signed = """
        # Shop

        ## Before

        - [ ] Notes are there `? file DEPLOY.md`
        - [ ] Go `@ release-manager`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical
        - [ ] It is there `? file web.version`

        """;

    /// <summary>After the deploy an action holds the run up until the file <c>go</c> is there.</summary>
    private const string Slow = """
        # Shop

        ## Roll out

        **Stage:** deploy

        - [ ] Notes are there `? file DEPLOY.md`
        - [ ] New version out `! deploy web` #critical
        - [ ] It is there `? file web.version`
        - [ ] Caches are warm `! run` `? file warm`

          ```bash
          until [[ -e go ]]; do sleep 0.05; done
          echo warmed >> log
          touch warm
          ```

        """;

    [Fact]
    public async Task A_version_that_is_back_and_does_not_serve_is_no_recovery()
    {
        using var bench = new CliBench(Plain, CliBench.Configuration.TrimEnd() + "\n      health: \"! grep -q ill web.health\"\n    within: 1s\n");
        bench.Write("web.health", "well");
        Assert.Equal(0, (await bench.CallAsync("deploy", "DEPLOY.md", "--env", "production", "--release", "1.0")).ExitCode);
        bench.Write("web.health", "ill");

        var said = await bench.CallAsync("deploy", "DEPLOY.md", "--env", "production", "--release", "2.0");

        Assert.Equal((7, "1.0"), (said.ExitCode, bench.Version));
        Assert.DoesNotContain("rollback: recovered", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_is_back_and_serves_is_one()
    {
        using var bench = new CliBench(Plain, CliBench.Configuration.TrimEnd() + "\n      health: \"! grep -q 2.0 web.version\"\n    within: 1s\n");
        Assert.Equal(0, (await bench.CallAsync("deploy", "DEPLOY.md", "--env", "production", "--release", "1.0")).ExitCode);

        var said = await bench.CallAsync("deploy", "DEPLOY.md", "--env", "production", "--release", "2.0");

        Assert.Equal((4, "1.0"), (said.ExitCode, bench.Version));
        Assert.Contains("every target runs what it ran before, and is healthy", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_checklist_is_deployed_without_any_configuration()
    {
        using var bench = new CliBench("# Shop\n\n- [ ] There is room `? disk / free > 1MB`\n- [ ] Done `! sh touch done`\n");
        File.Delete(bench.PathOf("holdpoint.yaml"));
        var said = await bench.CallAsync("deploy", "--release", "1.0");
        Assert.True(said.ExitCode == 0, said.All);
        Assert.True(File.Exists(bench.PathOf("done")));
    }

    [Fact]
    public async Task A_run_that_passes_ends_with_0_and_a_line_for_each_transition()
    {
        using var bench = new CliBench(Plain);

        var said = await bench.CallAsync("deploy", "--release", "2.0");

        Assert.Equal(0, said.ExitCode);
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ✓ before/notes-are-there: files \(1\) >= 1$", said.Output);
        Assert.Contains("✓ passed: every gate passed", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', said.All);
        Assert.Equal("2.0", bench.Version);
    }

    [Fact]
    public async Task A_run_that_waits_ends_with_3_and_says_who_can_sign_and_how_and_goes_on_after_that()
    {
        using var bench = new CliBench(Signed);

        var waiting = await bench.CallAsync("deploy", "--release", "2.0");
        var signed = await bench.CallAsync("sign", "before/go", "--by", "bo", "--comment", "looks well");
        var resumed = await bench.CallAsync("resume");

        Assert.Equal(3, waiting.ExitCode);
        Assert.Contains("release-manager (ana, bo) can sign: holdpoint sign before/go", waiting.Output, StringComparison.Ordinal);
        Assert.Contains("holdpoint resume", waiting.Output, StringComparison.Ordinal);
        Assert.Equal(0, signed.ExitCode);
        Assert.Contains("signed by bo (release-manager): looks well", signed.Output, StringComparison.Ordinal);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal("deploy 2.0\n", bench.Log);
    }

    [Fact]
    public async Task A_signature_from_another_process_is_heard_by_the_one_that_waits()
    {
        using var bench = new CliBench(Signed);

        var waiting = await bench.CallUntilAsync("holds: Go", "deploy", "--release", "2.0", "--wait");
        await bench.CallAsync("sign", "--by", "bo");

        Assert.Equal(0, (await waiting).ExitCode);
    }

    [Fact]
    public async Task With_four_eyes_whoever_started_the_run_signs_nothing_in_it()
    {
        using var bench = new CliBench(Signed, CliBench.Configuration + "four_eyes: true\n");
        await bench.CallAsync("deploy", "--release", "2.0");

        var own = await bench.CallAsync("sign", "before/go");
        var other = await bench.CallAsync("sign", "before/go", "--by", "bo");

        Assert.Equal(8, own.ExitCode);
        Assert.Contains("four eyes: ana started or resumed this run", own.Talk, StringComparison.Ordinal);
        Assert.Equal(0, other.ExitCode);
    }

    [Fact]
    public async Task Ctrl_C_stops_cleanly_and_resume_finishes_without_doing_anything_twice()
    {
        using var bench = new CliBench(Slow);
        var driving = await bench.CallUntilAsync("caches-are-warm#1: started", "deploy", "--release", "2.0");

        await bench.SignalAsync("INT");
        var stopped = await driving;
        bench.Write("go", "");
        var resumed = await bench.CallAsync("resume");

        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("an action is under way; it goes on without its driver", stopped.Talk, StringComparison.Ordinal);
        Assert.Contains("holdpoint resume", stopped.Talk, StringComparison.Ordinal);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal("deploy 2.0\nwarmed\n", bench.Log);
    }

    [Fact]
    public async Task A_second_run_is_refused_while_the_first_has_the_environment()
    {
        using var bench = new CliBench(Slow);
        var first = await bench.CallUntilAsync("caches-are-warm#1: started", "deploy", "--release", "2.0");

        var second = await bench.CallAsync("deploy", "--release", "3.0");
        bench.Write("go", "");

        Assert.Equal(8, second.ExitCode);
        Assert.Contains("production is locked by ana", second.Talk, StringComparison.Ordinal);
        Assert.Equal(0, (await first).ExitCode);
        Assert.Equal("deploy 2.0\nwarmed\n", bench.Log);
    }

    [Fact]
    public async Task A_lock_set_by_hand_refuses_a_deploy_until_it_is_released()
    {
        using var bench = new CliBench(Plain);
        var locked = await bench.CallAsync("lock", "production", "--reason", "maintenance", "--for", "1h");

        var refused = await bench.CallAsync("deploy", "--release", "2.0");
        await bench.CallAsync("lock", "production", "--release");
        var resumed = await bench.CallAsync("resume");

        Assert.Equal(0, locked.ExitCode);
        Assert.Equal(8, refused.ExitCode);
        Assert.Contains("locked by hand by ana", refused.Talk, StringComparison.Ordinal);
        Assert.Equal(0, resumed.ExitCode);
    }

    [Fact]
    public async Task A_detached_run_goes_on_by_itself()
    {
        using var bench = new CliBench(Slow);

        var detached = await bench.CallAsync("deploy", "--release", "2.0", "--detach");
        var status = await bench.CallAsync("status", "--json");
        bench.Write("go", "");
        await bench.LeftAloneAsync();
        var history = await bench.CallAsync("history", "--json");

        Assert.Equal(0, detached.ExitCode);
        Assert.StartsWith("process ", status.Json.GetProperty("driver").GetString(), StringComparison.Ordinal);
        Assert.Equal("passed", history.Json.GetProperty("runs")[0].GetProperty("outcome").GetString());
        Assert.Equal("deploy 2.0\nwarmed\n", bench.Log);
        Assert.True(File.Exists(Path.Combine(bench.RunFolder, "driver.log")));
    }

    [Fact]
    public async Task A_critical_check_that_fails_after_the_deploy_rolls_back_with_4()
    {
        using var bench = new CliBench(Plain + """

            ## Verify

            **Stage:** verify

            - [ ] It is well `? file nothing-of-that-name` #critical

            """);
        bench.Write("web.version", "1.0\n");

        var said = await bench.CallAsync("deploy", "--release", "2.0", "--json");

        Assert.Equal(4, said.ExitCode);
        Assert.Equal("rolled back", said.Json.GetProperty("outcome").GetString());
        Assert.True(said.Json.GetProperty("rollback").GetProperty("recovered").GetBoolean());
        Assert.Equal("1.0", bench.Version);
    }

    [Fact]
    public async Task A_person_rolls_back_a_run_that_another_process_drives()
    {
        using var bench = new CliBench(Slow);
        bench.Write("web.version", "1.0\n");
        var driving = await bench.CallUntilAsync("caches-are-warm#1: started", "deploy", "--release", "2.0");

        var asked = bench.CallAsync("rollback", "--reason", "customers complain");
        await bench.HappenedAsync("rollback-decided");
        bench.Write("go", "");

        Assert.Equal(4, (await asked).ExitCode);
        Assert.Equal(4, (await driving).ExitCode);
        Assert.Equal("1.0", bench.Version);
    }

    [Fact]
    public async Task A_run_that_nobody_drives_any_more_is_rolled_back_by_the_command_itself()
    {
        using var bench = new CliBench(Slow);
        bench.Write("web.version", "1.0\n");
        var driving = await bench.CallUntilAsync("caches-are-warm#1: started", "deploy", "--release", "2.0");
        await bench.SignalAsync("KILL");
        await driving;
        bench.Write("go", "");

        var rolledBack = await bench.CallAsync("rollback", "--reason", "nobody watches it");

        Assert.Equal(4, rolledBack.ExitCode);
        Assert.Equal("1.0", bench.Version);
    }

    [Fact]
    public async Task Abort_ends_a_run_that_waits_and_its_driver_with_5()
    {
        using var bench = new CliBench(Signed);
        var waiting = await bench.CallUntilAsync("holds: Go", "deploy", "--release", "2.0", "--wait");

        var aborted = await bench.CallAsync("abort", "--reason", "wrong version");

        Assert.Equal(0, aborted.ExitCode);
        Assert.Equal(5, (await waiting).ExitCode);
    }

    [Fact]
    public async Task Abort_ends_a_run_that_nobody_drives_at_once()
    {
        using var bench = new CliBench(Signed);
        await bench.CallAsync("deploy", "--release", "2.0");

        var aborted = await bench.CallAsync("abort", "--reason", "wrong version");
        var again = await bench.CallAsync("resume");

        Assert.Equal(0, aborted.ExitCode);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("has ended: aborted: wrong version", again.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_is_tried_again_or_waived()
    {
        using var bench = new CliBench("""
            # Shop

            ## Before

            - [ ] First `? file first`
            - [ ] Second `? file second`

            """);
        var failed = await bench.CallAsync("deploy", "--release", "2.0");
        bench.Write("first", "");
        var retried = await bench.CallAsync("retry", "--resume");
        var unexplained = await bench.CallAsync("waive", "second");
        var waived = await bench.CallAsync("waive", "second", "--reason", "known", "--for", "1h");
        var resumed = await bench.CallAsync("resume");

        Assert.Equal(1, failed.ExitCode);
        Assert.Equal(1, retried.ExitCode);
        Assert.Contains("✓ before/first", retried.Output, StringComparison.Ordinal);
        Assert.Equal(2, unexplained.ExitCode);
        Assert.Equal(0, waived.ExitCode);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("1 waived", resumed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edited_checklist_is_taken_into_the_run()
    {
        using var bench = new CliBench("""
            # Shop

            ## Before

            - [ ] First `? file first`

            """);
        await bench.CallAsync("deploy", "--release", "2.0");
        bench.Write("DEPLOY.md", """
            # Shop

            ## Before

            - [ ] First `? file DEPLOY.md` #id=before/first
            - [ ] Another `? file holdpoint.yaml`

            """);

        var amended = await bench.CallAsync("amend", "DEPLOY.md", "--reason", "the file has moved", "--json");
        await bench.CallAsync("retry");
        var resumed = await bench.CallAsync("resume");

        Assert.Equal(0, amended.ExitCode);
        Assert.Contains("before/another", amended.Json.GetProperty("added").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(0, resumed.ExitCode);
    }

    [Fact]
    public async Task Broken_glass_passes_gates_and_leaves_a_review_open_that_another_person_signs()
    {
        using var bench = new CliBench(Signed);

        var deployed = await bench.CallAsync("deploy", "--release", "2.0", "--break-glass", "the shop is down");
        var own = await bench.CallAsync("sign", "review");
        var other = await bench.CallAsync("sign", "review", "--by", "bo", "--comment", "was right");

        Assert.Equal(0, deployed.ExitCode);
        Assert.Contains("another person has to sign the review", deployed.Talk, StringComparison.Ordinal);
        Assert.Equal(8, own.ExitCode);
        Assert.Equal(0, other.ExitCode);
    }
}
