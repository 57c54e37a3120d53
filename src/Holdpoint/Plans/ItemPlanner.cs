using System.Globalization;
using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>Plans the items of one section: ids, tags, a step for each mark, the sign-off that an unmarked item is.</summary>
internal sealed class ItemPlanner(Draft draft, PlannedFile file, Surroundings here, string sectionId)
{
    private static readonly IReadOnlyList<Include> Nothing = [];
    private static readonly IReadOnlyList<PlannedItem> NoChildren = [];

    private readonly References _references = new(draft, file, here);
    private readonly string _under = here.Prefix.Length == 0 ? "" : here.Prefix + "/";

    // The marks of the item that is being planned, one item after the other.
    private readonly List<Instruction> _read = [];

    private List<Include>? _includes;
    private (RoleRequirement Roles, string Text)? _signOff;

    /// <summary>The checklists that the planned items link to, in their order.</summary>
    public IReadOnlyList<Include> Includes => _includes ?? Nothing;

    public List<PlannedItem> Plan(IReadOnlyList<Item> items) => Plan(items, here.Critical, disabled: false);

    private List<PlannedItem> Plan(IReadOnlyList<Item> items, bool critical, bool disabled)
    {
        var planned = new List<PlannedItem>(items.Count);
        foreach (var item in items)
            planned.Add(Plan(item, critical || Has(item, "critical"), disabled || item.Disabled));
        return planned;
    }

    /// <summary>One step for each mark; rules are no steps.</summary>
    private PlannedStep[] StepsOf(Item item, string id, bool disabled)
    {
        Read(item, disabled);
        var count = 0;
        foreach (var instruction in _read)
            count += instruction is Instruction.Rule ? 0 : 1;
        var steps = count == 0 ? [] : new PlannedStep[count];
        var (next, rules) = (0, 0);
        foreach (var instruction in _read)
        {
            if (instruction is Instruction.Rule rule)
                AddRule(++rules == 1 ? id : $"{id}#rule{rules}", item, rule, disabled);
            else
                steps[next++] = StepOf(instruction, count == 1 ? id : $"{id}#{next}", id, disabled);
        }

        return steps;
    }

    private PlannedItem Plan(Item item, bool critical, bool disabled)
    {
        draft.Parts++;
        var id = IdOf(item);
        var steps = item.Marks.Count > 0 ? StepsOf(item, id, disabled) : [];
        if (item.Link is not null && !disabled && Checklists(item) is { } linked)
            (_includes ??= []).Add(new(linked, id, critical));
        else if (item.Marks.Count == 0 && item.Children.Count == 0)
            steps = [SignOffOf(item, id, disabled)];
        return new(id, here.Show(item.Text), sectionId, item, steps, item.Children.Count > 0 ? Plan(item.Children, critical, disabled) : NoChildren)
        {
            Critical = critical,
            Advisory = Has(item, "advisory"),
            Optional = Has(item, "optional"),
            NoReturn = Has(item, "no-return"),
            Disabled = disabled,
            Weight = WeightOf(item),
        };
    }

    private static bool Has(Item item, string tag) => item.Tags.Count > 0 && item.Tag(tag) is not null;

    private PlannedFile? Checklists(Item item) => Plans.Includes.Follow(item.Link!, item.At, file, draft);

    private string IdOf(Item item)
    {
        if (item.Tags.Count > 0 && item.Tags.FirstOrDefault(t => t.Name == "id") is { } tag)
        {
            if (tag.Value.Length is > 0 and <= 200 && tag.Value.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && tag.Value[0] != '/' && tag.Value[^1] != '/')
                return draft.Ids.OfItem($"{here.FixedPrefix}{tag.Value}{here.Suffix}", file, item.At);
            file.Error(tag.At, $"`#id={tag.Value}` can't be an id", "use letters, digits and - _ . /");
        }

        var path = ItemIds.Path(_under, item.Text);
        if (path.Length == 0 && item.Marks.Count > 0)
            path = ItemIds.Path(_under, item.Marks[0].Text);
        return draft.Ids.OfItem(path.Length > 0 ? path : here.Under("item"), file, item.At);
    }

    /// <summary>What is struck out is not read for mistakes: often it is struck out because of them.</summary>
    private void Read(Item item, bool disabled)
    {
        _read.Clear();
        for (var i = 0; i < item.Marks.Count; i++)
        {
            var mark = item.Marks[i];
            if (mark.Body is { } body)
                file.TakenFences.Add(body.At.Line - 1);
            if (MarkParser.Parse(mark, file.Source, here.Vocabulary, disabled ? [] : draft.Problems) is { } instruction)
                _read.Add(instruction);
        }
    }

