using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>manifests: the real kubectl against a stand-in for an API server.</summary>
public sealed class ManifestsProbeTests : ProbeScratch, IAsyncLifetime
{
    private readonly KubernetesApi _api = new();

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(At("deploy"));
        await WriteAsync(replicas: 2);
        await File.WriteAllTextAsync(At("deploy/settings.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {mode: production}\n", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        Dispose();
    }

    private RuntimeMark Marks => new(_api.Commands, Root);

    [Fact]
    public async Task Manifests_that_the_cluster_takes_are_valid_and_what_they_would_change_is_counted()
    {
        await Marks.PassesAsync("manifests deploy valid and changes == 2");
        Assert.DoesNotContain(_api.Requests, r => r.StartsWith("POST", StringComparison.Ordinal) && !r.Contains("dryRun=All", StringComparison.Ordinal));

        await ApplyAsync();
        await Marks.PassesAsync("manifests deploy changes == 0");

        await WriteAsync(replicas: 5);
        var seen = await Marks.FailsAsync("manifests deploy changes == 0", "changes is 1");
        Assert.Contains("+  replicas: 5", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(_api.Requests, r => r.StartsWith("PATCH", StringComparison.Ordinal) && !r.Contains("dryRun=All", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_cluster_refuses_is_not_valid_and_its_reason_is_kept()
    {
        _api.Refuse = it => (string?)it["kind"] == "Deployment" ? "spec.template.spec.containers[0].image: Required value" : null;

        Assert.Contains("image: Required value", await Marks.FailsAsync("manifests deploy", "valid is false"), StringComparison.Ordinal);
        await Marks.UnknownAsync("manifests deploy not valid and changes == 0", "image: Required value");
    }

    [Fact]
    public async Task A_kind_that_the_cluster_does_not_know_is_not_valid()
    {
        await File.WriteAllTextAsync(At("gadget.yaml"), "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\n", Cancel);

        Assert.Contains("no matches for kind \"Gadget\"", await Marks.FailsAsync("manifests gadget.yaml", "valid is false"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kustomization_is_built_first()
    {
        await File.WriteAllTextAsync(At("deploy/kustomization.yaml"), "resources: [api.yaml]\nnamePrefix: blue-\n", Cancel);

        Assert.Contains("blue-api", await Marks.FailsAsync("manifests deploy valid and changes == 0", "changes is 1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_is_rendered_by_helm_and_by_nothing_else()
    {
        await File.WriteAllTextAsync(At("deploy/Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n", Cancel);
        await Marks.UnknownAsync("manifests deploy", "deploy is a Helm chart, which only helm can render");

        Directory.CreateDirectory(At("bin"));
        await File.WriteAllTextAsync(At("bin/helm"), "#!/bin/sh\n[ \"$1 $3\" = 'template deploy' ] && cat deploy/api.yaml\n", Cancel);
        await RunAsync(new Command("chmod", ["+x", At("bin/helm")]));
        var withHelm = new CommandsWithEnvironment(_api.Commands, new Dictionary<string, string?> { ["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}" });
        await new RuntimeMark(withHelm, Root).PassesAsync("manifests deploy valid and changes == 1");
    }

    [Fact]
    public async Task No_file_no_object_and_no_server_are_unknown()
    {
        await Marks.UnknownAsync("manifests nope", "there is no nope in ");
        await File.WriteAllTextAsync(At("empty.yaml"), "# nothing yet\n", Cancel);
        await Marks.UnknownAsync("manifests empty.yaml", "no objects passed to apply");

        _api.Before = (_, path) => path.EndsWith("/deployments/api", StringComparison.Ordinal) ? KubernetesApi.Failure(403, "Forbidden", "deployments.apps \"api\" is forbidden: User \"ana\" cannot get resource \"deployments\"") : null;
        await Marks.UnknownAsync("manifests deploy", "cannot get resource");

        _api.Before = (_, path) => path.EndsWith("/deployments/api", StringComparison.Ordinal) ? new(200, "", Hangs: true) : null;
        await Marks.UnknownAsync("manifests deploy timeout 3s", "");
    }

    private async Task ApplyAsync()
    {
        var applied = await _api.Commands.RunAsync(new Command("kubectl", ["apply", "-f", At("deploy")]), TimeSpan.FromMinutes(2), Cancel);
        Assert.True(applied is CommandResult.Exited { ExitCode: 0 }, $"{applied}");
    }

    private Task WriteAsync(int replicas) => File.WriteAllTextAsync(At("deploy/api.yaml"), $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: api, labels: {app: api} }
        spec:
          replicas: {{replicas}}
          selector: {matchLabels: {app: api} }
          template:
            metadata: {labels: {app: api} }
            spec: {containers: [{name: api, image: "shop/api:1"}] }
        """, Cancel);
}
