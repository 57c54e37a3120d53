using System.Text.RegularExpressions;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary><c>Each: service in litellm, openwebui, nginx</c>: the section with all below it, once for each value.</summary>
/// <param name="Values">With the part of an id that each becomes.</param>
internal sealed partial record EachField(string Name, IReadOnlyList<(string Value, string Slug)> Values)
{
    /// <summary>1,000 values.</summary>
    private const int MostValues = 1000;

    /// <summary>Null, and reported, where it can't be read.</summary>
    public static EachField? Read(Field field, string value, PlannedFile file, Project project)
    {
        const string form = "write for example: service in litellm, openwebui, nginx";
        if (Form().Match(value) is not { Success: true } match)
        {
            file.Error(field.At, $"`Each: {value}` can't be read", form);
            return null;
        }

        var name = match.Groups["name"].Value;
        if (BuiltInNames.All.Contains(name) || Expressions.Vocabulary.Reserved.Contains(name))
        {
            file.Error(field.At, $"`{name}` can't be the name of what `Each` counts: it {(BuiltInNames.All.Contains(name) ? "is built in" : "is a word of the language")}", form);
            return null;
        }

        var values = match.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries).Select(v => v.Trim('`', '"', '\'')).ToList();
        if (values is [var only] && project.Hosts.GetValueOrDefault(only) is HostDefinition.Group)
            values = [.. project.HostsOf(only).Select(h => h.Name)];
        if (values.Count > MostValues)
        {
            file.Error(field.At, $"`Each` has {values.Count} values", $"{MostValues} at most");
            return null;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in values)
            if (!Value().IsMatch(one))
            {
                file.Error(field.At, one.Length == 0 ? "a value of `Each` is empty" : $"`{one}` can't be a value of `Each`", $"{form}; a value is made of letters, digits and . _ : / @ + -");
                return null;
            }
            else if (!seen.Add(SlugOf(one)))
            {
                file.Error(field.At, $"`{one}` stands twice in `Each`", "leave one");
                return null;
            }

        return new(name, [.. values.Select(v => (v, SlugOf(v)))]);
    }

    private static string SlugOf(string value) => ItemIds.Slug(value) is { Length: > 0 } slug ? slug : value;

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_][A-Za-z0-9_]*)\s+in\s+(?<values>\S.*?)\s*$")]
    private static partial Regex Form();

    [GeneratedRegex(@"^[\p{L}\p{Nd}._:/@+-]+$")]
    private static partial Regex Value();
}
