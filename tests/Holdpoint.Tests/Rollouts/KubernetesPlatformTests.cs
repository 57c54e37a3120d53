using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Configuration;
using Holdpoint.Tests.Probes;
using static Holdpoint.Tests.Rollouts.KubectlAnswers;

namespace Holdpoint.Tests.Rollouts;

public sealed class KubernetesPlatformTests
{
    private readonly KubectlAnswers _kubectl = new();

    private Platform Api => _kubectl.Platform(("deployments", ["api"]));

    [Fact]
    public async Task A_deployment_runs_the_tag_of_its_image_and_is_known_by_its_template_s_hash()
    {
        _kubectl.Lists(Deployment("api", "r:5000/shop/api:v2"), Deployment("other", "x:v9", available: 0), ReplicaSet("api", "r:5000/shop/api:v1", "aaa", 3), ReplicaSet("api", "r:5000/shop/api:v2", "bbb"), ReplicaSet("apis", "r:5000/shop/api:v2", "ccc"));

        Assert.Equal(new UnitState("v2", "r:5000/shop/api:v2 bbb", true, "2/2 replicas available"), await _kubectl.LookAsync(Api, "api"));
        Assert.Equal("kubectl get deployments,replicasets --output=json --request-timeout=15s", Assert.Single(_kubectl.Commands.Asked).ToString());
    }

    [Fact]
    public async Task The_cluster_is_the_configuration_s()
    {
        _kubectl.Lists();
        var platform = _kubectl.Platform(("cluster", ["main"]), ("namespace", ["blog"]), ("deployments", ["api"]));

        Assert.Equal("there is no deployment api in the namespace blog", (await _kubectl.LookAsync(platform, "api")).Condition);
        var asked = Assert.Single(_kubectl.Commands.Asked);
        Assert.Equal("kubectl get deployments,replicasets --output=json --kubeconfig=/srv/shop/kube/config --context=prod --namespace=blog --request-timeout=15s", asked.ToString());
        Assert.Equal(("/srv/shop", "eu"), (asked.WorkingDirectory, asked.Environment["REGION"]));
        Assert.Equal("there is no kubernetes server `typo`", Assert.Throws<ArgumentException>(() => _kubectl.Platform(("cluster", ["typo"]), ("deployments", ["api"]))).Message);
    }

    [Theory]
    [InlineData(2, 1, 2, 3, "1 of 2 replicas are updated")]
    [InlineData(2, 2, 1, 3, "1 of 2 updated replicas are available")]
    [InlineData(2, 2, 2, 4, "the controller has not seen the newest specification yet")]
    public async Task It_is_ready_as_a_rollout_s_status_has_it(int replicas, int updated, int available, int generation, string why)
    {
        _kubectl.Lists(Deployment("api", "api:v2", replicas, updated, available, generation), ReplicaSet("api", "api:v2", "bbb")).Lists();

        var state = await _kubectl.LookAsync(Api, "api");
        Assert.Equal((false, why, null), (state.IsReady, state.Condition, state.Lost));
    }

    [Fact]
    public async Task What_has_no_replicas_runs_nothing()
    {
        _kubectl.Lists(Deployment("api", "api:v2", 0)).Lists(Deployment("api", "api:v2", 0).Replace("\"status\": {\"observedGeneration\": 3, \"replicas\": 0", "\"status\": {\"observedGeneration\": 3, \"replicas\": 2", StringComparison.Ordinal));

        Assert.Equal(UnitState.Nothing("scaled to 0"), await _kubectl.LookAsync(Api, "api"));
        Assert.Equal(UnitState.Nothing("scaled to 0, 2 pods are still ending"), await _kubectl.LookAsync(Api, "api"));
    }

    [Fact]
    public async Task A_paused_deployment_that_does_not_roll_is_lost_and_one_that_is_well_is_well()
    {
        _kubectl.Lists(Deployment("api", "api:v2", updated: 0, spec: "\"paused\": true,"), ReplicaSet("api", "api:v1", "aaa")).Lists().Lists(Deployment("api", "api:v1", spec: "\"paused\": true,"), ReplicaSet("api", "api:v1", "aaa"));

        var stuck = await _kubectl.LookAsync(Api, "api");
        Assert.Equal((false, "api:v2", "the deployment api is paused, so nothing rolls out: kubectl rollout resume deployment/api"), (stuck.IsReady, stuck.Pin, stuck.Lost));
        Assert.True((await _kubectl.LookAsync(Api, "api")).IsReady);
    }

