using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class FieldMistakeTests
{
    [Theory]
    [InlineData("**Stage:** deplyo", "there is no stage `deplyo`", "did you mean `deploy`?")]
    [InlineData("**Stage:** somewhere", "there is no stage `somewhere`", "the stages are prepare, deploy, verify, watch, close, rollback, review")]
    [InlineData("**Gate:** 80", "`Gate: 80` can't be read", "write score >= 80, with a number from 0 to 100, or passed for the rule that nothing may have failed")]
    [InlineData("**Gate:** score >= 101", "`Gate: score >= 101` can't be read", "write score >= 80, with a number from 0 to 100, or passed for the rule that nothing may have failed")]
    [InlineData("**Budget:** 5", "`Budget: 5` is no duration", "write the unit: 5m, 5h")]
    [InlineData("**Fresh:** a while", "`Fresh: a while` is no duration", "write a number with ms, s, m, h or d: 30m")]
    [InlineData("**Fresh:** 0m", "`Fresh: 0m` is no duration", "write a number with ms, s, m, h or d: 30m")]
    [InlineData("**Due:** 7d", "7d does not say whether before or after", "write for example 7d before, or 24h after")]
    [InlineData("**Each:** litellm, openwebui", "`Each: litellm, openwebui` can't be read", "write for example: service in litellm, openwebui, nginx")]
    [InlineData("**Each:** service in a, a", "`a` stands twice in `Each`", "leave one")]
    [InlineData("**Each:** service in a,, b", "a value of `Each` is empty", "write for example: service in litellm, openwebui, nginx; a value is made of letters, digits and . _ : / @ + -")]
    [InlineData("**Each:** version in a, b", "`version` can't be the name of what `Each` counts: it is built in", "write for example: service in litellm, openwebui, nginx")]
    [InlineData("**Host:** web", "web is a group of hosts", "give the section `Each: host in web` and write host=${host}")]
    [InlineData("**Host:** ${wep}", "no variable is named `wep`", "declare it under `vars:` in holdpoint.yaml")]
    [InlineData("**Host:** -oProxyCommand=x", "`-oProxyCommand=x` is no name of a host", "write a name under hosts: in holdpoint.yaml, or one that ssh knows")]
    [InlineData("**Dir:** ${nowhere}", "`Dir: ${nowhere}` names no folder: there is no variable nowhere: did you mean `answer`?", "write a folder, from the checklist's own", false)]
    [InlineData("**Baseline:** stagin", "`Baseline: stagin` names no environment, and is none of the other origins", "did you mean `staging`?")]
    public void A_field_that_cannot_be_read_is_an_error_at_its_place_with_the_mend(string field, string what, string fix, bool whole = true)
    {
        var problem = Assert.Single(Planning.Of($"# T\n\n## S\n\n{field}\n\n- [ ] a `? disk / free > 1GB`\n", Planning.Yaml).Problems);

        Assert.True(problem.IsError);
        Assert.Equal((5, field.IndexOf(":** ", StringComparison.Ordinal) + 5), (problem.At.Line, problem.At.Column));
        if (whole)
            Assert.Equal(what, problem.What);
        else
            Assert.StartsWith(what[..30], problem.What, StringComparison.Ordinal);
        Assert.Equal(fix, problem.Fix);
    }

    [Fact]
    public void A_watch_that_cannot_be_read_is_an_error()
    {
        Assert.Equal(["7:12: error: every 15m has no end"], Planning.Told("# T\n\n## S\n\n**Stage:** watch\n\n**Watch:** every 15m\n\n- [ ] a `? disk / free > 1GB`\n").Where(t => t.Contains("error", StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_if_is_read_as_a_check_and_its_mistakes_stand_where_they_are()
    {
        var plan = Planning.Good("# T\n\n## S\n\n**Only if:** env FEATURE\n\n- [ ] a `? disk / free > 1GB`\n");
        Assert.Equal("env FEATURE", plan.Sections[0].OnlyIf!.Text);

        var problem = Assert.Single(Planning.Of("# T\n\n## S\n\n**Only if:** `disk / fre > 1GB`\n\n- [ ] a `? disk / free > 1GB`\n").Problems);
        Assert.Equal((5, 22), (problem.At.Line, problem.At.Column));
        Assert.StartsWith("`Only if` can't be read: disk has no fact `fre`", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_is_told_at_once_and_no_plan_is_made()
    {
        var (plan, problems) = Planning.Of("# T\n\n## S\n\n**Stage:** x1\n\n**Budget:** 5\n\n- [ ] a `? disk / fre > 1GB`\n- [ ] b `! deploy wep`\n  - [ ] c `? memory free > 1s`\n", Planning.Yaml);

        Assert.Null(plan);
        Assert.Equal([5, 7, 9, 10, 11], problems.Where(p => p.IsError).Select(p => p.At.Line).Distinct());
    }

    [Fact]
    public void An_environment_is_a_field_only_when_it_is_known()
    {
        Assert.Equal("staging", Planning.Good("## S\n\n**Environment:** staging\n\n- [ ] a `? disk / free > 1GB`\n", Planning.Yaml).Sections[0].Environment);

        var (plan, problems) = Planning.Of("## S\n\n**Environment:** wherever the sun shines\n\n- [ ] a `? disk / free > 1GB`\n", Planning.Yaml);
        Assert.Null(plan!.Sections[0].Environment);
        Assert.Empty(problems);
        Assert.Equal(["3:18: warning: there is no environment `stagign`, so this line is read as prose"], Planning.Told("## S\n\n**Environment:** stagign\n\n- [ ] a `? disk / free > 1GB`\n", Planning.Yaml));
    }

    [Fact]
    public void What_is_inherited_reaches_the_headings_below_and_the_rest_does_not()
    {
        var plan = Planning.Good("""
            # T

            ## Outer

            **Stage:** deploy

            **Owner:** sre

            **Fresh:** 5m

            **Dir:** sub

            **Environment:** staging

            **Budget:** 2m

            - [ ] a `? disk / free > 1GB`

            ### Inner

            - [ ] b `? disk / free > 1GB`
            """, Planning.Yaml);

        var inner = plan.Sections[1];
        Assert.Equal(("outer/inner", Stage.Deploy, "sre", TimeSpan.FromMinutes(5), "staging"), (inner.Id, inner.Stage, inner.Owner, inner.Fresh, inner.Environment));
        Assert.Equal(Path.GetFullPath("sub"), inner.Directory);
        Assert.Null(inner.Budget);
        Assert.Equal(TimeSpan.FromMinutes(2), plan.Sections[0].Budget);
    }

    [Fact]
    public void Fields_that_are_not_inherited_say_so_above_headings_without_items()
    {
        Assert.Equal(
            ["5:14: error: `Only if` stands under a heading without items of its own, and is not inherited", "7:11: warning: `Gate` stands under a heading without items of its own, and is not inherited"],
            Planning.Told("# T\n\n## Outer\n\n**Only if:** env X\n\n**Gate:** passed\n\n### Inner\n\n- [ ] b `? disk / free > 1GB`\n"));
    }

    [Fact]
    public void A_stage_that_goes_back_is_an_error_and_the_stages_beside_may_be_anywhere()
    {
        Assert.Equal(
            ["13:12: error: the stage goes back from verify (\"B\", line 7) to deploy",
             "17:1: error: \"D\" has no stage of its own, so it is of prepare, and it stands behind \"B\" (line 7) of verify"],
            Planning.Told("""
                ## A
                **Stage:** rollback

                - [ ] a `? disk / free > 1GB`
                  `! sh true` `? memory free > 1GB`

                ## B
                **Stage:** verify

                - [ ] b `? disk / free > 1GB`

                ## C
                **Stage:** deploy

                - [ ] c `? disk / free > 1GB`

                ## D

                - [ ] d `? disk / free > 1GB`
                """).Where(t => t.Contains("error", StringComparison.Ordinal)));
    }

    [Fact]
    public void Two_watches_stand_beside_each_other()
    {
        var plan = Planning.Good("## A\n\n**Stage:** watch\n\n**Watch:** every 1m until 5m\n\n- [ ] a `? disk / free > 1GB`\n\n## B\n\n**Stage:** watch\n\n**Watch:** every 1m until 5m\n\n- [ ] b `? disk / free > 1GB`\n");
        Assert.Equal(2, plan.Of(Stage.Watch).Count());
    }
}
