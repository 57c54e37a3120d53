using System.Text.RegularExpressions;
using Holdpoint.Configuration;
using Holdpoint.Expressions;

namespace Holdpoint.Adopting;

/// <summary>What a text leaves to be filled in: <c>&lt;branch&gt;</c>, <c>YOUR_HOST</c>, <c>yourdomain.com</c>, <c>vX.Y.Z</c>.</summary>
/// <param name="Written">As it stands in the text.</param>
/// <param name="Variable">The variable in its place.</param>
internal sealed record Placeholder(string Written, string Variable);

internal static partial class Placeholders
{
    /// <summary>Each once, in their order.</summary>
    public static IReadOnlyList<Placeholder> In(string text) => 
        [.. Form().Matches(text).Where(m => !IsCode(text, m)).Select(m => new Placeholder(m.Value, VariableOf(m.Value))).DistinctBy(p => p.Written)];

    /// <summary>Names of variables that a script reads and does not set, without those that a shell brings.</summary>
    public static IReadOnlyList<string> ReadFromEnvironment(string script)
    {
        var set = Assigned().Matches(script).Select(m => m.Groups[1].Value).Concat(LoopVariable().Matches(script).Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        return [.. Read().Matches(WithoutSingleQuotes(script)).Select(m => m.Groups[1].Value).Where(n => !set.Contains(n) && !ShellNames.Contains(n) && n is not ("USER" or "LOGNAME" or "PWD")).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A value that may not stand in files that many read.</summary>
    public static bool IsSecret(string name) => Secret().IsMatch(name);

    /// <summary>A name that variables may have.</summary>
    public static string NameOf(string text)
    {
        var name = NoWord().Replace(text.ToLowerInvariant(), "_").Trim('_');
        if (name.Length == 0 || char.IsDigit(name[0]))
            name = name.Length == 0 ? "value" : "value_" + name;
        if (name.Length > 40)
            name = name[..40].TrimEnd('_');
        return BuiltInNames.All.Contains(name) || ShellNames.Contains(name.ToUpperInvariant()) || Vocabulary.Reserved.Contains(name) || name is "true" or "false" or "null" ? name + "_value" : name;
    }

    private static string VariableOf(string written)
    {
        if (Version().IsMatch(written))
            return written.Contains("(Z-1)", StringComparison.Ordinal) ? "previous_version" : "version";
        if (Domain().IsMatch(written))
            return "domain";
        if (written.StartsWith("/path/to", StringComparison.Ordinal))
            return NameOf("path_to_" + written[(written.LastIndexOf('/') + 1)..]);
        var inner = NameOf(YourPrefix().Replace(written.Trim('<', '>', '[', ']', '{', '}'), ""));
        return inner is "previous_tag" or "previous_version" or "previous_version_value" or "last_version" ? "previous_version" : inner is "version_value" or "new_version" or "tag" or "image_tag" or "version_tag" ? "version" : inner;
    }

    /// <summary>Brackets that mean something: comparisons, HTML, ranges, redirections, JSON.</summary>
    private static bool IsCode(string text, Match match)
    {
        var value = match.Value;
        if (value[0] == '<')
            return match.Index > 0 && text[match.Index - 1] is '<' or '=' or '-' && value.Length > 1 && text[match.Index - 1] == '<';
        if (value[0] == '{')
            return match.Index > 0 && text[match.Index - 1] is '$' or '{' or '%';
        return value[0] == '[' && match.Index > 0 && text[match.Index - 1] is '.' or '$' or 'A' or '0';
    }

    private static string WithoutSingleQuotes(string script) => SingleQuoted().Replace(script, "''");

    [GeneratedRegex(@"<\p{L}[\p{L}0-9 _./:|-]{1,40}>|(?<=\s-u )username\b|\[(?:Your?|Name|Date|Time|Phone|Email|Version|Tag|Branch|Host|Domain|Server|User|Password|Token|Project|Service|Environment|Region|ID|URL|Path|Commit|Reason|Value|Database)[A-Za-z _/-]{0,20}\]|\bYOUR[_-][A-Za-z0-9_-]+|\byour[-_](?!self)[a-z0-9_-]+(?:\.(?:com|org|net|io|dev))?|\b(?:yourdomain|mydomain|your-domain|tudominio|votredomaine|seudominio|deinedomain|mi-dominio|tu-dominio)\.[a-z]{2,}|\bv?X\.Y\.\(Z-1\)|\bv?X\.Y(?:\.Z)?(?:\.0)?\b|/path/to(?:/[A-Za-z0-9_.-]+)*|\{[a-z][a-z_]*_?(?:id|name|version|tag|host|domain)\}|\bREPLACE_ME\w*|\bCHANGE_?ME\w*|\bxxxx+\b|\bXXX+\b|(?<![@\w])example\.(?:com|org)\b|\b[Вв]аш[аеи]?[-_][\p{L}0-9_-]+|\b(?:tu|votre|dein|seu|sua)-(?:usuario|dominio|proyecto|servidor|utilisateur|domaine|projet|serveur|benutzer|server|projekt|domínio|projeto)\b|(?<=\s)\[[a-z]{3,}(?:[-_][a-z]{3,})+\](?=\s|$)|\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-xyz\b|\b(?:REPO|APP|SERVICE|PROJECT|RELEASE|CLUSTER|BUCKET|NAMESPACE|SERVER|HOST|USER|IMAGE)-NAME\b|\bPROJECT_ID\b|\bversion_here\b|(?<=@)[A-Z][A-Z_]*HOST\b|\bORG/REPO\b|\buser@(?:host|server|your[-a-z.]*)\b")]
    private static partial Regex Form();

    [GeneratedRegex(@"^v?X\.Y")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?:domain|dominio|domaine)\.[a-z]{2,}$|(?:^|\.)example\.")]
    private static partial Regex Domain();

    [GeneratedRegex("^(?:your|my)[-_ ]", RegexOptions.IgnoreCase)]
    private static partial Regex YourPrefix();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoWord();

    [GeneratedRegex(@"(?:^|[\s;&(])(?:export\s+|local\s+|read\s+(?:-\w+\s+)*)?([A-Za-z_][A-Za-z0-9_]*)(?:=|\s*$)", RegexOptions.Multiline)]
    private static partial Regex Assigned();

    [GeneratedRegex(@"\bfor\s+([A-Za-z_]\w*)\s+in\b")]
    private static partial Regex LoopVariable();

    [GeneratedRegex(@"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_]*:?[-=+])")]
    private static partial Regex Read();

    [GeneratedRegex("'[^'\n]*'")]
    private static partial Regex SingleQuoted();

    [GeneratedRegex("TOKEN|SECRET|PASS|KEY|CREDENTIAL|_PWD|AUTH|DATABASE_URL|DSN|CONNECTION", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
