using Holdpoint.Configuration;

namespace Holdpoint.Probes.Containers;

/// <summary>What a compose file wants to run, as <c>docker compose config</c> resolves it.</summary>
/// <param name="Project">The project's name by the file; null where compose 1 is asked, which does not tell it.</param>
internal sealed record ComposeFile(string? Project, IReadOnlyList<ComposeFile.Service> Services)
{
    /// <param name="Instances">How many containers it should have.</param>
    /// <param name="RunsOnce">It is done when it has ended with 0: its file says <c>restart: "no"</c> or <c>on-failure</c>, or another service waits for it to complete.</param>
    /// <param name="HasProfile">It is started only where its profile is asked for.</param>
    internal sealed record Service(string Name, int Instances, bool RunsOnce, bool HasProfile);

    /// <summary>https://docs.docker.com/reference/compose-file/services/: <c>scale</c>, <c>deploy.replicas</c>, <c>restart</c>, <c>profiles</c>, <c>depends_on</c>.</summary>
    /// <exception cref="Unanswered">The text is no such document.</exception>
    public static ComposeFile Of(string config)
    {
        if (YamlTree.Read("compose", config) is not { Root: YamlMapping root, Problem: null })
            throw new Unanswered("docker compose config answers with something other than a compose file");
        if (root.Value("services") is not YamlMapping services)
            throw new Unanswered("the compose file declares no services");
        var awaited = services.Entries.SelectMany(s => AwaitedBy(s.Value)).ToHashSet();
        var project = Text(root.Value("name"));
        return new(project, [.. services.Entries.Select(s => Read(s.Key, s.Value, awaited.Contains(s.Key), isFirstGeneration: project is null))]);
    }

    private static Service Read(string name, YamlNode value, bool isAwaited, bool isFirstGeneration)
    {
        var service = value as YamlMapping;
        // Compose 1 heeds deploy only where it is told to translate it.
        var replicas = isFirstGeneration ? null : Text((service?.Value("deploy") as YamlMapping)?.Value("replicas"));
        return new(
            name,
            int.TryParse(Text(service?.Value("scale")) ?? replicas, out var instances) ? instances : 1,
            isAwaited || Text(service?.Value("restart")) is { } restart && (restart == "no" || restart.StartsWith("on-failure", StringComparison.Ordinal)),
            service?.Value("profiles") is YamlList { Items.Count: > 0 });
    }

    private static IEnumerable<string> AwaitedBy(YamlNode service) =>
        (service as YamlMapping)?.Value("depends_on") is YamlMapping on
            ? on.Entries.Where(d => Text((d.Value as YamlMapping)?.Value("condition")) == "service_completed_successfully").Select(d => d.Key)
            : [];

    private static string? Text(YamlNode? node) => node is YamlScalar { IsNothing: false } scalar ? scalar.Text : null;
}
