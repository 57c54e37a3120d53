using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class LintTests
{
    private const string Deploy = "## D\n\n**Stage:** deploy\n\n- [ ] out `! deploy web` `? http ${api}/health`\n- [ ] back `! rollback when asked`\n";

    [Theory]
    [InlineData("Next review: 2026-02-21", "1:14: warning: the review of this file was due on 2026-02-21")]
    [InlineData("**Next Review:** 21 February 2026", "1:18: warning: the review of this file was due on 2026-02-21")]
    [InlineData("---\nnext_review: 2026-03-01\n---", "2:14: warning: the review of this file was due on 2026-03-01")]
    [InlineData("Review by: February 1, 2026", "1:12: warning: the review of this file was due on 2026-02-01")]
    public void A_review_date_that_has_passed_is_told(string text, string told) =>
        Assert.Equal([told], Planning.Told($"{text}\n\n- [ ] a\n"));

    [Theory]
    [InlineData("Next review: 2026-03-02")]
    [InlineData("Next review: when it snows")]
    [InlineData("Last review: 2020-01-01")]
    [InlineData("We review: 2020-01-01")]
    public void Other_dates_are_not(string text) => Assert.Empty(Planning.Told($"{text}\n\n- [ ] a\n"));

    [Fact]
    public void An_action_that_nothing_proves_is_told_unless_it_only_tells_or_its_target_knows_its_health()
    {
        Assert.Equal(["3:10: warning: nothing proves that `sh ./go` worked"], Planning.Told("## S\n\n- [ ] a `! sh ./go`\n- [ ] b\n"));
        Assert.Empty(Planning.Told("## S\n\n- [ ] a `! tell ops`\n\n  ```text\n  hello\n  ```\n", Planning.Yaml));
        Assert.Empty(Planning.Told("## D\n\n- [ ] out `! deploy web`\n- [ ] back `! rollback when asked`\n", Planning.Yaml));
        Assert.Equal(["3:12: warning: nothing proves that `deploy worker` worked"], Planning.Told("## D\n\n- [ ] out `! deploy worker`\n- [ ] back `! rollback when asked`\n", Planning.Yaml));
    }

    [Fact]
    public void A_rollback_rule_without_a_deploy_is_told() =>
        Assert.Equal(["3:10: warning: nothing in this checklist deploys, so this rule has nothing to roll back and is never judged"], Planning.Told("## S\n\n- [ ] a `! rollback when error_rate > 5% for 1m`\n", Planning.Yaml));

    [Theory]
    [InlineData("env HOME length >= 0", "this check can never fail: `length >= 0` always holds")]
    [InlineData("process nginx count >= 0", "this check can never fail: `count >= 0` always holds")]
    [InlineData("process nginx count > -1 or memory > 1GB", "this check can never fail: `count > -1 or memory > 1GB` always holds")]
    [InlineData("process nginx not count < 0", "this check can never fail: `not count < 0` always holds")]
    [InlineData("process nginx count < 0", "this check can never pass: `count < 0` never holds")]
    [InlineData("disk / free >= 0B and used < 90%", "`free >= 0B` always holds, so it proves nothing")]
    [InlineData("disk / free == free", "this check can never fail: `free == free` always holds")]
    [InlineData("sh true", "this check can never fail: `true` always ends with exit code 0")]
    public void A_check_whose_outcome_is_known_beforehand_is_told(string check, string told)
    {
        var problem = Assert.Single(Planning.Of($"## S\n\n- [ ] a `? {check}`\n").Problems);
        Assert.Equal((false, told), (problem.IsError, problem.What));
        Assert.Equal(3, problem.At.Line);
    }

    [Theory]
    [InlineData("clock skew >= 0s")]
    [InlineData("tls example.com remaining > 0s")]
    [InlineData("process nginx count >= 1")]
    [InlineData("disk / used < 90%")]
    public void A_check_that_can_fail_is_not(string check) => Assert.Empty(Planning.Told($"## S\n\n- [ ] a `? {check}`\n"));

    [Fact]
    public void A_rule_that_always_or_never_fires_is_told()
    {
        var told = Planning.Told(Deploy + "- [ ] a `! hold when latency >= 0s`\n- [ ] b `! hold when latency < 0s`\n", Planning.Yaml);
        Assert.Equal(["7:22: warning: `latency >= 0s` always holds, so this rule fires at once", "8:22: warning: `latency < 0s` never holds, so this rule can never fire"], told);
    }

    [Fact]
    public void A_way_back_without_an_action_is_told_at_its_heading() =>
        Assert.Equal(["5:1: warning: \"Rollback plan\" holds no action, so nothing in it goes back"], Planning.Told("## S\n\n- [ ] a `? memory free > 1GB`\n\n## Rollback plan\n\n- [ ] think\n"));

    [Fact]
    public void A_command_without_a_mark_is_told_in_files_that_have_marks()
    {
        const string items = "## S\n\n- [ ] a `docker compose ps` shows all\n- [ ] has `git` and `docker`\n- [ ] c\n\n  ```bash\n  curl -f localhost\n  ```\n\n- [ ] d\n\n  ```text\n  curl\n  ```\n";
        Assert.Equal(
            ["3:9: warning: `docker compose ps` carries no mark, so nothing runs it", "7:3: warning: no mark of its item takes this script, so nothing runs it"],
            Planning.Told(items + "- [ ] m `? memory free > 1GB`\n"));
        Assert.Empty(Planning.Told(items));
    }

    [Fact]
    public void Scripts_that_swallow_failures_or_count_with_grep_are_told_at_the_place()
    {
        var told = Planning.Told("""
            ## S

            - [ ] a `? run`

              ```bash
              # grep x y | wc -l
              ./migrate || true
              docker logs web | grep error | wc -l
              grep -c panic app.log
              ```

            - [ ] b `? sh ./try || true`
            - [ ] c `? sh echo “hi” | cat`
            """);
        Assert.Equal(
            ["7:13: warning: `|| true` turns every failure into a success",
             "8:21: warning: a count by grep passes whatever it counts, and a grep that broke counts 0",
             "9:3: warning: a count by grep passes whatever it counts, and a grep that broke counts 0",
             "12:21: warning: `|| true` turns every failure into a success"],
            told.Take(4));
        Assert.All(told.Skip(4), t => Assert.StartsWith("13:20: warning: a curly quote “", t, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sh echo $TAG output == \"v1\"", 25, "output == \"v1\"", "echo $TAG")]
    [InlineData("sh ./count lines >= 3 and exit == 0", 23, "lines >= 3 and exit == 0", "./count")]
    [InlineData("sh ./count lines > 3", 23, "lines > 3", "./count")]
    [InlineData("sh ./try exit in 0..1", 21, "exit in 0..1", "./try")]
    [InlineData("sh ./log matching\"error\" == 0 within 1m", 21, "matching\"error\" == 0 within 1m", "./log")]
    [InlineData("sh ./log output not contains \"error\"", 21, "output not contains \"error\"", "./log")]
    [InlineData("sh cat health.json $.status == \"ok\"", 31, "$.status == \"ok\"", "cat health.json")]
    public void A_condition_that_the_shell_would_swallow_is_told_with_the_form_that_judges(string check, int column, string condition, string command)
    {
        var problem = Assert.Single(Planning.Of($"## S\n\n- [ ] a `? {check}`\n").Problems);
        Assert.Equal((false, 3, column), (problem.IsError, problem.At.Line, problem.At.Column));
        Assert.Equal($"`{condition}` is read by the shell and judges nothing, because sh takes the whole rest of the mark", problem.What);
        Assert.Equal($"write `? run {condition}`, and `{command}` in a fence under the item", problem.Fix);
    }

    [Theory]
    [InlineData("sh test \"$output\" == 3")]
    [InlineData("sh [[ $lines == 3 ]]")]
    [InlineData("sh ./report output > report.txt")]
    [InlineData("sh for lines in 1 2; do ./try $lines; done")]
    [InlineData("sh jq -e '.a and exit == 1' a.json")]
    [InlineData("sh ./try --exit == 0")]
    [InlineData("sh ./go && exit 3")]
    public void A_shells_own_words_are_none(string check) => Assert.Empty(Planning.Told($"## S\n\n- [ ] a `? {check}`\n"));

    [Fact]
    public void A_timing_word_in_sh_is_told() =>
        Assert.Equal(["3:21: warning: `within 30s` is read by the shell, because sh takes the whole rest of the mark"], Planning.Told("## S\n\n- [ ] a `? sh ./try within 30s`\n"));

    [Fact]
    public void Two_deploys_of_one_target_are_told_at_the_second() =>
        Assert.Equal(["7:14: warning: web is deployed on line 5 already"], Planning.Told(Deploy + "- [ ] again `! deploy web`\n", Planning.Yaml));

    [Fact]
    public void Critical_on_an_advisory_item_is_told_at_the_tag() =>
        Assert.Equal(["3:44: warning: an item that is `#advisory` never holds anything, so `#critical` does nothing"], Planning.Told("## S\n\n- [ ] a `? memory free > 1GB`    #advisory #critical\n"));

    [Fact]
    public void A_watch_without_watch_is_told_and_a_watch_elsewhere_too()
    {
        Assert.Equal(["1:1: warning: \"S\" is of the stage watch and has no `Watch`, so its checks run once"], Planning.Told("## S\n\n**Stage:** watch\n\n- [ ] a `? memory free > 1GB`\n"));
        Assert.Equal(["3:12: warning: `Watch` does nothing in the stage prepare"], Planning.Told("## S\n\n**Watch:** every 1m until 5m\n\n- [ ] a `? memory free > 1GB`\n"));
    }

    [Fact]
    public void A_deploy_without_a_way_back_is_told() =>
        Assert.Equal(["3:12: warning: nothing here says when to go back, or how"], Planning.Told("## D\n\n- [ ] out `! deploy web`\n", Planning.Yaml));

    [Fact]
    public void A_protected_environment_without_a_gate_is_told() =>
        Assert.Equal(["1:1: warning: production is protected, and no section of `prepare` has a `Gate`"], Planning.Told("## P\n\n- [ ] a `? memory free > 1GB`\n\n" + Deploy, Planning.Yaml, "production"));

    [Fact]
    public void A_metric_of_a_database_can_be_measured() =>
        Assert.Empty(Planning.Told("## S\n\n- [ ] a `? rows > 1`\n", "holdpoint: 1\nservers: { postgres: { main: { host: db1 } } }\nmetrics: { rows: { unit: count, sql: select 1 } }\n"));

    [Fact]
    public void A_metric_that_cannot_be_measured_is_told() =>
        Assert.Equal(["3:12: warning: elsewhere can't be measured: `${region}` has no value"], Planning.Told("## S\n\n- [ ] a `? elsewhere < 1s`\n", Planning.Yaml));

    [Fact]
    public void A_baseline_that_no_section_gives_is_told() =>
        Assert.Equal(["3:15: warning: no section has **Environment:** staging, so nothing gives this baseline"], Planning.Told("## S\n\n**Baseline:** staging\n\n- [ ] a `? memory free > 1GB`\n", Planning.Yaml));

    [Theory]
    [InlineData("last week")]
    [InlineData("run last")]
    [InlineData("taken quiet-day")]
    public void A_check_of_its_own_facts_against_what_holds_metrics_alone_is_told(string origin)
    {
        Assert.Equal([$"3:15: warning: `{origin}` holds metrics alone, so `memory free >= baseline` has no baseline and is always unknown"], Planning.Told($"## S\n\n**Baseline:** {origin}\n\n- [ ] a `? memory free >= baseline`\n", Planning.Yaml));
        Assert.Empty(Planning.Told($"## S\n\n**Baseline:** {origin}\n\n- [ ] a `? latency <= 1.1x baseline`\n", Planning.Yaml));
    }

    [Fact]
    public void Lint_can_be_left_out()
    {
        var (plan, problems) = Planner.Plan(Planning.Request("Next review: 2020-01-01\n\n- [ ] a `! sh ./go`\n") with { Lint = false });
        Assert.NotNull(plan);
        Assert.Empty(problems);
    }
}
