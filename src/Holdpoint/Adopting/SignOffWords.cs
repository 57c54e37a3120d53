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

    private static string RoleOf(string text, PartSurroundings here)
    {
        var plain = text.Replace("*", "", StringComparison.Ordinal);
        if (Prefix().Match(plain) is { Success: true } prefix)
            return Slug(prefix.Groups["role"].Value);
        var signs = BlankLine().IsMatch(text);
        var under = here.Part.WithParents.Any(p => SectionWords.IsSignOff(p.Heading));
        if (Named().Match(plain) is { Success: true } named && Title().IsMatch(named.Groups["role"].Value) && (signs || under))
            return Slug(named.Groups["role"].Value);
        return under && Leading().Match(plain) is { Success: true } leading ? Slug(leading.Groups["role"].Value) : "";
    }

    private static string Slug(string role) => ItemIds.Slug(role) is { Length: > 0 and <= 40 } slug && char.IsLetter(slug[0]) && slug.Count(c => c == '-') < 4 ? slug : "";

    private const string Roles = @"(?:(?:tech(?:nical)?|team|engineering|project|product|release|devops|qa|deployment|security|it|operations?|ops|backend|frontend|dev(?:elopment)?|database|platform|infra(?:structure)?|business|support|test)[ -])*(?:lead(?:er)?|manager|owner|engineer|developer|director|architect|officer|administrator|admin|tester|reviewer|approver|qa|devops|sre|dba|cto|ciso|cio|ops|product|security|stakeholders?|site reliability|on-call|deployer|sponsor|leiter(?:in)?|verantwortliche[rn]?|entwickler(?:in)?|gerente|responsable|desarrollador|jefe|líder|chef de projet|développeur|gestor|desenvolvedor)";

    [GeneratedRegex(@"^\[?(?<role>QA|DEV|DEVOPS|SRE|DBA|PM|PO|OPS|SEC|UX|DIS|DOCS)\]?(?::\s|\s*\]\s*|(?<=\])\s+)(?=\S)")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"_{3,}|(?:\\_)|\.{5,}|…{2,}|\bsignature\b|\bunterschrift\b|\bfirma\b|\bassinatura\b|подпись|签名|署名", RegexOptions.IgnoreCase)]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"^(?<role>[\p{L}][\p{L} /&-]{1,40}?)\s*[:：]")]
    private static partial Regex Named();

    [GeneratedRegex("^" + Roles + "$|负责人|经理|責任者|担当|руководитель|менеджер|инженер|разработчик", RegexOptions.IgnoreCase)]
    private static partial Regex Title();

    [GeneratedRegex("^(?<role>" + Roles + @")\s+(?:approv\w*|sign[ -]?off|sign\w*|ok\b|genehmigt|freigegeben|aprobó|aprueba|approuve|aprovou|confirm\w*)", RegexOptions.IgnoreCase)]
    private static partial Regex Leading();
}
