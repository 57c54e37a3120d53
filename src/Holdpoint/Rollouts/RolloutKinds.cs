using Holdpoint.Configuration;

namespace Holdpoint.Rollouts;

/// <summary>A kind of platform: a key of a target in <c>holdpoint.yaml</c>. A kind is one file, and a line in <see cref="RolloutKinds"/>.</summary>
public abstract class PlatformKind
{
    /// <summary>The key: <c>compose</c>.</summary>
    public abstract string Name { get; }

    internal abstract Shape.Mapping Shape { get; }

    /// <summary>What its shape can't say: mistakes between settings.</summary>
    internal virtual void Check(YamlView settings, ShapeCheck check) { }

    /// <summary>Names of its units, for whoever names them elsewhere.</summary>
    internal abstract IReadOnlyList<string> UnitsOf(YamlView settings);

    /// <exception cref="ArgumentException">A setting can't be, with its variables put in.</exception>
    public abstract Platform Create(TargetSettings settings, RolloutContext context);
}

/// <summary>A kind of traffic: a key under a target's <c>traffic:</c>. A kind is one file, and a line in <see cref="RolloutKinds"/>.</summary>
public abstract class TrafficKind
{
    /// <summary>The key: <c>haproxy</c>.</summary>
    public abstract string Name { get; }

    internal abstract Shape.Mapping Shape { get; }

    internal virtual void Check(YamlView settings, ShapeCheck check) { }

    /// <param name="units">Of the platform.</param>
    /// <exception cref="ArgumentException">A setting can't be, with its variables put in.</exception>
    public abstract Traffic Create(TargetSettings settings, IReadOnlyList<string> units, RolloutContext context);
}

/// <summary>Every kind of this assembly. A table by hand for the reason of <see cref="Probes.ProbeCatalogue"/>.</summary>
public static class RolloutKinds
{
    private static readonly Lazy<IReadOnlyDictionary<string, PlatformKind>> AllPlatforms = new(() => ((PlatformKind[])[new ComposePlatformKind(), new DockerPlatformKind(), new KubernetesPlatformKind(), new SystemdPlatformKind()]).ToDictionary(k => k.Name, StringComparer.Ordinal));

    private static readonly Lazy<IReadOnlyDictionary<string, TrafficKind>> AllTraffics = new(() => ((TrafficKind[])[new HaproxyTrafficKind(), new KubernetesTrafficKind(), new NginxTrafficKind()]).ToDictionary(k => k.Name, StringComparer.Ordinal));

    public static IReadOnlyDictionary<string, PlatformKind> Platforms => AllPlatforms.Value;

    public static IReadOnlyDictionary<string, TrafficKind> Traffics => AllTraffics.Value;
}
