namespace Holdpoint.Probes.Containers;

/// <summary>
/// A compose project: the containers that bear its label, which both generations of compose give them, and what its file wants.
/// A declared service without a container is told too, so a project that was never started does not look small and well.
/// </summary>
/// <param name="File">Null where no file could be found: then only what has a container is known.</param>
internal sealed record ComposeProject(string Name, IReadOnlyList<DockerContainer> Containers, ComposeFile? File)
{
    private const string Label = "com.docker.compose.";

    public static string ServiceOf(DockerContainer container) => container.Labels.GetValueOrDefault(Label + "service", "");

    /// <exception cref="Unanswered">No engine, a broken file, or neither file nor container.</exception>
    public static async Task<ComposeProject> FindAsync(ProbeCall call, CancellationToken cancel)
    {
        var engine = new DockerEngine(call, cancel);
        var compose = new ComposeCommand(call, engine, cancel);
        var (name, path) = (call.Option("project"), call.Option("file"));
        if (name is null || path is not null)
        {
            var file = await compose.ReadAsync(path is null ? [] : ["--file", path], name)
                ?? throw new Unanswered($"there is no compose file in {call.Context.Directory}: say file=PATH or project=NAME");
            name ??= file.Project;
            var ids = name is null ? await compose.ContainersAsync(path) : await engine.WithLabelAsync($"{Label}project={name}");
            var found = await engine.InspectAsync(ids);
            return new(name ?? found.Select(c => c.Labels.GetValueOrDefault(Label + "project")).FirstOrDefault() ?? "", Own(found), file);
        }

        var containers = Own(await engine.InspectAsync(await engine.WithLabelAsync($"{Label}project={name}")));
        // Its own file is the one that its containers were made from; the one that happens to lie here may be another project's.
        var declared = containers.Count > 0
            ? await compose.TryReadAsync(FilesOf(containers[0]), name)
            : await compose.ReadAsync([], name) ?? throw new Unanswered($"there is no container of a project {name}, and no compose file in {call.Context.Directory} that tells its services");
        return new(name, containers, declared);
    }

    /// <summary>What <c>compose run</c> started besides does not belong to the service.</summary>
    private static List<DockerContainer> Own(IEnumerable<DockerContainer> containers) =>
        [.. containers.Where(c => !c.Labels.GetValueOrDefault(Label + "oneoff", "").Equals("true", StringComparison.OrdinalIgnoreCase)).OrderBy(ServiceOf, StringComparer.Ordinal).ThenBy(c => c.Name, StringComparer.Ordinal)];

    private static List<string> FilesOf(DockerContainer container)
    {
        var folder = container.Labels.GetValueOrDefault(Label + "project.working_dir", "");
        var files = container.Labels.GetValueOrDefault(Label + "project.config_files", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        // Compose 1 writes them relative to the folder.
        return [.. files.SelectMany(f => new[] { "--file", f.StartsWith('/') ? f : $"{folder}/{f}" }), .. folder.Length > 0 ? new[] { "--project-directory", folder } : []];
    }
}

/// <summary>Compose itself, of either generation: the plugin <c>docker compose</c>, else the program <c>docker-compose</c>.</summary>
internal sealed class ComposeCommand(ProbeCall call, DockerEngine engine, CancellationToken cancel)
{
    private readonly AskedProgram _first = new(call, "docker-compose", cancel) { ReadsFolder = true, Remedy = "install the plugin docker compose" };
    private bool? _isPlugin;

    /// <summary>The file, its variables and profiles resolved; null where there is none.</summary>
    /// <exception cref="Unanswered">It is broken, or a variable of it is missing.</exception>
    public async Task<ComposeFile?> ReadAsync(IReadOnlyList<string> files, string? project)
    {
        var answer = await AskAsync([.. files, .. project is null ? [] : new[] { "--project-name", project }, "config"]);
        if (files.Count == 0 && (answer.Says("no configuration file provided") || answer.Says("find a suitable configuration file")))
            return null;
        return ComposeFile.Of(answer.Text);
    }

    /// <summary>The file, or null where it is not there any more, or can't be read here.</summary>
    public async Task<ComposeFile?> TryReadAsync(IReadOnlyList<string> files, string project)
    {
        try
        {
            return files.Count == 0 ? null : await ReadAsync(files, project);
        }
        catch (Unanswered)
        {
            // Deployed from another machine or folder: its containers still tell what they are.
            return null;
        }
    }

    /// <summary>Ids of the containers of the project of a file, for compose 1, which does not tell the project's name.</summary>
    public async Task<IReadOnlyList<string>> ContainersAsync(string? file) =>
        (await AskAsync([.. file is null ? [] : new[] { "--file", file }, "ps", "--quiet"])).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private async Task<ProgramAnswer> AskAsync(IReadOnlyList<string> arguments)
    {
        _isPlugin ??= await engine.HasComposeAsync();
        return _isPlugin.Value ? await engine.ComposeAsync(arguments) : await _first.AskAsync(arguments);
    }
}