    [Theory]
    [InlineData("\"restartCount\": 2, \"state\": {\"waiting\": {\"reason\": \"CrashLoopBackOff\", \"message\": \"back-off 20s\"}}", "api: pod api-bbb-1: CrashLoopBackOff: back-off 20s")]
    [InlineData("\"restartCount\": 0, \"state\": {\"waiting\": {\"reason\": \"CrashLoopBackOff\"}}", null)]
    [InlineData("\"restartCount\": 0, \"state\": {\"waiting\": {\"reason\": \"InvalidImageName\"}}", "api: pod api-bbb-1: InvalidImageName")]
    [InlineData("\"restartCount\": 0, \"state\": {\"waiting\": {\"reason\": \"ErrImagePull\"}}", null)]
    [InlineData("\"restartCount\": 0, \"state\": {\"waiting\": {\"reason\": \"ContainerCreating\"}}", null)]
    public async Task Waiting_is_given_up_for_what_it_does_not_bring(string status, string? lost)
    {
        _kubectl.Lists(Deployment("api", "api:v2", available: 1), ReplicaSet("api", "api:v2", "bbb"))
            .Lists(Pod("api-aaa-1", "aaa", "\"state\": {\"waiting\": {\"reason\": \"ImagePullBackOff\"}}"), Pod("api-bbb-1", "bbb", status));

        Assert.Equal(lost, (await _kubectl.LookAsync(Api, "api")).Lost);
    }

    [Fact]
    public async Task What_the_cluster_says_of_a_rollout_is_told()
    {
        const string late = """{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}""";
        const string quota = """{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: pods"}""";
        var set = ReplicaSet("api", "api:v2", "bbb");
        _kubectl.Lists(Deployment("api", "api:v2", updated: 1, conditions: quota), set).Lists()
            .Lists(Deployment("api", "api:v2", available: 1, conditions: late), set).Lists(Pod("api-bbb-1", "bbb", "\"state\": {}", """{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}"""))
            // What is said of progress is of the specification of before.
            .Lists(Deployment("api", "api:v2", available: 1, generation: 4, conditions: late), set).Lists();

        Assert.Equal("1 of 2 replicas are updated: exceeded quota: pods", (await _kubectl.LookAsync(Api, "api")).Condition);
        Assert.Equal("the deployment api exceeded its progress deadline: pod api-bbb-1: Unschedulable: 0/3 nodes are available", (await _kubectl.LookAsync(Api, "api")).Lost);
        Assert.Null((await _kubectl.LookAsync(Api, "api")).Lost);
    }

    [Fact]
    public async Task A_template_without_a_replica_set_is_waited_for_and_then_told()
    {
        var young = Deployment("api", "api:v2", generation: 4);
        _kubectl.Lists(young, ReplicaSet("api", "api:v1", "aaa")).Lists(young, ReplicaSet("api", "api:v2", "bbb")).Lists();
        Assert.Equal("api:v2 bbb", (await _kubectl.LookAsync(Api, "api")).Pin);

        for (var look = 0; look < 6; look++)
            _kubectl.Lists(young, ReplicaSet("api", "api:v1", "aaa"));
        Assert.Equal("the deployment api has no replica set for its newest template: is the cluster's controller manager running?", await _kubectl.UnreachableAsync(Api));
    }

    [Fact]
    public async Task Of_several_containers_one_is_the_version_s()
    {
        const string proxy = """, {"name": "proxy", "image": "envoy:1.30"}""";
        var two = new[] { Deployment("api", "api:v2", containers: proxy), ReplicaSet("api", "api:v2", "bbb", containers: proxy) };
        _kubectl.Lists(two).Lists(two).Lists(two);

        Assert.Equal("1.30", (await _kubectl.LookAsync(_kubectl.Platform(("deployments", ["api"]), ("container", ["proxy"])), "api")).Version);
        Assert.Equal("the deployment api has the containers app, proxy: say which, container: NAME", await _kubectl.UnreachableAsync(Api));
        Assert.Equal("the deployment api has no container web, but app, proxy", await _kubectl.UnreachableAsync(_kubectl.Platform(("deployments", ["api"]), ("container", ["web"]))));
    }

