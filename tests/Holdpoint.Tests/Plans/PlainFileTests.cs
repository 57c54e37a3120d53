using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class PlainFileTests
{
    private const string Plain = """
        # How we ship

        **Owner:** the people of the second floor, mostly
        **Stage:** Pilot phase

        **Host:** the big one

        ## 1. Before

        **Due:** soon

        - [ ] Run `docker compose pull`
        - [ ] Tests pass
        - [x] Tests pass
          - [ ] on Linux
          - [ ] on Windows

        ```bash
        curl localhost
        ```

        ## 2. After

        **Gate:** the manager

        **Only if:** it rains

        **Each:** evening

        - [ ] [See the other list](other.md)
        - [ ] Tell everybody #today

        ## Rollback

        - [ ] Undo it
        """;

    [Fact]
    public void A_plain_checklist_is_a_plan_of_sign_offs_and_nothing_in_it_is_an_error()
    {
        var (plan, problems) = Planning.Of(Plain, Planning.Yaml, "production");

        Assert.NotNull(plan);
        Assert.DoesNotContain(problems, p => p.IsError);
        Assert.All(plan.AllItems.SelectMany(i => i.Steps), s => Assert.IsType<PlannedStep.Sign>(s));
        Assert.Equal(["before/run-docker-compose-pull", "before/tests-pass", "before/tests-pass-2", "before/on-linux", "before/on-windows", "after/see-the-other-list", "after/tell-everybody-today", "rollback/undo-it"], plan.Ids());
        Assert.Empty(plan.AllItems.Single(i => i.Id == "before/tests-pass-2").Steps);
    }

    [Fact]
    public void The_same_fields_are_errors_in_a_file_with_marks() =>
        Assert.True(Planning.Of(Plain + "\n- [ ] m `? memory free > 1GB`\n").Problems.Count(p => p.IsError) > 3);

    [Fact]
    public void A_text_without_items_is_an_empty_plan() => Assert.Empty(Planning.Good("# Nothing\n\nto do\n").Sections);

    [Fact]
    public void Without_a_title_the_plan_is_called_after_its_file() => Assert.Equal("deploy", Planning.Good("- [ ] a\n").Title);
}
