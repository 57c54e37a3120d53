using Holdpoint.Actions;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Runs;

namespace Holdpoint.Cli;

/// <summary>Reads a checklist with its configuration, its linked files and the probes that it names, from disk or from a run's definition.</summary>
internal static class WorkspaceReader
{
    /// <summary>Reads, and tells every problem on stderr; ends the command with exit 2 where one of them is an error.</summary>
    public static async Task<Workspace> RequireAsync(WorkspaceRequest request, CliWorld world)
    {
        var workspace = await ReadAsync(request, world);
        Tell(world.Terminal, workspace.Problems);
        return workspace.HasErrors ? throw new CommandEnds(ExitCode.Usage) : workspace;
    }

    /// <summary>Reads whatever there is; the problems say what can't be run.</summary>
    public static Task<Workspace> ReadAsync(WorkspaceRequest request, CliWorld world)
    {
        var checklist = ChecklistReader.Read(request.Path, null, KnownVerbs.All);
        var (project, projectProblems) = ProjectFile.LoadFor(request.Path);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        return ReadAsync(request, world, checklist, project, projectProblems, path => FromDisk(path, files), files);
    }

    /// <summary>The problems of a file; where no environment is chosen among several, those of each.</summary>
    public static async Task<IReadOnlyList<Problem>> LintAsync(WorkspaceRequest request, CliWorld world)
    {
        var (project, _) = ProjectFile.LoadFor(request.Path);
        if (request.Environment is not null || project.Environments.Count < 2)
            return (await ReadAsync(request, world)).Problems;
        var problems = new List<Problem>();
        foreach (var environment in project.Environments.Keys)
            problems.AddRange((await ReadAsync(request with { Environment = environment }, world)).Problems);
        return [.. problems.Distinct()];
    }

    /// <summary>Reads a run's definition again: the same texts, wherever the files are by now.</summary>
    /// <param name="environment">The run's; <see cref="EnvironmentDefinition.Local"/> where none was configured.</param>
    public static Task<Workspace> ReadAsync(Definition definition, string environment, string? release, CliWorld world)
    {
        var texts = definition.Files.ToDictionary(f => f.Path, f => f.Text, StringComparer.Ordinal);
        var first = definition.Files[0];
        var checklist = ChecklistReader.Parse(new SourceText(first.Path, first.Text), null, KnownVerbs.All);
        var (project, problems) = definition.Configuration is { } path && texts.TryGetValue(path, out var yaml)
            ? ProjectFile.Parse(path, yaml)
            : (Project.Empty(Path.GetDirectoryName(first.Path) ?? "/"), []);
        var request = new WorkspaceRequest(first.Path)
        {
            Environment = project.Environments.ContainsKey(environment) ? environment : null,
            Variables = definition.Variables,
            Release = release,
            Lint = false,
        };
        var linked = new Dictionary<string, string>(StringComparer.Ordinal);
        return ReadAsync(request, world, checklist, project, problems, p =>
        {
            if (!texts.TryGetValue(p, out var text))
                return new LinkedFile.Missing();
            linked[p] = text;
            return new LinkedFile.Found(new SourceText(p, text));
        }, linked);
    }

    public static void Tell(Terminal terminal, IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
            terminal.Say(Terminal.Clean(problem.ToString()));
    }

