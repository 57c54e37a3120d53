using Holdpoint.Expressions;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Configuration;
using static Holdpoint.Tests.Rollouts.KubectlAnswers;

namespace Holdpoint.Tests.Rollouts;

public sealed class KubernetesTrafficTests
{
    private const string Ready = """{"kind": "Pod", "metadata": {"name": "p"}, "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}""";

    private readonly KubectlAnswers _kubectl = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Traffic BySelector(string blue = "color=blue", string green = "color=green, lane=new") =>
        _kubectl.Traffic(["api-blue", "api-green", "web-green"], ("service", ["api"]), ("labels.api-blue", [blue]), ("labels.api-green", [green]), ("labels.web-green", [green]));

    private Traffic ByReplicas(params (string, string[])[] more) => _kubectl.Traffic(["blue", "green"], [("service", ["api"]), ("by", ["replicas"]), .. more]);

    [Fact]
    public async Task Deployments_of_one_colour_share_what_the_selector_sends()
    {
        _kubectl.Commands.Exits(0, Service("\"app\": \"api\", \"color\": \"green\", \"lane\": \"new\""));

        Assert.Equal([0, 0.5, 0.5], (await BySelector().LookAsync(Cancel)).Values.Select(t => t.Share));
    }

    [Fact]
    public async Task A_switch_leaves_out_what_only_the_other_colour_has_and_is_looked_at()
    {
        _kubectl.Commands.Exits(0, Service("\"app\": \"api\", \"color\": \"green\", \"lane\": \"new\"")).Exits(0, $$"""{"items": [{{Ready}}, {{Ready}}]}""").Exits(0, Service("\"app\": \"api\", \"color\": \"blue\""));

        var shares = new Dictionary<string, double> { ["api-blue"] = 1, ["api-green"] = 0, ["web-green"] = 0 };
        Assert.Equal("the service api selects color=blue: 2 pods are ready", Assert.IsType<Verdict.Passed>(await BySelector().SplitAsync(shares, Cancel)).Shown);
        Assert.Contains("--selector=app=api,color=blue", _kubectl.Commands.Asked[1].Arguments);
        Assert.Contains("""--patch={"spec":{"selector":{"lane":null,"color":"blue"}}}""", _kubectl.Commands.Asked[2].Arguments);
    }

    [Fact]
    public async Task A_selector_that_was_not_taken_has_failed()
    {
        var green = Service("\"app\": \"api\", \"color\": \"green\", \"lane\": \"new\"");
        _kubectl.Commands.Exits(0, green).Exits(0, $$"""{"items": [{{Ready}}]}""").Exits(0, green);

        Assert.Equal("it selects app=api,color=green,lane=new, expected the service api selects color=blue", (await BySelector().SplitAsync(new Dictionary<string, double> { ["api-blue"] = 1, ["api-green"] = 0 }, Cancel)).Message);
    }

