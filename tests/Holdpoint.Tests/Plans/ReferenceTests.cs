namespace Holdpoint.Tests.Plans;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData("- [ ] a `! deploy wep` `? env A`", "3:19: error: there is no target `wep`", "did you mean `web`?")]
    [InlineData("- [ ] a `! deploy elsewhere` `? env A`", "3:19: error: there is no target `elsewhere`", "add it under targets: in holdpoint.yaml")]
    [InlineData("- [ ] a `! deploy ${region}` `? env A`", "3:19: error: which target `${region}` is has to be known when the run starts: the variable region has no value: give it with --var region=…", "name the target, or give the variable a value in holdpoint.yaml or with --var")]
    [InlineData("- [ ] a `@ srre`", "3:10: error: there is no role `srre`, so nobody could sign", "did you mean `sre`?")]
    [InlineData("- [ ] a `@ empty`", "3:10: error: the role `empty` has no members, so nobody could sign", "add members under roles: in holdpoint.yaml")]
    [InlineData("- [ ] a `@ dba and release-manager`", "3:10: error: `dba and release-manager` needs 2 different people, and the members of these roles are too few: ana@example.com", "give one of the roles another member, or ask for one role less")]
    [InlineData("- [ ] a `? kubernetes deployment/api cluster=mian`", "3:46: error: there is no kubernetes server `mian`", "did you mean `main`?")]
    [InlineData("- [ ] a `? manifests deploy/ cluster=mian`", "3:38: error: there is no kubernetes server `mian`", "did you mean `main`?")]
    [InlineData("- [ ] a `? logs pod:app=api cluster=mian`", "3:37: error: there is no kubernetes server `mian`", "did you mean `main`?")]
    [InlineData("- [ ] a `? http ${apo}/health`", "3:17: error: no variable is named `apo`", "did you mean `${api}`?")]
    [InlineData("- [ ] a `? eror_rate < 5%`", "3:12: error: no metric or probe is named `eror_rate`", "did you mean `error_rate`?")]
    public void A_name_that_the_configuration_lacks_is_an_error_with_the_nearest(string item, string told, string fix)
    {
        var problem = Assert.Single(Planning.Of($"## S\n\n{item}\n", Planning.Yaml).Problems, p => p.IsError);
        Assert.Equal(told, $"{problem.At}: error: {problem.What}");
        Assert.StartsWith(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_is_looked_up_in_rules_and_in_actions()
    {
        var told = Planning.Told("""
            ## S

            - [ ] a `! tell opps when error_rate > 5%`
            - [ ] b `! tell opps`

              ```text
              Out: ${versoin}
              ```
            """, Planning.Yaml);

        Assert.Equal(["3:17: error: there is no channel `opps`", "4:17: error: there is no channel `opps`", "7:8: error: no variable is named `versoin`"], told);
    }

    [Fact]
    public void Different_people_are_found_where_there_is_a_way()
    {
        Assert.DoesNotContain(Planning.Told("## S\n\n- [ ] a `@ dba and sre`\n", Planning.Yaml), t => t.Contains("error", StringComparison.Ordinal));
        Assert.DoesNotContain(Planning.Told("## S\n\n- [ ] a `@ dba or release-manager`\n", Planning.Yaml), t => t.Contains("error", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_roles_in_the_configuration_any_role_may_be_named() =>
        Assert.Empty(Planning.Told("## S\n\n- [ ] a `@ whoever and other`\n"));

    [Fact]
    public void An_owner_that_is_no_role_is_told_at_the_field_once()
    {
        Assert.Equal(["3:12: error: there is no role `sales`, so nobody could sign"], Planning.Told("## S\n\n**Owner:** sales\n\n- [ ] a\n- [ ] b\n- [ ] c `? env A`\n", Planning.Yaml));
        Assert.Empty(Planning.Told("## S\n\n**Owner:** sales\n\n- [ ] c `? env A`\n", Planning.Yaml));
    }

    [Fact]
    public void Problems_of_a_scenario_stand_at_their_lines_in_the_file()
    {
        var told = Planning.Told("""
            ## S

            - [ ] a `? scenario`

              ```http
              POST ${api}/things

              {"name": "x"}

              ? status == 201
              id = $.id

              ###
              GET ${api}/things/${id}/${it}

              ?status == 200
              ```
            """, Planning.Yaml);

        Assert.Equal(2, told.Count);
        Assert.Equal("14:27: error: no variable is named `it`", told[0]);
        Assert.StartsWith("16:3: error: '?status == 200': the sign touches the condition", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_scenario_captures_is_known_in_its_fence_only()
    {
        var told = Planning.Told("## S\n\n- [ ] a `? scenario`\n\n  ```http\n  GET ${api}/x\n\n  ? status == 200\n  id = $.id\n\n  ###\n  GET ${api}/x/${id}\n\n  ? status == 200\n  ```\n\n- [ ] b `? http ${api}/x/${id}`\n", Planning.Yaml);
        Assert.Equal(["17:26: error: no variable is named `id`"], told);
    }

    [Fact]
    public void Checks_in_the_configuration_are_read_too()
    {
        var yaml = Planning.Yaml.Replace("healthy: http ${api}/health", "healthy: htp ${api}/health", StringComparison.Ordinal);
        var problem = Assert.Single(Planning.Of("## S\n\n**Stage:** deploy\n\n- [ ] a `! deploy web`\n- [ ] b `! rollback when asked`\n", yaml).Problems, p => p.IsError);
        Assert.EndsWith("holdpoint.yaml", problem.File, StringComparison.Ordinal);
        Assert.Equal("no probe or metric is named `htp`", problem.What);
        Assert.Equal("healthy: ", yaml.Split('\n')[problem.At.Line - 1][4..(problem.At.Column - 1)].TrimStart('e', ' '));
    }

    [Fact]
    public void A_protected_environment_is_not_deployed_to_without_anything_before() =>
        Assert.Contains("1:1: error: production is protected, and nothing in `prepare` has to pass before this section deploys",
            Planning.Told("## S\n\n**Stage:** deploy\n\n- [ ] a `! deploy web`\n- [ ] b `! rollback when asked`\n", Planning.Yaml, "production"));

    [Fact]
    public void An_unknown_environment_is_an_error() =>
        Assert.Contains(Planning.Told("- [ ] a\n", Planning.Yaml, "prodction"), t => t.Contains("there is no environment", StringComparison.Ordinal));
}
