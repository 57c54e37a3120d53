using System.Xml.Linq;

namespace Holdpoint.Systems.Tests.Cli;

/// <summary>Looking at runs, and what build servers read.</summary>
public sealed class RecordCommandTests
{
    private const string Checklist = """
        # Shop

        ## Before

        **Gate:** score >= 50

        - [ ] Notes are there `? file DEPLOY.md`
        - [ ] A file is there `? file nothing-of-that-name`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical
        - [ ] It is there `? file web.version`

        """;

    [Fact]
    public async Task Every_command_that_prints_gives_one_json_document_on_request()
    {
        using var bench = new CliBench(Checklist);

        var deployed = await bench.CallAsync("deploy", "--release", "2.0", "--json");

        Assert.Equal(0, deployed.Json.GetProperty("exit_code").GetInt32());
        foreach (var command in new string[][] { ["status"], ["history"], ["show"], ["report"], ["audit"], ["lock"] })
        {
            var said = await bench.CallAsync([.. command, "--json"]);
            Assert.True(said.ExitCode == 0, $"{command[0]}: {said.All}");
            Assert.True(said.Json.EnumerateObject().Any(), command[0]);
        }
    }

    [Fact]
    public async Task The_record_is_written_in_each_of_its_forms()
    {
        using var bench = new CliBench(Checklist);
        await bench.CallAsync("deploy", "--release", "2.0", "--report", "at-the-end.html");

        var markdown = await bench.CallAsync("report", "--format", "markdown");
        await bench.CallAsync("report", "--output", "junit.xml");
        await bench.CallAsync("report", "--output", "page.html");
        var wrong = await bench.CallAsync("report", "--format", "pdf");

        Assert.Contains("- [x] Notes are there", markdown.Output, StringComparison.Ordinal);
        Assert.Contains("- [ ] A file is there", markdown.Output, StringComparison.Ordinal);
        Assert.Equal("testsuites", XDocument.Load(bench.PathOf("junit.xml")).Root!.Name.LocalName);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(bench.PathOf("page.html")), StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(bench.PathOf("at-the-end.html")), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, wrong.ExitCode);
    }

    [Fact]
    public async Task An_audit_finds_a_changed_byte()
    {
        using var bench = new CliBench(Checklist);
        await bench.CallAsync("deploy", "--release", "2.0");
        var intact = await bench.CallAsync("audit", "--all");
        var journal = Directory.EnumerateFiles(bench.RunFolder, "*.jsonl").Single();
        var bytes = File.ReadAllBytes(journal);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(journal, bytes);

        var changed = await bench.CallAsync("audit");
        var status = await bench.CallAsync("status");

        Assert.Equal(0, intact.ExitCode);
        Assert.Contains("does not prove that nobody forged", intact.Talk, StringComparison.Ordinal);
        Assert.Equal(1, changed.ExitCode);
        Assert.Equal(6, status.ExitCode);
        Assert.Contains("holdpoint audit", status.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_GitHub_Actions_stages_fold_failures_are_annotated_and_a_summary_is_written()
    {
        using var bench = new CliBench(Checklist);
        bench.Variables["GITHUB_ACTIONS"] = "true";
        bench.Variables["CI"] = "true";
        bench.Variables["GITHUB_WORKSPACE"] = bench.Folder;
        bench.Variables["GITHUB_STEP_SUMMARY"] = bench.PathOf("summary.md");

        var said = await bench.CallAsync("deploy", "--release", "2.0");

        Assert.Equal(0, said.ExitCode);
        Assert.Contains("::group::deploy", said.Output, StringComparison.Ordinal);
        Assert.Equal(said.Output.Split("::group::").Length, said.Output.Split("::endgroup::").Length);
        Assert.Contains("::error file=DEPLOY.md,line=8,", said.Output, StringComparison.Ordinal);
        Assert.Contains("## ✅ Passed: Shop", File.ReadAllText(bench.PathOf("summary.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_says_what_holds_who_can_release_it_and_that_nobody_drives()
    {
        using var bench = new CliBench("""
            # Shop

            ## Before

            - [ ] Go `@ release-manager`

            """);
        await bench.CallAsync("deploy", "--release", "2.0");

        var status = await bench.CallAsync("status");

        Assert.Equal(0, status.ExitCode);
        Assert.Contains("the end of prepare holds since", status.Output, StringComparison.Ordinal);
        Assert.Contains("→ release-manager (ana, bo) can sign: holdpoint sign before/go", status.Output, StringComparison.Ordinal);
        Assert.Contains("holdpoint resume", status.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', status.Output);
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_done_and_does_nothing()
    {
        using var bench = new CliBench(Checklist);

        var said = await bench.CallAsync("deploy", "--release", "2.0", "--dry-run");

        Assert.Equal(0, said.ExitCode);
        Assert.Contains("! deploy web", said.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.PathOf(".holdpoint")));
        Assert.Equal("", bench.Log);
    }

    [Fact]
    public async Task What_is_asked_for_and_not_answered_is_named_with_its_option()
    {
        using var bench = new CliBench(Checklist, CliBench.Configuration + "vars:\n  ticket: { ask: Change ticket }\n");

        var unanswered = await bench.CallAsync("deploy", "--release", "2.0");
        var answered = await bench.CallAsync("deploy", "--release", "2.0", "--var", "ticket=CHG-7");

        Assert.Equal(2, unanswered.ExitCode);
        Assert.Contains("say --var ticket=…", unanswered.Talk, StringComparison.Ordinal);
        Assert.Equal(0, answered.ExitCode);
    }

    [Theory]
    [InlineData(2, "which version is to be deployed is not known", "deploy")]
    [InlineData(2, "--at yesterday is no time", "deploy", "--release", "2.0", "--at", "yesterday")]
    [InlineData(2, "there is no run in", "status")]
    [InlineData(2, "there is no run in", "resume")]
    [InlineData(2, "there is no run in", "sign", "x")]
    [InlineData(2, "a lock needs a reason", "lock", "production", "--for", "1h")]
    [InlineData(2, "soon is no span of time", "lock", "production", "--reason", "x", "--for", "soon")]
    [InlineData(2, "there is no folder", "history", "--record", "nowhere")]
    [InlineData(2, "nowhere.md", "deploy", "nowhere.md", "--release", "2.0")]
    public async Task Bad_input_is_told_with_its_remedy_and_without_a_stack_trace(int exitCode, string words, params string[] arguments)
    {
        using var bench = new CliBench(Checklist);

        var said = await bench.CallAsync(arguments);

        Assert.True(said.ExitCode == exitCode, said.All);
        Assert.Contains(words, said.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.All, StringComparison.Ordinal);
    }
}