    [Fact]
    public async Task Nobody_forbidden_and_nothing_selected_are_told()
    {
        _kubectl.Commands.Exits(0, """{"kind": "Service", "metadata": {"name": "api"}, "spec": {}}""").Exits(1, "", "Error from server (Forbidden): services \"api\" is forbidden: User \"ana\" cannot get resource \"services\"");

        Assert.StartsWith("the service api has no selector, which names no colour", (await Assert.ThrowsAsync<Unreachable>(() => BySelector().LookAsync(Cancel))).Message, StringComparison.Ordinal);
        Assert.Contains("User \"ana\"", (await Assert.ThrowsAsync<Unreachable>(() => BySelector().LookAsync(Cancel))).Message, StringComparison.Ordinal);
        Assert.StartsWith("kubectl is not on PATH", (await Assert.ThrowsAsync<Unreachable>(() => BySelector().LookAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_needed_for_each_and_have_to_be_readable()
    {
        Assert.Equal("the traffic kubernetes has no labels for b", Assert.Throws<ArgumentException>(() => _kubectl.Traffic(["a", "b"], ("service", ["api"]), ("labels.a", ["x=y"]))).Message);
        Assert.Contains("can't be read", Assert.Throws<ArgumentException>(() => BySelector("blue")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.05, 3, 2, 1)]
    [InlineData(0.05, 20, 19, 1)]
    [InlineData(0.15, 20, 17, 3)]
    [InlineData(0.25, 10, 8, 2)]
    [InlineData(0.75, 10, 2, 8)]
    [InlineData(0.5, 1, 1, 1)]
    [InlineData(1, 5, 0, 5)]
    [InlineData(0, 5, 5, 0)]
    public void A_share_is_at_least_one_replica_and_their_number_stays(double green, long total, long blueReplicas, long greenReplicas)
    {
        var of = ReplicaShares.Of(Shares(green), total);

        Assert.Equal((blueReplicas, greenReplicas), (of["blue"], of["green"]));
    }

    [Fact]
    public void Shares_of_many_come_to_the_whole()
    {
        for (var total = 1; total < 40; total++)
        {
            var shares = new Dictionary<string, double> { ["a"] = 0.2, ["b"] = 0.4, ["c"] = 0.37, ["d"] = 0.03, ["e"] = 0 };
            var of = ReplicaShares.Of(shares, total);
            Assert.Equal(Math.Max(4, total), of.Values.Sum());
            Assert.All(shares, s => Assert.True(s.Value > 0 ? of[s.Key] >= 1 && of[s.Key] <= Math.Max(1, Math.Ceiling(s.Value * total)) : of[s.Key] == 0));
        }
    }

    [Fact]
    public async Task Those_that_grow_are_ready_before_the_others_shrink()
    {
        // Green runs with the one replica that a run begins with; three were there before.
        string[] began = [Both(3, 3, 1, 1)], grown = [Both(3, 3, 3, 1)], ready = [Both(3, 3, 3, 3)];
        _kubectl.Commands.Exits(0, began[0]).Exits(0, "{}").Exits(0, grown[0]).Exits(0, ready[0]).Exits(0, "{}");

        Assert.Equal("blue 0 of 3 replicas, 0%, green 3 of 3 replicas, 100%", Assert.IsType<Verdict.Passed>(await ByReplicas().SplitAsync(Shares(1), Cancel)).Shown);
        var patches = _kubectl.Commands.Asked.Where(a => a.Arguments[0] == "patch").Select(a => string.Join(' ', a.Arguments.Skip(1).Where(x => !x.StartsWith("--type", StringComparison.Ordinal)).Take(2))).ToList();
        Assert.Equal(["""deployment/green --patch={"metadata":{"annotations":{"holdpoint/replicas-together":"3","holdpoint/replicas":null}},"spec":{"replicas":3}}""",
            """deployment/blue --patch={"metadata":{"annotations":{"holdpoint/replicas-together":null,"holdpoint/replicas":"1"}},"spec":{"replicas":0}}"""], patches);
    }

    [Fact]
    public async Task Where_the_new_ones_never_come_the_old_ones_stay()
    {
        _kubectl.Commands.Exits(0, Both(3, 3, 1, 1)).Exits(0, "{}");
        for (var look = 0; look < 700; look++)
            _kubectl.Commands.Exits(0, Both(3, 3, 3, 1));

        Assert.Equal("1 are ready, expected 3 ready replicas of green within 5m", Assert.IsType<Verdict.Failed>(await ByReplicas().SplitAsync(Shares(1), Cancel)).Message);
        Assert.Single(_kubectl.Commands.Asked, a => a.Arguments[0] == "patch");
    }

    [Fact]
    public async Task What_is_drained_too_slowly_is_a_warning_and_what_is_gone_is_told()
    {
        _kubectl.Commands.Exits(0, Both(3, 3, 1, 1)).Exits(0, "{}");
        for (var look = 0; look < 10; look++)
            _kubectl.Commands.Exits(0, Both(3, 3, 1, 1));

        Assert.Equal("1 pod of green is still ending after 2s", Assert.IsType<Verdict.Warned>(await ByReplicas().WithdrawAsync(["green"], TimeSpan.FromSeconds(2), Cancel)).Shown);
        var gone = new KubectlAnswers();
        gone.Commands.Exits(1, "", "Error from server (NotFound): deployments.apps \"green\" not found");
        Assert.Contains("\"green\" not found", (await Assert.ThrowsAsync<Unreachable>(() => gone.Traffic(["blue", "green"], ("service", ["api"]), ("by", ["replicas"])).LookAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ service: api }", "`kubernetes` lacks `labels`, by which the service's selector tells one colour from the other")]
    [InlineData("{ service: api, by: replicas, labels: { api-blue: a=b } }", "`labels` have no meaning by replicas, where the service selects every deployment")]
    [InlineData("{ service: api, labels: { api-blue: a=b }, replicas: 3 }", "`replicas` has no meaning by selector")]
    [InlineData("{ by: replicas }", "`kubernetes` lacks `service`")]
    public void Mistakes_of_the_configuration_are_told(string settings, string what) =>
        Assert.Equal(what, Assert.Single(Yaml.Problems($"targets: {{ shop: {{ kubernetes: {{ deployments: [api-blue, api-green] }}, traffic: {{ kubernetes: {settings} }} }} }}")).What);

    private static Dictionary<string, double> Shares(double green) => new() { ["blue"] = 1 - green, ["green"] = green };

    private static string Service(string selector) => $$$"""{"kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": { {{{selector}}} } } }""";

    private static string Both(int blue, int blueReady, int green, int greenReady) =>
        $$$"""{"items": [{{{Service("\"tier\": \"front\"")}}}, {{{Side("blue", blue, blueReady)}}}, {{{Side("green", green, greenReady)}}}]}""";

    private static string Side(string name, int replicas, int ready) => Deployment(name, "api:v1", replicas, available: ready, annotations: name == "blue" ? ", \"holdpoint/replicas-together\": \"3\"" : "")
        .Replace("\"labels\":{", "\"labels\":{\"tier\":\"front\",", StringComparison.Ordinal);
}
