using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Bench;

/// <summary>The rules of <c>examples/rollback-criteria</c>, read as the product reads them.</summary>
internal sealed record RollbackCriteria(Project Project, IReadOnlyList<RuleDefinition> Rules)
{
    public static RollbackCriteria Read()
    {
        var folder = Folder();
        var (project, wrong) = ProjectFile.Load(Path.Combine(folder, "holdpoint.yaml"));
        var (withBody, known) = Planner.Verbs(Planner.Vocabulary(project, new Dictionary<string, Signature>()));
        var path = Path.Combine(folder, "rollback-criteria.md");
        var checklist = ChecklistReader.Parse(new(path, File.ReadAllText(path)), withBody, known);
        var (plan, problems) = Planner.Plan(new(checklist, project) { Time = TimeProvider.System, Environment = "production", Lint = false });
        if (plan is null || wrong.Count > 0)
            throw new InvalidOperationException(string.Join('\n', wrong.Concat(problems)));
        return new(project, [.. plan.Rules.Where(r => !r.Rule.WhenAsked).Select(r => new RuleDefinition(r.Id, r.Rule, r.Text))]);
    }

    private static string Folder()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Directory.Exists(Path.Combine(folder, "examples", "rollback-criteria")))
                return Path.Combine(folder, "examples", "rollback-criteria");
        throw new DirectoryNotFoundException("examples/rollback-criteria is nowhere above this program");
    }
}
