using Holdpoint.Checklists;

namespace Holdpoint.Plans;

/// <summary>A linked checklist that is put in.</summary>
internal sealed record Include(PlannedFile File, string ItemId, bool Critical);

/// <summary>Follows links from items to other checklists.</summary>
internal static class Includes
{
    /// <summary>8 checklists below the first.</summary>
    public const int Deepest = 8;

    /// <summary>The checklist that an item is a link to; null where it is only a link, or can't be followed and was reported.</summary>
    public static PlannedFile? Follow(string link, Position at, PlannedFile from, Draft draft)
    {
        if (PathOf(link, from.Path) is not { } path)
            return null;
        if (from.Chain.Contains(path))
        {
            var circle = string.Join(" → ", from.Chain.SkipWhile(c => c != path).Append(path));
            from.Error(at, $"the checklist links to itself: {circle}", "remove one of the links");
            return null;
        }

        switch (draft.Request.ReadFile(path))
        {
            case LinkedFile.Missing:
                if (from.IsMarked)
                    from.Error(at, $"there is no file {path}", "correct the link; an item that is a link to a checklist runs that one in its place");
                return null;
            case LinkedFile.Unreadable unreadable:
                from.Error(at, $"{path} can't be read: {unreadable.Because}", "mend the file, or remove the link");
                return null;
            case LinkedFile.Found found:
                var checklist = draft.Read(found.Source);
                if (!checklist.AllItems.Any())
                    return null;
                if (from.Chain.Count > Deepest)
                {
                    from.Error(at, $"checklists link to checklists more than {Deepest} deep", "link from the first one to this one");
                    return null;
                }

                var file = new PlannedFile(checklist, [.. from.Chain, path], draft.Problems);
                if (draft.Files.TryAdd(path, file) && file.IsMarked && checklist.FrontMatter is { } frontMatter
                    && Configuration.ProjectFile.ReadFrontMatter(frontMatter, path).Settings.Variables.Values.FirstOrDefault() is { } variable)
                    file.Warning(variable.At, $"`{variable.Name}` is declared in a checklist that {from.Path} links to, and only the first one's variables count", "declare it in holdpoint.yaml");
                return file;
            case var other:
                throw new InvalidOperationException($"no such file: {other.GetType().Name}");
        }
    }

    /// <summary>With <c>/</c>, without <c>.</c> and without <c>..</c> behind a folder.</summary>
    public static string Normal(string path)
    {
        var isRooted = path.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else if (part != "." && !(part == ".." && isRooted))
                parts.Add(part);
        return (isRooted ? "/" : "") + string.Join('/', parts);
    }

    /// <summary>The linked file beside the one that links; null for addresses, and for paths from a root that only a web server knows.</summary>
    private static string? PathOf(string link, string from)
    {
        if (link.IndexOfAny(['#', '?']) is >= 0 and var end)
            link = link[..end];
        if (link.Length == 0 || link[0] is '/' or '\\' || link.Contains("://", StringComparison.Ordinal) || link.Contains('\0', StringComparison.Ordinal))
            return null;
        var slash = from.Replace('\\', '/').LastIndexOf('/');
        return Normal(from[..(slash + 1)] + Uri.UnescapeDataString(link));
    }
}