    private static async Task<Workspace> ReadAsync(
        WorkspaceRequest request, CliWorld world, Checklist checklist, Project project, IReadOnlyList<Problem> projectProblems,
        Func<string, LinkedFile> read, Dictionary<string, string> linked)
    {
        var problems = new List<Problem>(projectProblems);
        var environment = EnvironmentOf(request, project, problems);
        var (frontMatter, frontMatterProblems) = checklist.FrontMatter is { } own ? ProjectFile.ReadFrontMatter(own, request.Path) : (FrontMatterSettings.None, []);
        var secrets = new Secrets(project.Folder, world.EnvironmentVariable);
        var scope = new Scope(project, secrets) { Environment = environment, FrontMatter = frontMatter, Given = request.Variables, EnvironmentVariable = world.EnvironmentVariable };
        problems.AddRange(frontMatterProblems);
        problems.AddRange(scope.Check());

        var plan = new PlanRequest(checklist, project) { Time = world.Time, Environment = environment, Variables = request.Variables, ReadFile = read, Lint = request.Lint };
        var (planned, planProblems) = Planner.Plan(plan);
        IReadOnlyDictionary<string, Probe> external = new Dictionary<string, Probe>();
        if (planned is null)
        {
            // Programs are looked for only where a name is missing: most checklists name none.
            external = await ExternalAsync(checklist, linked, world, problems);
            if (external.Count > 0)
                (planned, planProblems) = Planner.Plan(plan with { ExternalProbes = external.ToDictionary(p => p.Key, p => p.Value.Signature, StringComparer.Ordinal) });
        }

        // A configuration that could not be read at all would make every name in it unknown: one mistake, not five.
        if (!projectProblems.Any(p => p.IsError) || project is not { Environments.Count: 0, Targets.Count: 0, Metrics.Count: 0 })
            problems.AddRange(planProblems);
        else
            planned = null;
        if (planned is { Rules.Count: 0 } && !planned.AllItems.Any())
            problems.Add(new(request.Path, new(1, 1), "there is no item in it, so there is nothing that could pass", "an item is a list entry that begins with a box: - [ ] Room left `? disk / free > 20GB`"));
        var distinct = problems.Distinct().ToList();
        var signatures = external.ToDictionary(p => p.Key, p => p.Value.Signature, StringComparer.Ordinal);
        return new()
        {
            Path = request.Path,
            Checklist = checklist,
            Project = project,
            FrontMatter = frontMatter,
            Secrets = secrets,
            Environment = environment,
            Release = request.Release,
            Variables = request.Variables,
            PlanOrNull = distinct.Any(p => p.IsError) ? null : planned,
            Problems = distinct,
            Linked = linked,
            Probes = external.Count == 0 ? ProbeCatalogue.Probes : ProbeCatalogue.Probes.Concat(external).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal),
            Vocabulary = Planner.Vocabulary(project, signatures) with { Variables = scope.KnownNames },
        };
    }

    /// <summary>A release is asked for by a name, so a wrong guess would be a deployment to the wrong place: with several environments one has to be named.</summary>
    private static string? EnvironmentOf(WorkspaceRequest request, Project project, List<Problem> problems)
    {
        if (request.Environment is not null || project.Environments.Count == 0)
            return request.Environment is EnvironmentDefinition.Local && project.Environments.Count == 0 ? null : request.Environment;
        if (project.Environments.Count == 1)
            return project.Environments.Keys.First();
        problems.Add(new(project.Path ?? ProjectFile.Name, new(1, 1), "there are several environments, and none is chosen", $"say --env {string.Join(" or --env ", project.Environments.Keys)}"));
        return null;
    }

    private static LinkedFile FromDisk(string path, Dictionary<string, string> files)
    {
        if (!File.Exists(path))
            return new LinkedFile.Missing();
        var read = ChecklistReader.Read(path, null, KnownVerbs.All);
        // A file that is refused comes as empty text with the one problem that says why.
        if (read is { Source.Text.Length: 0, Problems: [var problem] })
            return new LinkedFile.Unreadable(problem.What);
        files[Path.GetFullPath(path)] = read.Source.Text;
        return new LinkedFile.Found(read.Source);
    }

    private static async Task<IReadOnlyDictionary<string, Probe>> ExternalAsync(Checklist checklist, Dictionary<string, string> linked, CliWorld world, List<Problem> problems)
    {
        var found = new Dictionary<string, Probe>(StringComparer.Ordinal);
        var programs = ExternalProbes.Find(world.Commands, world.EnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        var names = programs.Names.ToHashSet(StringComparer.Ordinal);
        names.ExceptWith(ProbeCatalogue.Probes.Keys);
        if (names.Count == 0)
            return found;
        var files = linked.Select(f => ChecklistReader.Parse(new SourceText(f.Key, f.Value), null, KnownVerbs.All)).Prepend(checklist);
        var marks = files.SelectMany(f => f.AllItems.SelectMany(i => i.Marks).Select(m => (f.Source.Path, Mark: m)));
        foreach (var (file, mark) in marks)
            foreach (var name in mark.Text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries))
                if (names.Remove(name))
                    switch (await programs.TryDescribeAsync(name, world.Stop))
                    {
                        case ExternalLookup.Found external:
                            found[name] = external.Probe;
                            break;
                        case ExternalLookup.Broken broken:
                            problems.Add(new(file, mark.At, broken.Because, "mend the program: --describe prints its arguments and facts as JSON"));
                            break;
                    }
        return found;
    }
}

/// <summary>Every verb of this product: tells a mark that was meant from somebody's code.</summary>
internal static class KnownVerbs
{
    public static IReadOnlySet<string> All => field ??= ProbeCatalogue.Probes.Keys.Concat(ActionCatalogue.Actions.Keys).ToHashSet(StringComparer.Ordinal);
}
