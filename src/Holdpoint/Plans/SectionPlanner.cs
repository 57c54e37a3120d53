using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>Goes through a file's headings from top to bottom: <c>Each</c> unfolded, what a heading says handed down, linked checklists put in.</summary>
internal sealed class SectionPlanner(Draft draft)
{
    /// <summary>Each heading's fields are read once, however often <c>Each</c> brings it.</summary>
    private readonly Dictionary<Section, SectionFields> _fields = new(ReferenceEqualityComparer.Instance);

    public void Walk(PlannedFile file, IReadOnlyList<Section> sections, Surroundings surroundings)
    {
        foreach (var section in sections)
            Plan(file, section, surroundings);
    }

    private void Plan(PlannedFile file, Section section, Surroundings above)
    {
        if (draft.IsFull)
            return;
        if (!_fields.TryGetValue(section, out var fields))
            _fields[section] = fields = SectionFields.Read(section, file, draft);
        var heading = ItemIds.Slug(section.Heading);
        var here = above with
        {
            Prefix = section.Level == 0 || ReferenceEquals(section, file.Title) ? above.Prefix : above.Under(heading.Length > 0 ? heading : "section"),
            Stage = fields.Stage ?? above.Stage,
            Owner = fields.Owner ?? above.Owner,
            Fresh = fields.Fresh ?? above.Fresh,
            Environment = fields.Environment ?? above.Environment,
            Host = fields.Host is { } host ? SectionFields.ValueOf(host) : above.Host,
        };
        if (fields.Each is null)
        {
            PlanOnce(file, section, fields, here);
            return;
        }

        var known = here.Vocabulary with { Variables = new HashSet<string>(here.Vocabulary.Variables!, StringComparer.Ordinal) { fields.Each.Name } };
        foreach (var (value, slug) in fields.Each.Values)
        {
            if (draft.IsFull)
                return;
            PlanOnce(file, section, fields, here with
            {
                Prefix = here.Under(slug),
                Suffix = $"{here.Suffix}/{slug}",
                Each = here.Each.SetItem(fields.Each.Name, value),
                Vocabulary = known,
                EachOf = here.EachOf ?? $"{file.Path}:{section.At.Line}{here.FixedPrefix}",
            });
        }
    }

    private void PlanOnce(PlannedFile file, Section section, SectionFields fields, Surroundings here)
    {
        if (draft.IsFull)
            return;
        if (draft.Parts++ > Draft.MostParts)
        {
            draft.IsFull = true;
            draft.Problems.Add(new(file.Path, section.At, $"the plan has more than {Draft.MostParts} sections and items", "link fewer checklists, or give `Each` fewer values"));
            return;
        }

        here = here with { Directory = DirectoryOf(file, fields, here), HostDirectory = HostDirectoryOf(fields, here) };
        if (fields.Host is { } host)
            new References(draft, file, here).LookAtHost(host);
        var links = section.Items.Count > 0 ? PlanItems(file, section, fields, here) : [];
        foreach (var link in links)
            Walk(link.File, link.File.Checklist.Sections, here with
            {
                Prefix = link.ItemId,
                FixedPrefix = $"{link.ItemId}/",
                Suffix = "",
                Directory = link.File.Folder,
                HostDirectory = null,
                Critical = link.Critical,
            });
        foreach (var below in section.Sections)
            Plan(file, below, here);
    }

    private IReadOnlyList<Include> PlanItems(PlannedFile file, Section section, SectionFields fields, Surroundings here)
    {
        draft.Order.Follow(here.Stage, section, file);
        var id = draft.Ids.OfSection(here.Prefix.Length > 0 ? here.Prefix : ItemIds.Slug(section.Heading) is { Length: > 0 } slug ? slug : "checklist");
        var items = new ItemPlanner(draft, file, here, id);
        var (acts, rules) = (draft.Acts.Count, draft.Rules.Count);
        var planned = items.Plan(section.Items);
        if (draft.Acts.Count > acts)
            Postconditions.Fill(planned);
        for (var i = rules; i < draft.Rules.Count && fields.Baseline is not null; i++)
            draft.Rules[i] = draft.Rules[i] with { BaselineFrom = fields.Baseline };
        draft.Sections.Add(new(new(id, HeadingOf(section, here), section.Level, here.Stage, section.At, planned)
        {
            File = file.Path,
            Gate = fields.Gate,
            Owner = here.Owner?.Role,
            Directory = here.Directory,
            Host = here.Host,
            HostDirectory = here.HostDirectory,
            EachOf = here.EachOf,
            Copy = here.Suffix,
            Budget = fields.Budget,
            Watch = fields.Watch,
            Due = fields.Due,
            Fresh = here.Fresh,
            OnlyIf = OnlyIf(file, fields, here),
            BaselineFrom = fields.Baseline,
            Environment = here.Environment,
            Each = here.Each,
        }, section, file));
        if (draft.Request.Lint)
            Lint.Look(draft.Sections[^1], draft.Acts.Skip(acts), draft);
        return items.Includes;
    }

    private static string HeadingOf(Section section, Surroundings here)
    {
        var shown = here.Show(section.Heading);
        return here.Each.Count == 0 || shown != section.Heading ? shown : $"{shown} ({string.Join(", ", here.Each.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => e.Value))})";
    }

    private string DirectoryOf(PlannedFile file, SectionFields fields, Surroundings here)
    {
        if (fields.Directory is not { } field)
            return here.Directory;
        if (draft.Resolve(SectionFields.ValueOf(field), here, out var because) is { Length: > 0 } path)
        {
            // No file system has a name with a zero in it, and the path functions throw at one.
            if (!path.Contains('\0', StringComparison.Ordinal))
                return Path.GetFullPath(path, file.Folder);
            because = "it holds a character that no path can hold";
        }

        file.Error(field.At, $"`Dir: {field.Value}` names no folder{(because.Length > 0 ? $": {because}" : "")}", "write a folder, from the checklist's own");
        return here.Directory;
    }

    /// <summary>A host has folders of its own: the field counts from the home there. What is wrong with it was told with the folder here.</summary>
    private string? HostDirectoryOf(SectionFields fields, Surroundings here) =>
        fields.Directory is { } field ? draft.Resolve(SectionFields.ValueOf(field), here, out _) ?? here.HostDirectory : here.HostDirectory;

    private Check? OnlyIf(PlannedFile file, SectionFields fields, Surroundings here)
    {
        if (fields.OnlyIf is not { } field)
            return null;
        var text = SectionFields.ValueOf(field).TrimStart('?').Trim();
        var problems = new List<Problem>();
        var check = text.Length == 0 ? null : MarkParser.ParseCheck(text, Start(file.Source, field, text), file.Source, here.Vocabulary, problems);
        foreach (var problem in problems.Where(p => !p.IsError))
            draft.Problems.Add(problem);
        foreach (var problem in problems.Where(p => p.IsError))
            file.Error(problem.At, $"`Only if` can't be read: {problem.What}", problem.Fix);
        if (check is null && !problems.Any(p => p.IsError))
            file.Error(field.At, "`Only if` holds no check", "write a check as in a mark, without its sign: env FEATURE file=.env");
        if (check is not null)
            new References(draft, file, here).Look(check);
        return check;
    }

    /// <summary>Where a field's value begins in the source, for messages about what is in it.</summary>
    private static int Start(SourceText source, Field field, string text)
    {
        var from = source.LineStart(field.At.Line) + field.At.Column - 1;
        var found = source.Text.IndexOf(text, from, Math.Min(source.Text.Length - from, text.Length + 100), StringComparison.Ordinal);
        return found < 0 ? from : found;
    }
}
