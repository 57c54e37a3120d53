using Holdpoint.Configuration;
using Holdpoint.Plans;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Plans;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Rollouts;

public sealed class RolloutPreviewTests
{
    private const string Targets = """
        holdpoint: 1
        vars: { back: { required: true } }
        targets:
          shop:
            compose: { project: shop, services: [api, web] }
            settle: 5s
          api:
            compose: { project: api, services: [api_blue, api_green] }
            strategy: canary
            steps: [5%, 100%]
            pause: 5m
            traffic: { haproxy: { socket: /run/haproxy.sock, backend: api } }
          hidden:
            compose: { project: "${back}", services: [api] }
          own:
            command: { now: ./now, deploy: ./deploy, rollback: ./back }
        """;

    [Fact]
    public void A_dry_run_shows_the_steps_of_a_rolling_deploy() =>
        Assert.Equal(["fetch images of 2.0", "run 2.0 on api", "wait until api is well", "let api settle for 5s", "run 2.0 on web", "wait until web is well", "let web settle for 5s"], Steps("shop"));

    [Fact]
    public void Those_of_two_colours_are_told_as_if_blue_served()
    {
        var steps = Steps("api");
        Assert.Equal(["run 2.0 on api_green", "wait until api_green is well", "send 5% to green", "watch 5% on green for 5m", "send 100% to green", "drain api_blue", "(where green serves now, the other way round)"], steps.SkipWhile(s => !s.StartsWith("run", StringComparison.Ordinal)));
        Assert.Contains("send 100% to green", Steps("api strategy=blue-green"));
    }

    [Fact]
    public void What_can_not_be_planned_says_why_and_commands_of_ones_own_are_one_step()
    {
        Assert.StartsWith("(its steps are not known here: ", Assert.Single(Steps("hidden")), StringComparison.Ordinal);
        Assert.Empty(Steps("own"));
    }

    private static List<string> Steps(string deploy)
    {
        var plan = Planning.Good($"## Out\n\n**Stage:** deploy\n\n- [ ] Out `! deploy {deploy}`\n", Targets);
        var scope = new Scope(Planning.Request("", Targets).Project, new Secrets("/srv/shop", _ => null)) { BuiltIns = new Dictionary<string, string> { ["version"] = "2.0" } };
        return [.. DryRun.Lines(plan, (act, _) => RolloutPreview.Of(act, "2.0", scope, new FakeWorld(TimeProvider.System), TimeProvider.System)).Where(l => l.TrimStart().StartsWith("- ", StringComparison.Ordinal)).Select(l => l.Trim()[2..])];
    }
}
