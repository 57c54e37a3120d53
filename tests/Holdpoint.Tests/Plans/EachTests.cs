using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class EachTests
{
    private const string Services = """
        # T

        ## Roll out ${service}

        **Each:** service in litellm, openwebui

        - [ ] Image of ${service} is there `? sh ./has "$SERVICE"`
        - [ ] Up `? http http://localhost/${service}/health` #id=up

        ### After it

        - [ ] Quiet `? http http://localhost/${service}/errors`
        """;

    [Fact]
    public void The_section_and_what_is_below_it_come_once_for_each_value()
    {
        var plan = Planning.Good(Services);

        Assert.Equal(
            ["roll-out-service/litellm Roll out litellm", "roll-out-service/litellm/after-it After it (litellm)", "roll-out-service/openwebui Roll out openwebui", "roll-out-service/openwebui/after-it After it (openwebui)"],
            plan.Sections.Select(s => $"{s.Id} {s.Heading}"));
        Assert.Equal("litellm", plan.Sections[1].Each["service"]);
        Assert.Equal(
            ["roll-out-service/litellm/image-of-service-is-there", "up/litellm", "roll-out-service/litellm/after-it/quiet", "roll-out-service/openwebui/image-of-service-is-there", "up/openwebui", "roll-out-service/openwebui/after-it/quiet"],
            plan.Ids());
        Assert.Equal("Image of openwebui is there", plan.AllItems.ElementAt(3).Text);
        Assert.Equal("http http://localhost/openwebui/health", plan.Step("up/openwebui")!.Text);
    }

    [Fact]
    public void A_mistake_in_it_is_told_once()
    {
        var (_, problems) = Planning.Of(Services.Replace("/errors", "/${servce}", StringComparison.Ordinal));
        Assert.Equal(["12:49 no variable is named `servce`"], problems.Select(p => $"{p.At} {p.What}"));
    }

    [Fact]
    public void What_it_counts_is_known_in_it_only() =>
        Assert.Contains(Planning.Told(Services + "\n\n## Other\n\n- [ ] x `? http http://localhost/${service}`\n"), t => t.StartsWith("16:34: error: no variable is named `service`", StringComparison.Ordinal));

    [Fact]
    public void A_group_of_hosts_stands_for_its_machines() =>
        Assert.Equal(["s/web1/a", "s/web2/a"], Planning.Good("## S\n\n**Each:** host in web\n\n- [ ] a `? ping ${host}`\n", Planning.Yaml).Ids());

    [Fact]
    public void Each_within_each_unfolds_both() =>
        Assert.Equal(["s/a/t/x/i", "s/a/t/y/i", "s/b/t/x/i", "s/b/t/y/i"], Planning.Good("## S\n\n**Each:** p in a, b\n\n### T\n\n**Each:** q in x, y\n\n- [ ] i `? ping ${p}.${q}`\n").Ids());

    [Fact]
    public void A_deploy_knows_its_target_by_name()
    {
        var plan = Planning.Good("## S\n\n**Stage:** deploy\n\n**Each:** service in web, worker\n\n- [ ] out `! deploy ${service}` `? memory free > 1GB`\n- [ ] back `! rollback when error_rate > 5%`\n", Planning.Yaml);
        Assert.Equal("web", plan.Step<PlannedStep.Act>("s/web/out#1").Target);
        Assert.Equal("worker", plan.Step<PlannedStep.Act>("s/worker/out#1").Target);
        Assert.Equal("deploy worker", plan.Step("s/worker/out#1")!.Text);
        Assert.Equal(["s/web/back", "s/worker/back"], plan.Rules.Select(r => r.Id));
    }

    [Fact]
    public void A_rule_gets_the_value_at_once()
    {
        var plan = Planning.Good("## S\n\n**Each:** service in web, worker\n\n- [ ] out `! deploy ${service}` `? memory free > 1GB`\n- [ ] back `! rollback unless http http://${service}/health`\n", Planning.Yaml);
        Assert.Equal(["http://web/health", "http://worker/health"], plan.Rules.Select(r => r.Rule.Unless!.Call!.Arguments[0].Source));
    }

    [Fact]
    public void What_would_unfold_without_end_is_an_error()
    {
        var values = string.Join(", ", Enumerable.Range(0, 700));
        Assert.Equal(["5:1: error: the plan has more than 250000 sections and items"], Planning.Told($"## S\n\n**Each:** p in {values}\n\n### T\n\n**Each:** q in {values}\n\n#### U\n\n**Each:** r in {values}\n\n##### V\n").Select(t => "5:1" + t[t.IndexOf(':', 4)..]));
    }
}
