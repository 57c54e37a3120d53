using Holdpoint.Configuration;

namespace Holdpoint.Rollouts;

/// <summary>Deployments of a Kubernetes cluster, by their image.</summary>
public sealed class KubernetesPlatformKind : PlatformKind
{
    public override string Name => "kubernetes";

    internal override Shape.Mapping Shape { get; } = new("Deployments of a Kubernetes cluster, through kubectl.",
    [
        .. KubernetesAccess.Keys,
        new("deployments", new Shape.OneOrMany("Its units, in the order in which they change.", new Shape.Scalar("A deployment.", ScalarKind.Literal) { Examples = ["api"] })) { Required = true },
        new("container", new Shape.Scalar("The container whose image is the version, where a pod has several; the one called as its deployment by default.", ScalarKind.Text)),
        new("image", new Shape.Scalar("The image without its tag; {unit} stands for the deployment. That of now with another tag by default.", ScalarKind.Text) { Examples = ["registry.example.com/shop-{unit}"] }),
    ]);

    internal override void Check(YamlView settings, ShapeCheck check)
    {
        if (settings["cluster"].IsThere && settings["context"].IsThere)
            check.Add(settings["context"].At, "`cluster` and `context` both say where", "keep one; a cluster of servers: has its context there");
        if (settings["image"].Text is { } image && !image.Contains("${", StringComparison.Ordinal) && ImageVersion.IsIn(image))
            check.Add(settings["image"].At, $"`image` names a version: {ImageVersion.Of(image)}", "leave the tag out; the version of each deploy is the tag");
        foreach (var twice in settings["deployments"].Texts.GroupBy(t => t.Content).Where(g => g.Count() > 1))
            check.Add(settings["deployments"].At, $"the deployment `{twice.Key}` stands here more than once", "keep one of them");
    }

    internal override IReadOnlyList<string> UnitsOf(YamlView settings) => [.. settings["deployments"].Texts.Select(t => t.Content)];

    public override Platform Create(TargetSettings settings, RolloutContext context)
    {
        var image = settings["image"];
        if (image is not null && ImageVersion.IsIn(image))
            throw new ArgumentException($"image: {image} names a version: leave the tag out");
        return new KubernetesPlatform(new(settings, context), [.. settings.List("deployments").Select(d => KubernetesAccess.Named(d, "a deployment"))],
            settings["container"] is { } container ? KubernetesAccess.Named(container, "a container") : null, image);
    }
}
