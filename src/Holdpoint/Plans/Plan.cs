using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Metrics;

namespace Holdpoint.Plans;

/// <summary>A checklist with its configuration and variables, ready to run: every mark read, every section placed in its stage, every item with its id.</summary>
/// <param name="Sections">In the file's order, <c>Each</c> unfolded and links to other checklists put in their place; only sections that hold items.</param>
/// <param name="Rules">They stand wherever they read best and belong to no stage.</param>
public sealed record Plan(string Title, Checklist Checklist, IReadOnlyList<PlannedSection> Sections, IReadOnlyList<PlannedRule> Rules)
{
    private readonly Lazy<Dictionary<string, PlannedStep>> _steps = new(() => Sections.SelectMany(s => s.AllItems).SelectMany(i => i.Steps).ToDictionary(s => s.Id));

    public IEnumerable<PlannedItem> AllItems => Sections.SelectMany(s => s.AllItems);

    public IEnumerable<PlannedSection> Of(Stage stage) => Sections.Where(s => s.Stage == stage);

    public PlannedStep? Step(string id) => _steps.Value.GetValueOrDefault(id);

    /// <summary>The stages of the way forward that have sections, in order.</summary>
    public IReadOnlyList<Stage> Stages => [.. Sections.Select(s => s.Stage).Where(s => s <= Stage.Close).Distinct().Order()];
}

/// <param name="Id">The path of the headings, slugs joined by <c>/</c>.</param>
/// <param name="Level">The heading's level, for showing.</param>
public sealed record PlannedSection(string Id, string Heading, int Level, Stage Stage, Position At, IReadOnlyList<PlannedItem> Items)
{
    /// <summary>The file that it stands in; included checklists have their own.</summary>
    public required string File { get; init; }

    public GatePolicy? Gate { get; init; }

    public string? Owner { get; init; }

    /// <summary>Where its commands run; absolute.</summary>
    public required string Directory { get; init; }

    /// <summary>The field <c>Host</c> as it is written: where its <c>run</c>, <c>sh</c> and every check of a machine go. Null: here.</summary>
    public string? Host { get; init; }

    /// <summary>Where commands run on a host: the field <c>Dir</c>, relative to the home there; null: the home.</summary>
    public string? HostDirectory { get; init; }

    /// <summary>The same for all copies that one <c>Each</c> makes, so that their checks can run side by side; null outside of any.</summary>
    public string? EachOf { get; init; }

    /// <summary>Which of those copies it belongs to.</summary>
    public string Copy { get; init; } = "";

    public TimeSpan? Budget { get; init; }

    /// <summary>The field <c>Watch</c>, checked to be readable.</summary>
    public string? Watch { get; init; }

    public string? Due { get; init; }

    public TimeSpan? Fresh { get; init; }

    public Check? OnlyIf { get; init; }

    /// <summary>The field <c>Baseline</c>; null: before the deployment.</summary>
    public BaselineOrigin? BaselineFrom { get; init; }

    /// <summary>The known environment that the field <c>Environment</c> names, where it names one.</summary>
    public string? Environment { get; init; }

    /// <summary>Variables that <c>Each</c> sets in here.</summary>
    public IReadOnlyDictionary<string, string> Each { get; init; } = new Dictionary<string, string>();

    /// <summary>Items with their children, parents first.</summary>
    public IEnumerable<PlannedItem> AllItems => Items.SelectMany(i => i.WithDescendants);

    /// <summary>Every step in the order of the file.</summary>
    public IEnumerable<PlannedStep> Steps => AllItems.SelectMany(i => i.Steps);

    /// <summary>The host that its field names; variables that <c>Each</c> does not set stay as they are written. Null: this machine.</summary>
    public string? HostName => NameOf(Host);

    /// <summary>The host where a call in here looks or acts. Null: this machine.</summary>
    public string? HostOf(Call? call) =>
        call is { Signature: { OnHosts: true } signature } && signature.OwnOption("host") is null ? NameOf(call.Options.GetValueOrDefault("host")?.Source ?? Host) : null;

    /// <summary>The host of a step's check or action; null: this machine, or a person's.</summary>
    public string? HostOf(PlannedStep step) => step switch
    {
        PlannedStep.Ask s => HostOf(s.Check.Call),
        PlannedStep.Act s => HostOf(s.Call),
        _ => null,
    };

    private string? NameOf(string? written) =>
        written is not null && Word.Resolve(written, v => Each.GetValueOrDefault(v) ?? $"${{{v}}}") is var name && !HostAddress.IsHere(name) ? name : null;
}

/// <param name="MinimumScore">0…100; null: nothing may have failed, be unknown or pending.</param>
public sealed record GatePolicy(decimal? MinimumScore)
{
    public static GatePolicy Default { get; } = new((decimal?)null);
}

/// <param name="Id">The section's id, the item's text as a slug, or what <c>#id=</c> says.</param>
/// <param name="Source">The item in its file, for the ticked copy.</param>
/// <param name="Steps">Its own checks, actions and sign-offs from left to right; empty for a parent that only groups.</param>
public sealed record PlannedItem(string Id, string Text, string SectionId, Item Source, IReadOnlyList<PlannedStep> Steps, IReadOnlyList<PlannedItem> Children)
{
    public bool Critical { get; init; }

    public bool Advisory { get; init; }

    public bool Optional { get; init; }

    /// <summary>After it nothing rolls back by itself.</summary>
    public bool NoReturn { get; init; }

    public bool Disabled { get; init; }

    public decimal Weight { get; init; } = 1;

    public IEnumerable<PlannedItem> WithDescendants => Children.Count == 0 ? [this] : Children.SelectMany(c => c.WithDescendants).Prepend(this);

    /// <summary>Counts in a score.</summary>
    public bool IsLeaf => Steps.Count > 0 && !Advisory && !Disabled;
}

/// <summary>One mark of an item, or the sign-off that an unmarked item is.</summary>
/// <param name="Id">The item's id and the mark's number in it: <c>backups/dump#2</c>.</param>
public abstract record PlannedStep(string Id, string ItemId, string SectionId, string Text)
{
    public sealed record Ask(string Id, string ItemId, string SectionId, string Text, Check Check, Check? If) : PlannedStep(Id, ItemId, SectionId, Text);

    /// <param name="Postconditions">Ids of the checks that prove it.</param>
    public sealed record Act(string Id, string ItemId, string SectionId, string Text, Call Call, Check? If, IReadOnlyList<string> Postconditions) : PlannedStep(Id, ItemId, SectionId, Text)
    {
        public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(15);

        public int Retry { get; init; }

        public bool Idempotent => Call.Flag("idempotent");

        /// <summary>The target of <c>deploy</c> and <c>rollback</c>; null for other verbs.</summary>
        public string? Target => Call.Signature.Name is "deploy" or "rollback" ? Call.Arguments[0].Source : null;
    }

    public sealed record Sign(string Id, string ItemId, string SectionId, string Text, RoleRequirement Roles, Check? If) : PlannedStep(Id, ItemId, SectionId, Text);
}

/// <summary>A rule of the file.</summary>
/// <param name="Id">As an item's id.</param>
public sealed record PlannedRule(string Id, string Text, Position At, Instruction.Rule Rule)
{
    /// <summary>The field <c>Baseline</c> of the section in which it stands; null: before the deployment.</summary>
    public BaselineOrigin? BaselineFrom { get; init; }
}