    private void AddRule(string id, Item item, Instruction.Rule rule, bool disabled)
    {
        if (disabled)
            return;
        _references.Look(rule);
        draft.WrittenRules.Add((rule, file));
        draft.Rules.Add(new(id, here.Show(item.Text.Length > 0 ? item.Text : OneLine(rule.Mark.Text)), rule.Mark.At, EachValues.PutIn(rule, here, file)));
    }

    private PlannedStep StepOf(Instruction instruction, string id, string itemId, bool disabled)
    {
        switch (instruction)
        {
            case Instruction.Ask ask:
                if (!disabled)
                    _references.Look(ask.Check, ask.If);
                return new PlannedStep.Ask(id, itemId, sectionId, here.Show(OneLine(ask.Check.Text)), ask.Check, ask.If);
            case Instruction.Act act:
                if (!disabled)
                    _references.Look(act.Call, act.If);
                var planned = new PlannedStep.Act(id, itemId, sectionId, here.Show(OneLine(act.Mark.Text)), KnownTarget(act, disabled), act.If, new List<string>())
                {
                    Timeout = act.Timeout ?? TimeSpan.FromMinutes(15),
                    Retry = act.Retry,
                };
                if (!disabled)
                    Remember(new(planned, act.Mark, file));
                return planned;
            case Instruction.SignOff sign:
                if (!disabled)
                    _references.Look(sign);
                return new PlannedStep.Sign(id, itemId, sectionId, sign.Roles.ToString(), sign.Roles, sign.If);
            default:
                throw new InvalidOperationException($"no step is made of {instruction.GetType().Name}");
        }
    }

    /// <summary>The journal knows a target by its name, so the name has to be there before the run is.</summary>
    private Call KnownTarget(Instruction.Act act, bool disabled)
    {
        if (act.Call is not { Signature.Name: "deploy" or "rollback", Arguments: [{ Literal: null } word, ..] })
            return act.Call;
        if (draft.Resolve(word.Source, here, out var because) is { } name)
            return act.Call with { Arguments = [word with { Source = name, Verbatim = true }, .. act.Call.Arguments.Skip(1)] };
        if (!disabled)
            file.Error(word.At, $"which target `{word.Source}` is has to be known when the run starts: {because}", "name the target, or give the variable a value in holdpoint.yaml or with --var");
        return act.Call;
    }

    private void Remember(WrittenAct written)
    {
        draft.Acts.Add(written);
        if (written.Act.Call.Signature.Name == "deploy")
            draft.Deploys.Add(written);
    }

    /// <summary>Without an owner anybody may sign; where roles are configured, whoever has one.</summary>
    private PlannedStep.Sign SignOffOf(Item item, string id, bool disabled)
    {
        // The same for every item of a section.
        var (roles, text) = _signOff ??= RolesOfSection();
        if (!disabled && here.Owner is not null)
            _references.LookAtOwner(here.Owner);
        else if (!disabled && roles.Roles.Count == 0)
            file.Error(item.At, "nobody could sign this item: no role of holdpoint.yaml has members", "add members under roles:");
        return new(id, id, sectionId, text, roles, null);
    }

    private (RoleRequirement Roles, string Text) RolesOfSection()
    {
        var roles = here.Owner is { } owner ? [References.RoleOf(owner.Role, draft.Project)]
            : draft.Project.Roles.Count > 0 ? draft.Project.Roles.Where(r => r.Value.Count > 0).Select(r => r.Key).Order(StringComparer.Ordinal).ToList()
            : new List<string> { "anybody" };
        var required = new RoleRequirement(All: false, roles);
        return (required, required.ToString());
    }

    private decimal WeightOf(Item item)
    {
        if (item.Tags.Count == 0 || item.Tags.FirstOrDefault(t => t.Name == "weight") is not { } tag)
            return 1;
        if (decimal.TryParse(tag.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight) && weight is > 0 and <= 1_000_000)
            return weight;
        file.Error(tag.At, $"`#weight={tag.Value}` is no weight", "write a number above 0: #weight=3; #advisory takes an item out of the score");
        return 1;
    }

    private static string OneLine(string text)
    {
        text = text.Trim();
        return text.Contains("  ", StringComparison.Ordinal) || text.AsSpan().IndexOfAny('\n', '\r', '\t') >= 0
            ? string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            : text;
    }
}
