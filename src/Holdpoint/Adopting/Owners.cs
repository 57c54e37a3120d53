using System.Text.RegularExpressions;
using Holdpoint.Checklists;
using Holdpoint.Plans;

namespace Holdpoint.Adopting;

/// <summary>Who answers for a heading: its field <c>Owner</c>, or a line that says so in other words.</summary>
internal static partial class Owners
{
    /// <summary>The role; null where nobody is named.</summary>
    public static string? Of(Part part) => part.Section?.Field(FieldNames.Owner) is { } field && SectionFields.ValueOf(field) is { Length: > 0 } value ? RoleOf(value) : Written(part);

    /// <summary>A line such as <c>**Responsible:** DevOps / SRE</c>.</summary>
    public static string? Written(Part part)
    {
        foreach (var paragraph in part.Paragraphs)
            foreach (Match match in Line().Matches(paragraph.Text))
                if (RoleOf(match.Groups["who"].Value) is { Length: > 0 } role)
                    return role;
        return null;
    }

    /// <summary>Words as a role is written: small letters and hyphens. Empty where they name nobody, or more than a role.</summary>
    public static string RoleOf(string who)
    {
        who = who.Trim().Trim('*', '_', '@', ':', ' ');
        // "CI/CD pipeline (automatic) + manual verification" is nobody; "DevOps / SRE" are two roles.
        if (who.Contains('_', StringComparison.Ordinal) || who.Contains('[', StringComparison.Ordinal) || who.Contains('<', StringComparison.Ordinal) || Nobody().IsMatch(who))
            return "";
        // Either of them answers for it.
        if (Aside().Replace(who, " ").Split('/', StringSplitOptions.TrimEntries) is { Length: > 1 } several)
            return several.Select(RoleOf).ToList() is var roles && roles.All(r => r.Length > 0) ? string.Join(" or ", roles.Distinct()) : "";
        var role = ItemIds.Slug(Aside().Replace(who, " "));
        return role.Length is > 0 and <= 40 && char.IsLetter(role[0]) && Plain().IsMatch(role) && role.Count(c => c == '-') <= 4 && role is not ("and" or "or" or "not" or "if") ? role : "";
    }

    [GeneratedRegex(@"(?:^|\s)\*\*(?:responsible(?: party| team| person)?|owned by|accountable|assignee|assigned to|verantwortlich(?:e[rn]?)?|verantwortung|zuständig(?:keit)?|responsables?|propriétaire|propietari[oa]|encargad[oa]|a cargo de|responsável|dono|ответственн\w*|исполнитель|владелец|负责人|责任人|责任方|責任者|担当(?:者)?|オーナー)\s*(?:[:：]\*\*|\*\*\s*[:：])\s*(?<who>[^*|]+?)(?=\s+\*\*|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Line();

    [GeneratedRegex(@"\bpipeline\b|\bautomat|\btbd\b|\bn/a\b|\beveryone\b", RegexOptions.IgnoreCase)]
    private static partial Regex Nobody();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Aside();

    [GeneratedRegex(@"^[\p{L}\p{Nd}-]+$")]
    private static partial Regex Plain();
}
