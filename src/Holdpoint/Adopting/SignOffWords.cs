using System.Text.RegularExpressions;
using Holdpoint.Adopting.Words;
using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>A task that a named role signs: a line to sign on behind its name, a role in front of it.</summary>
internal static partial class SignOffWords
{
    public static OtherMarks? Of(Step step, PartSurroundings here)
    {
        if (step.Children.Any(c => c.IsTask) || RoleOf(step.Text, here) is not { Length: > 0 } role)
            return null;
        return new([$"@ {role}"], FindingKind.SignOff, "a line to sign for a role", ConfigurationNeeds.None);
    }

    /// <summary>The role of a text that is a title and nothing else; empty where it is none.</summary>
    public static string TitleIn(string label) => RoleTitles.IsOne(label.Trim()) ? Slug(label) : "";

    /// <summary>The role that stands where only roles stand; empty where it is too long for one, or left open.</summary>
    public static string RoleIn(string label) => Open().IsMatch(label) ? "" : Slug(label);

    private static string RoleOf(string text, PartSurroundings here)
    {
        var plain = text.Replace("*", "", StringComparison.Ordinal);
        if (Prefix().Match(plain) is { Success: true } prefix)
            return Slug(prefix.Groups["role"].Value);
        var signs = BlankLine().IsMatch(text);
        var under = here.Part.WithParents.Any(p => SectionWords.IsSignOff(p.Heading));
        if (Named().Match(plain) is { Success: true } named && RoleTitles.IsOne(named.Groups["role"].Value) && (signs || under))
            return Slug(named.Groups["role"].Value);
        return under && RoleTitles.Approving(plain) is { } leading ? Slug(leading) : "";
    }

    private static string Slug(string role) => ItemIds.Slug(role) is { Length: > 0 and <= 40 } slug && char.IsLetter(slug[0]) && slug.Count(c => c == '-') < 4 ? slug : "";

    [GeneratedRegex(@"^\[?(?<role>QA|DEV|DEVOPS|SRE|DBA|PM|PO|OPS|SEC|UX|DIS|DOCS)\]?(?::\s|\s*\]\s*|(?<=\])\s+)(?=\S)")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"_{3,}|(?:\\_)|\.{5,}|…{2,}|\bsignature\b|\bunterschrift\b|\bfirma\b|\bassinatura\b|подпись|签名|签字|署名", RegexOptions.IgnoreCase)]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"^(?<role>[\p{L}][\p{L} /&'’-]{1,40}?)\s*[:：]")]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?:name|date|role|tbd|n/a)$|_{2,}|[\[<(]", RegexOptions.IgnoreCase)]
    private static partial Regex Open();
}
