using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>What is adopted, and what stands around it.</summary>
/// <param name="Source">The checklist's text.</param>
/// <param name="Project">The configuration that holds for it; empty where there is none.</param>
public sealed record AdoptRequest(SourceText Source, Project Project)
{
    /// <summary>The configuration's text; null where there is none.</summary>
    public string? Configuration { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>What a person has decided of blocks, by the line on which they open: that is taken for what adopting would have left.</summary>
    public IReadOnlyDictionary<int, Decision> Decisions { get; init; } = new Dictionary<int, Decision>();

    /// <summary>Reads checklists that this one links to.</summary>
    public Func<string, LinkedFile> ReadFile { get; init; } = _ => new LinkedFile.Missing();
}

/// <summary>What a person says that a block is.</summary>
public enum Decision
{
    Check,
    Action,
}

/// <summary>
/// Makes a checklist that runs of one that is read: marks, tags and fields are added, and nothing else is changed. Pure: text in, text out.
/// The result is planned as a run would plan it; an addition that would be an error is taken back and told.
/// </summary>
public static class Adopter
{
    /// <summary>Rounds in which additions are taken back. Each takes one back at least for every line with an error.</summary>
    private const int MostRounds = 12;

    public static Adopted Adopt(AdoptRequest request)
    {
        var checklist = ChecklistReader.Parse(request.Source, null, Verbs);
        var outline = OutlineReader.Read(checklist);
        var plan = new AdoptionPlan(outline, request.Decisions);
        var proposals = plan.Proposals().ToList();
        var refused = new List<Proposal>();
        var before = ErrorsOf(request, request.Source.Text, request.Project).Select(p => (p.At.Line, p.What)).ToHashSet();
        for (var round = 0; round < MostRounds; round++)
        {
            var result = Apply(request, proposals);
            var errors = ErrorsOf(request, result.Text, ProjectOf(request, result.Configuration, result.Beside, proposals)).ToList();
            var lines = new AddedLines(request.Source, proposals);
            var wrong = new HashSet<Proposal>(ReferenceEqualityComparer.Instance);
            if (errors.Count == 0)
            {
                wrong.UnionWith(Unsettled(request, result.Text, lines, proposals, refused));
                if (wrong.Count == 0)
                    return Told(result, plan, proposals, refused);
                refused.AddRange(wrong.Select(p => Refused(p, "what would be added would be read in another way there")));
                proposals.RemoveAll(wrong.Contains);
                continue;
            }

            var mended = false;
            foreach (var error in errors)
            {
                var line = lines.Original(error.At.Line);
                if (DuplicateIds.IsOne(error) && outline.AllSteps.FirstOrDefault(s => s.Line == line) is { } step && !proposals.Any(p => p.Line == line && p.Additions.Any(a => a.Text.Contains("#id=", StringComparison.Ordinal))))
                {
                    proposals.Add(DuplicateIds.Mend(step, proposals.Count(p => p.Additions.Any(a => a.Text.Contains("#id=", StringComparison.Ordinal))) + 2));
                    mended = true;
                    continue;
                }

                if (proposals.Where(p => p.Line <= line && line <= p.LastLine).OrderByDescending(p => p.Line).FirstOrDefault() is { } culprit)
                    wrong.Add(culprit);
            }

            if (wrong.Count == 0 && !mended)
                return Nothing(request, plan, errors[0]);
            refused.AddRange(proposals.Where(wrong.Contains).Select(p => Refused(p, errors[0].What)));
            proposals.RemoveAll(wrong.Contains);
        }

        return Nothing(request, plan, ErrorsOf(request, Apply(request, proposals).Text, request.Project).FirstOrDefault());
    }

