using System.Collections.Immutable;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>A plan while it is being made: what has been planned so far, and every problem.</summary>
internal sealed class Draft
{
    /// <summary>250,000 sections and items. <c>Each</c> in <c>Each</c>, and lists that link to lists, multiply.</summary>
    public const int MostParts = 250_000;

    private readonly Dictionary<string, Checklist> _linked = new(StringComparer.Ordinal);

    public Draft(PlanRequest request)
    {
        Request = request;
        Root = new(request.Checklist, [Includes.Normal(request.Checklist.Source.Path)], Problems);
        Ids = new(request.Checklist.ItemCount);
        Problems.AddRange(request.Checklist.Problems);
        var settings = FrontMatterSettings.None;
        if (request.Checklist.FrontMatter is { } frontMatter)
        {
            (settings, var problems) = ProjectFile.ReadFrontMatter(frontMatter, Root.Path);
            Problems.AddRange(problems);
        }

        // Planning reads neither secrets nor the environment: what they hold is no part of a plan.
        Scope = new(request.Project, new Secrets(request.Project.Folder, _ => null))
        {
            Environment = request.Environment,
            FrontMatter = settings,
            Given = request.Variables,
            BuiltIns = request.Environment is { } environment ? new Dictionary<string, string> { ["environment"] = environment } : ImmutableDictionary<string, string>.Empty,
            EnvironmentVariable = _ => null,
        };
        Problems.AddRange(Scope.Check());
        Vocabulary = Planner.Vocabulary(request.Project, request.ExternalProbes) with { Variables = Scope.KnownNames };
        Surroundings = new(Vocabulary, Root.Folder);
    }

    public PlanRequest Request { get; }

    public Project Project => Request.Project;

    public PlannedFile Root { get; }

    public Scope Scope { get; }

    public Vocabulary Vocabulary { get; }

    public Surroundings Surroundings { get; }

    public List<Problem> Problems { get; } = [];

    public List<DraftSection> Sections { get; } = [];

    public List<PlannedRule> Rules { get; } = [];

    /// <summary>The rules as they stand in their files.</summary>
    public List<(Instruction.Rule Rule, PlannedFile File)> WrittenRules { get; } = [];

    /// <summary>Every action that is not struck out, in order.</summary>
    public List<WrittenAct> Acts { get; } = [];

    /// <summary>Those of the actions that deploy.</summary>
    public List<WrittenAct> Deploys { get; } = [];

    /// <summary>Every file once, however often it is linked to.</summary>
    public Dictionary<string, PlannedFile> Files { get; } = new(StringComparer.Ordinal);

    public IdLedger Ids { get; }

    public StageOrder Order { get; } = new();

    /// <summary>Sections and items planned so far.</summary>
    public int Parts { get; set; }

    /// <summary>It took in as much as it can, and the rest was left out.</summary>
    public bool IsFull { get; set; }

    /// <summary>The text with every variable put in whose value is known now; null where one is not (then <paramref name="because"/> says which).</summary>
    public string? Resolve(string text, Surroundings surroundings, out string because)
    {
        because = "";
        if (!text.Contains("${", StringComparison.Ordinal))
            return text;
        var scope = Scope with
        {
            Environment = surroundings.Environment ?? Request.Environment,
            Given = surroundings.Each.Count == 0 ? Request.Variables : surroundings.Each.SetItems(Request.Variables.Where(v => !surroundings.Each.ContainsKey(v.Key))),
        };
        return scope.TryResolve(text, out var resolved, out because) ? resolved : null;
    }

    /// <summary>A linked checklist, read once.</summary>
    public Checklist Read(SourceText source)
    {
        if (_linked.TryGetValue(source.Path, out var known))
            return known;
        var (withBody, verbs) = Planner.Verbs(Vocabulary);
        var checklist = ChecklistReader.Parse(source, withBody, verbs);
        Problems.AddRange(checklist.Problems);
        return _linked[source.Path] = checklist;
    }
}

/// <summary>An action, and the mark that it was read from: where a warning about it belongs.</summary>
internal sealed record WrittenAct(PlannedStep.Act Act, Mark Mark, PlannedFile File);

/// <summary>A section as it was planned and as it stands in its file.</summary>
internal sealed record DraftSection(PlannedSection Planned, Section Source, PlannedFile File);

/// <summary>What a section inherits from the headings above it, or from the item that links to its file.</summary>
internal sealed record Surroundings(Vocabulary Vocabulary, string Directory)
{
    /// <summary>The path that ids begin with; empty at the top.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What makes ids written as <c>#id=</c> unique where their section comes more than once: the values of <c>Each</c>.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>The linking item's id, which stands before ids written as <c>#id=</c> in the linked file.</summary>
    public string FixedPrefix { get; init; } = "";

    public Stage Stage { get; init; }

    public Owner? Owner { get; init; }

    public TimeSpan? Fresh { get; init; }

    public string? Environment { get; init; }

    /// <summary>The field <c>Host</c>, its variables not yet put in.</summary>
    public string? Host { get; init; }

    /// <summary>The field <c>Dir</c> as it is on a host.</summary>
    public string? HostDirectory { get; init; }

    /// <summary>The outermost <c>Each</c>.</summary>
    public string? EachOf { get; init; }

    /// <summary>The linking item is <c>#critical</c>.</summary>
    public bool Critical { get; init; }

    public ImmutableDictionary<string, string> Each { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string Under(string name) => Prefix.Length == 0 ? name : $"{Prefix}/{name}";

    /// <summary>The text as a person reads it here: the variables of <c>Each</c> put in, all others as written.</summary>
    public string Show(string text)
    {
        if (Each.Count > 0 && text.Contains("${", StringComparison.Ordinal))
            foreach (var (name, value) in Each)
                text = text.Replace($"${{{name}}}", value, StringComparison.Ordinal);
        return text;
    }
}

/// <summary>The field <c>Owner</c>, and where it stands.</summary>
internal sealed record Owner(string Role, PlannedFile File, Position At);
