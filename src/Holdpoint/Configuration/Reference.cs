using Holdpoint.Checklists;

namespace Holdpoint.Configuration;

/// <summary><c>${name}</c> in the configuration: a variable, <c>env:NAME</c> or <c>secret:NAME</c>.</summary>
public sealed record Reference(string Name, Position At)
{
    /// <summary>The references of a text, with the mistake in each that can't be one.</summary>
    internal static IEnumerable<(Reference Reference, Mistake? Mistake)> In(PlacedText text)
    {
        var content = text.Content;
        for (var i = content.IndexOf("${", StringComparison.Ordinal); i >= 0; i = content.IndexOf("${", i + 2, StringComparison.Ordinal))
        {
            // Folded and escaped text stands elsewhere than it seems: then the beginning of the value is named.
            var at = content.AsSpan(0, i).Contains('\n') ? text.At : text.At with { Column = text.At.Column + i };
            var end = content.IndexOf('}', i);
            if (end < 0)
            {
                yield return (new("", at), new("'${' has no closing '}'", "write ${name}"));
                yield break;
            }

            var name = content[(i + 2)..end];
            yield return (new(name, at), Judge(name));
        }
    }

    private static Mistake? Judge(string name)
    {
        if (NameRule.Identifier.Fits(name))
            return null;
        if (name.StartsWith("env:", StringComparison.Ordinal))
            return NameRule.Identifier.Fits(name[4..]) ? null : new($"`{name[4..]}` can't be a variable of the environment", "write ${env:NAME}");
        if (name.StartsWith("secret:", StringComparison.Ordinal))
            return Secrets.IsName(name[7..]) ? null : new($"`{name[7..]}` can't be the name of a secret", "write ${secret:NAME}: " + NameRule.Label.Says);
        return new($"`${{{name}}}` is no reference", name.Contains(':', StringComparison.Ordinal)
            ? Spelling.Remedy(name[..name.IndexOf(':', StringComparison.Ordinal)], ["env", "secret"])
            : "write ${name}, ${env:NAME} or ${secret:NAME}");
    }
}
