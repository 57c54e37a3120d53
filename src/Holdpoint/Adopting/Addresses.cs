using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>A task that names an address and the status it answers with: <c>`/health` → 200 OK</c>.</summary>
internal static partial class Addresses
{
    public static OtherMarks? Of(Step step)
    {
        if (step.Children.Any(c => c.IsTask) || Form().Match(step.Text) is not { Success: true } match || Form().Count(step.Text) > 1 || Paths().Count(step.Text) > 1 || Negated.IsIn(step.Text))
            return null;
        var address = match.Groups["address"].Value;
        if (address.Any(c => c is '{' or '<' or '[' or '*' or ':') && !address.StartsWith("http", StringComparison.Ordinal) || address.Contains('<', StringComparison.Ordinal) || Method().IsMatch(step.Text))
            return null;
        var url = address;
        if (address[0] == '/')
        {
            var owner = Signs().Replace(step.Text[..match.Index], " ").Trim();
            var name = owner.Length > 0 && owner.Split(' ').Length <= 3 && !Verb().IsMatch(owner) ? Placeholders.NameOf(owner) + "_url" : "base_url";
            url = $"${{{name}}}{address}";
        }
        else
        {
            foreach (var placeholder in Placeholders.In(address))
                url = url.Replace(placeholder.Written, $"${{{placeholder.Variable}}}", StringComparison.Ordinal);
        }

        string[] marks = [$"? http {url} status == {match.Groups["code"].Value}"];
        return new(marks, FindingKind.Check, "the address and the status in its words", Needs.Of(marks, [], step.Line));
    }

    [GeneratedRegex(@"`?(?:GET\s+)?(?<address>https?://[^\s`)]+|(?<=`(?:GET\s+)?)/[^\s`]*)`?\s*(?:→|â†’|->|=>|returns?|responds?(?:\s+with)?|gibt|liefert|devuelve|responde|retourne|répond|retorna|возвращает|返回|が|は)\s*:?\s*(?:an?\s+)?(?:HTTP\s*)?`?(?<code>[1-5][0-9]{2})\b", RegexOptions.IgnoreCase)]
    private static partial Regex Form();

    [GeneratedRegex(@"\b(?:POST|PUT|PATCH|DELETE|anonymous|unauthenticated|authenticated|logged|without|with (?:a|an|the) )\b")]
    private static partial Regex Method();

    [GeneratedRegex(@"`(?:GET\s+)?/")]
    private static partial Regex Paths();

    [GeneratedRegex(@"[*_`:>-]+")]
    private static partial Regex Signs();

    [GeneratedRegex(@"\b(?:check|verify|test|health|endpoint|the|api|confirm|ensure|prüfe|verifica\w*|vérifie\w*)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Verb();
}
