using Holdpoint.Actions;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Plans;

/// <summary>Turns checklists into plans: every mark read, every name looked up, every problem told at once. Pure but for <see cref="PlanRequest.ReadFile"/>.</summary>
public static class Planner
{
    /// <returns>No plan where there is any error; problems in the order of the files, warnings among them.</returns>
    public static (Plan? Plan, IReadOnlyList<Problem> Problems) Plan(PlanRequest request)
    {
        var draft = new Draft(request);
        draft.Files[draft.Root.Path] = draft.Root;
        new SectionPlanner(draft).Walk(draft.Root, draft.Root.Checklist.Sections, draft.Surroundings);
        References.CheckEnvironment(draft);
        if (request.Lint)
            Lint.Look(draft);
        var problems = InOrder(draft);
        return (problems.Any(p => p.IsError) ? null : new(TitleOf(draft.Root), request.Checklist, [.. draft.Sections.Select(s => s.Planned)], draft.Rules), problems);
    }

    /// <summary>Every name that marks of a project may use; variables are not checked by it.</summary>
    public static Vocabulary Vocabulary(Project project, IReadOnlyDictionary<string, Signature> externalProbes) => new()
    {
        Probes = externalProbes.Count == 0 ? ProbeCatalogue.Signatures : externalProbes.Concat(ProbeCatalogue.Signatures).GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal),
        Actions = ActionCatalogue.Signatures,
        Metrics = project.Metrics.ToDictionary(m => m.Key, m => m.Value.Dimension, StringComparer.Ordinal),
        MetricsOfSides = project.ComparedMetrics.Keys.ToHashSet(StringComparer.Ordinal),
        Objectives = project.Metrics.Values.Where(m => m.Objective is not null).Select(m => m.Name).ToHashSet(StringComparer.Ordinal),
    };

    /// <summary>The same with the variables that are known in an environment.</summary>
    public static Vocabulary Vocabulary(Project project, string? environment, IReadOnlyDictionary<string, Signature> externalProbes) => Vocabulary(project, externalProbes) with
    {
        Variables = new Scope(project, new Secrets(project.Folder, _ => null)) { Environment = environment }.KnownNames,
    };

    /// <summary>What <see cref="ChecklistReader"/> has to know of the verbs: those whose mark takes a fence, and all.</summary>
    public static (IReadOnlySet<string> WithBody, IReadOnlySet<string> Known) Verbs(Vocabulary vocabulary)
    {
        var all = vocabulary.Probes.Concat(vocabulary.Actions).ToList();
        return (all.Where(v => v.Value.TakesBody).Select(v => v.Key).Concat(ChecklistReader.VerbsWithBody).ToHashSet(StringComparer.Ordinal),
            all.Select(v => v.Key).Concat(["rollback", "hold", "tell"]).Concat(vocabulary.Metrics.Keys).ToHashSet(StringComparer.Ordinal));
    }

    private static string TitleOf(PlannedFile file) => file.Title is { Heading.Length: > 0 } title ? title.Heading : Path.GetFileNameWithoutExtension(file.Path);

    /// <summary>The root's problems first, each told once though <c>Each</c> brings its section often.</summary>
    private static List<Problem> InOrder(Draft draft)
    {
        var files = new Dictionary<string, int>(StringComparer.Ordinal) { [draft.Root.Path] = 0 };
        foreach (var problem in draft.Problems)
            files.TryAdd(problem.File, files.Count);
        return [.. draft.Problems.Distinct().OrderBy(p => files[p.File]).ThenBy(p => p.At.Line).ThenBy(p => p.At.Column)];
    }
}