    [Fact]
    public async Task No_answer_is_told_with_what_mends_it()
    {
        Assert.Equal("kubectl is not on PATH: install it (https://kubernetes.io/docs/tasks/tools/)", await _kubectl.UnreachableAsync(Api));
        _kubectl.Commands.Exits(1, "", "E1121 07:00:00.1 memcache.go:265] couldn't get current server API group list\nThe connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?");
        Assert.Equal("kubectl get ended with 1: The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?", await _kubectl.UnreachableAsync(Api));
        _kubectl.Commands.Exits(1, "", "Error from server (Forbidden): deployments.apps is forbidden: User \"ana\" cannot list resource \"deployments\"");
        Assert.Contains("User \"ana\" cannot list", await _kubectl.UnreachableAsync(Api), StringComparison.Ordinal);
        _kubectl.Commands.Exits(0, "{\"items\": [");
        Assert.Contains("something other than one whole JSON document", await _kubectl.UnreachableAsync(Api), StringComparison.Ordinal);
        _kubectl.Commands.Answers(new CommandResult.TimedOut(TimeSpan.FromSeconds(20), CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.FromSeconds(20)));
        Assert.Equal("kubectl get did not end within 20s", await _kubectl.UnreachableAsync(Api));
    }

    [Fact]
    public void A_release_is_the_configured_image_with_its_tag_or_what_was_recorded()
    {
        var platform = _kubectl.Platform(("deployments", ["api", "worker"]), ("image", ["r.io/shop-{unit}"]), ("container", ["app"]));
        var back = new Release("v1", new Dictionary<string, string> { ["api"] = "r.io/old:v1 aaa" });

        Assert.Equal(["1", "--request-timeout=30s", "api", "app", "r.io/shop-api:v2", "v2", "", "holdpoint: v2", "worker", "app", "r.io/shop-worker:v2", "v2", "", "holdpoint: v2"], Own(platform.Run(["api", "worker"], Release.New("v2"))));
        Assert.Equal(["1", "--request-timeout=30s", "api", "app", "r.io/old:v1", "", "aaa", "holdpoint: back to v1"], Own(platform.Run(["api"], back)));
        Assert.Equal(["1", "--request-timeout=30s", "worker"], Own(platform.Stop(["worker"])));

        static IEnumerable<string> Own(Command command) => command.Arguments.SkipWhile(a => a != "holdpoint-kubernetes").Skip(1);
    }

    [Fact]
    public async Task A_version_that_is_no_tag_changes_nothing()
    {
        var step = Assert.IsType<RolloutStep.Do>(Assert.Single(Api.Prepare(["api"], "release/1.2")));

        Assert.Equal("look whether api can be changed", step.Name);
        Assert.Contains("the version is release/1.2", Assert.IsType<Verdict.Failed>(await step.Doing(TestContext.Current.CancellationToken)).Actual, StringComparison.Ordinal);
        Assert.Empty(_kubectl.Commands.Asked);
    }

    [Theory]
    [InlineData("api", "latest")]
    [InlineData("registry:5000/api", "latest")]
    [InlineData("registry:5000/shop/api:v2", "v2")]
    [InlineData("api:v2@sha256:abc", "v2")]
    [InlineData("api@sha256:abc", "sha256:abc")]
    public void The_version_of_an_image_is_its_tag(string image, string version) => Assert.Equal(version, ImageVersion.Of(image));

    [Theory]
    [InlineData("{ deployments: api, image: \"shop:v1\" }", "`image` names a version: v1")]
    [InlineData("{ deployments: [api, api] }", "the deployment `api` stands here more than once")]
    [InlineData("{ deployments: [api], cluster: main, context: prod }", "`cluster` and `context` both say where")]
    [InlineData("{ cluster: main }", "`kubernetes` lacks `deployments`")]
    public void Mistakes_of_the_configuration_are_told(string settings, string what) => Assert.Equal(what, Assert.Single(Yaml.Problems($"targets: {{ shop: {{ kubernetes: {settings} }} }}")).What);

    [Fact]
    public void Names_that_can_t_be_are_told() =>
        Assert.Equal("`a\"b` can't be the name of a deployment: small letters, digits, '-' and '.'", Assert.Throws<ArgumentException>(() => _kubectl.Platform(("deployments", ["a\"b"]))).Message);
}