    /// <summary>
    /// Proposals after which adopting the result would add something more: where a table or a quotation swallows an addition, nobody reads it, and where one makes
    /// another reading of what stands around it, the nearest is taken back.
    /// </summary>
    private static IEnumerable<Proposal> Unsettled(AdoptRequest request, string text, AddedLines lines, List<Proposal> taken, List<Proposal> refused)
    {
        var outline = OutlineReader.Read(ChecklistReader.Parse(new(request.Source.Path, text), null, Verbs));
        foreach (var again in new AdoptionPlan(outline, new Dictionary<int, Decision>()).Proposals())
        {
            var line = lines.Original(again.Line);
            if (taken.Where(Covers).OrderByDescending(p => p.Line).FirstOrDefault() is { } unread)
                yield return unread;
            else if (!refused.Any(Covers) && taken.MinBy(p => p.Line >= line ? p.Line - line : line - p.Line + request.Source.LineCount) is { } nearest)
                yield return nearest;

            bool Covers(Proposal proposal) => proposal.Line <= line && line <= proposal.LastLine;
        }
    }

    private static readonly IReadOnlySet<string> Verbs = Planner.Verbs(Planner.Vocabulary(Project.Empty("/"), new Dictionary<string, Signature>())).Known;

    private static Adopted Apply(AdoptRequest request, List<Proposal> proposals)
    {
        var insertions = new Insertions();
        foreach (var proposal in proposals)
            foreach (var (offset, text) in proposal.Additions)
                insertions.Add(offset, text);
        var (configuration, beside, added) = ConfigurationDraft.Write(request.Configuration, request.Project, proposals.Select(p => p.Needs));
        return new(insertions.ApplyTo(request.Source.Text), configuration, beside, [], added) { IsChanged = insertions.Count > 0 };
    }

    private static Project ProjectOf(AdoptRequest request, string? configuration, bool beside, List<Proposal> proposals)
    {
        if (configuration is null)
            return request.Project;
        if (!beside)
            return ProjectFile.Parse(request.Project.Path ?? ProjectFile.Name, configuration).Project;
        var (whole, _, _) = ConfigurationDraft.Write(null, Project.Empty("/"), proposals.Select(p => p.Needs));
        var additions = ProjectFile.Parse(ProjectFile.Name, whole ?? "").Project;
        return request.Project with
        {
            Variables = Merge(request.Project.Variables, additions.Variables),
            Metrics = Merge(request.Project.Metrics, additions.Metrics),
            Channels = Merge(request.Project.Channels, additions.Channels),
        };
    }

    private static Dictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T> one, IReadOnlyDictionary<string, T> other) =>
        one.Concat(other.Where(o => !one.ContainsKey(o.Key))).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    private static IEnumerable<Problem> ErrorsOf(AdoptRequest request, string text, Project project)
    {
        var vocabulary = Planner.Vocabulary(project, new Dictionary<string, Signature>());
        var (withBody, known) = Planner.Verbs(vocabulary);
        var read = ChecklistReader.Parse(new(request.Source.Path, text), withBody, known);
        var environment = project.Environments.Count > 0 ? project.Environments.Keys.First() : null;
        var (_, problems) = Planner.Plan(new(read, project) { Time = request.Time, Environment = environment, ReadFile = request.ReadFile, Lint = false });
        return read.Problems.Concat(problems).Where(p => p.IsError && p.File == request.Source.Path).Distinct().OrderBy(p => p.At.Line);
    }

    private static Adopted Told(Adopted result, AdoptionPlan plan, List<Proposal> taken, List<Proposal> refused) => result with
    {
        Items = plan.Items,
        Findings = [.. taken.SelectMany(p => p.Findings).Concat(refused.SelectMany(p => p.Otherwise)).Concat(plan.Untouched).OrderBy(f => f.Line).ThenBy(f => f.IsBlock)],
    };

    private static Proposal Refused(Proposal proposal, string because) => proposal with
    {
        Otherwise = [.. proposal.Findings.Where(f => f.Kind is not FindingKind.Field).Select(f => f with { Kind = f.HasCommand || f.Kind == FindingKind.Rule ? FindingKind.Left : FindingKind.SignOff, Added = "", Because = because })],
    };

    private static Adopted Nothing(AdoptRequest request, AdoptionPlan plan, Problem? because) =>
        new(request.Source.Text, null, false, plan.Untouched, []) { IsChanged = false, Items = plan.Items, Refusal = because is null ? "it can't be read" : $"line {because.At.Line}: {because.What}{(because.Fix.Length > 0 ? $" ({because.Fix})" : "")}" };
}
