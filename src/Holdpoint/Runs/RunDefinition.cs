using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Runs;

/// <summary>A run's definition, read: the plan and what belongs to it. Made of texts alone, so that a run planned again from its journal gives the same plan, whatever has become of the files.</summary>
public sealed record RunDefinition(Definition Definition, Checklist Checklist, Project Project, FrontMatterSettings FrontMatter, Plan? Plan, IReadOnlyList<Problem> Problems)
{
    public bool HasErrors => Plan is null || Problems.Any(p => p.IsError);

    /// <param name="externals">Probes that programs on PATH bring, by verb.</param>
    /// <param name="lint">Whether warnings of prudence are looked for.</param>
    public static RunDefinition Read(Definition definition, string? environment, IReadOnlyDictionary<string, Signature> externals, TimeProvider time, bool lint)
    {
        var problems = new List<Problem>();
        var files = definition.Files.ToDictionary(f => f.Path, f => f.Text);
        var root = definition.Files[0];
        Project project;
        if (definition.Configuration is { } configuration)
        {
            (project, var found) = ProjectFile.Parse(configuration, files[configuration]);
            problems.AddRange(found);
        }
        else
        {
            project = Project.Empty(Path.GetDirectoryName(Path.GetFullPath(root.Path)) ?? ".");
        }

        var (withBody, known) = Planner.Verbs(Planner.Vocabulary(project, externals));
        var checklist = ChecklistReader.Parse(new SourceText(root.Path, root.Text), withBody, known);
        var settings = FrontMatterSettings.None;
        if (checklist.FrontMatter is { } matter)
        {
            (settings, var found) = ProjectFile.ReadFrontMatter(matter, root.Path);
            problems.AddRange(found);
        }

        var (plan, more) = Planner.Plan(new PlanRequest(checklist, project)
        {
            Time = time,
            Environment = environment,
            Variables = definition.Variables,
            ExternalProbes = externals,
            ReadFile = path => files.TryGetValue(path, out var text) ? new LinkedFile.Found(new SourceText(path, text)) : new LinkedFile.Missing(),
            Lint = lint,
        });
        problems.AddRange(more);
        return new(definition, checklist, project, settings, problems.Any(p => p.IsError) ? null : plan, [.. problems.Distinct()]);
    }
}
