using Holdpoint.Checklists;

namespace Holdpoint.Configuration;

/// <summary>Holds a tree against its shape and gathers every problem and every <c>${name}</c> on the way.</summary>
internal sealed class ShapeCheck(string file)
{
    private readonly List<Problem> _problems = [];
    private readonly List<Reference> _references = [];
    private readonly HashSet<YamlNode> _broken = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<Problem> Problems => _problems;

    public IReadOnlyList<Reference> References => _references;

    /// <summary>Whether a value was reported and must not be read.</summary>
    public bool IsBroken(YamlNode node) => _broken.Contains(node);

    public void Add(Position at, string what, string fix, Severity severity = Severity.Error) => _problems.Add(new(file, at, what, fix, severity));

    public void Add(Position at, Mistake mistake) => Add(at, mistake.What, mistake.Fix);

    /// <param name="owner">The key or name that the value belongs to.</param>
    public void Check(YamlNode node, Shape shape, string owner, Position at)
    {
        switch (shape)
        {
            case Shape.Forms forms:
                if (forms.Alternatives.FirstOrDefault(a => Fits(node, a)) is { } form)
                    Check(node, form, owner, at);
                else
                    WrongForm(node, owner, string.Join(" or ", forms.Alternatives.Select(FormOf)));
                break;
            case Shape.OneOrMany many:
                if (node is YamlList items)
                    CheckItems(items, many.Each, owner);
                else
                    Check(node, many.Each, owner, at);
                break;
            case Shape.Scalar scalar:
                CheckScalar(node, scalar, owner);
                break;
            case Shape.List list:
                if (node is YamlList sequence)
                    CheckItems(sequence, list.Each, owner);
                else if (!IsNothing(node))
                    WrongForm(node, owner, FormOf(list));
                break;
            case Shape.Names names:
                if (node is YamlMapping named)
                    CheckNames(named, names);
                else if (!IsNothing(node))
                    WrongForm(node, owner, FormOf(names));
                break;
            case Shape.Mapping mapping:
                if (node is YamlMapping keys)
                    CheckKeys(keys, mapping, owner, at);
                else if (IsNothing(node))
                    CheckKeys(new YamlMapping(at), mapping, owner, at);
                else
                    WrongForm(node, owner, FormOf(mapping));
                break;
            default:
                throw new InvalidOperationException($"no such shape: {shape.GetType().Name}");
        }
    }

    private static bool IsNothing(YamlNode node) => node is YamlScalar { IsNothing: true };

    private static bool Fits(YamlNode node, Shape shape) => shape switch
    {
        Shape.Scalar => node is YamlScalar,
        Shape.List => node is YamlList,
        Shape.Names or Shape.Mapping => node is YamlMapping,
        _ => false,
    };

    private static string FormOf(Shape shape) => shape switch
    {
        Shape.Scalar { Kind.OneOf.Count: > 0 } s => $"one of {string.Join(", ", s.Kind.OneOf)}",
        Shape.Scalar => "a single value",
        Shape.List or Shape.OneOrMany => "a list",
        Shape.Names n => $"a mapping ({n.Called}: …)",
        Shape.Mapping m => $"a mapping ({string.Join(", ", m.Keys.Where(k => k.Later is null).Select(k => k.Name).Take(5))})",
        _ => "something else",
    };

    private void WrongForm(YamlNode node, string owner, string meant)
    {
        _broken.Add(node);
        Add(node.At, $"`{owner}` is {node.Form} here; {meant} is meant", Example(meant));
    }

    private static string Example(string meant) =>
        meant.StartsWith("a list", StringComparison.Ordinal) ? "write [first, second]"
        : meant.StartsWith("a mapping", StringComparison.Ordinal) ? "write key: value lines below it, indented by two blanks"
        : "write one value behind the colon; quote it where it holds ': ', ' #', { or [";

    private void CheckItems(YamlList list, Shape each, string owner)
    {
        foreach (var item in list.Items)
            Check(item, each, owner, item.At);
    }

    private void CheckScalar(YamlNode node, Shape.Scalar shape, string owner)
    {
        if (node is not YamlScalar scalar)
        {
            WrongForm(node, owner, FormOf(shape));
            return;
        }

        if (scalar.IsNothing)
        {
            _broken.Add(node);
            Add(node.At, $"`{owner}` has no value", shape.Kind.Check("") is null ? "write one; \"\" is an empty text" : "write one, or remove the line");
            return;
        }

        if (shape.Kind.Check(scalar.Text) is { } mistake)
        {
            _broken.Add(node);
            Add(scalar.At, $"`{owner}`: {mistake.What}", mistake.Fix);
            return;
        }

        if (!shape.Kind.TakesVariables && !shape.Kind.IsScript)
        {
            if (scalar.Text.Contains("${", StringComparison.Ordinal))
                Add(scalar.At, $"`{owner}` takes no variables", "write the value itself");
            return;
        }

        foreach (var (reference, wrong) in Reference.In(new(scalar.Text, scalar.Content)))
        {
            if (shape.Kind.IsScript)
                CheckInScript(reference);
            else if (wrong is not null)
                Add(reference.At, wrong);
            else
                _references.Add(reference);
        }
    }

    /// <summary>bash reads <c>${secret:name}</c> as a part of a variable called secret, which is empty: the command would run without it.</summary>
    private void CheckInScript(Reference reference)
    {
        foreach (var kind in (string[])["secret:", "env:"])
            if (reference.Name.StartsWith(kind, StringComparison.Ordinal))
                Add(reference.At, $"a command gets variables from its environment; ${{{reference.Name}}} is not put in", kind == "env:"
                    ? $"write ${reference.Name[4..]}"
                    : "declare a variable, vars: { name: \"${secret:…}\" }, and write $NAME here");
    }

    private void CheckNames(YamlMapping node, Shape.Names shape)
    {
        var seen = new Dictionary<string, Position>(StringComparer.Ordinal);
        foreach (var entry in node.Entries)
        {
            if (!IsFirst(seen, entry))
                continue;
            if (!shape.Rule.Fits(entry.Key))
                Add(entry.At, $"`{Shown(entry.Key)}` can't be the name of {shape.Called}", $"use {shape.Rule.Says}");
            Check(entry.Value, shape.Each, entry.Key, entry.At);
        }
    }

    private void CheckKeys(YamlMapping node, Shape.Mapping shape, string owner, Position at)
    {
        var seen = new Dictionary<string, Position>(StringComparer.Ordinal);
        var ofLaterVersion = shape.ExactlyOne.Any(name => shape.Keys.Any(k => k.Name == name && k.Later is not null) && node.Value(name) is not null);
        foreach (var entry in node.Entries)
        {
            if (!IsFirst(seen, entry))
                continue;
            var key = shape.Keys.FirstOrDefault(k => k.Name == entry.Key);
            if (key is null)
                Add(entry.At, $"`{Shown(entry.Key)}` is not known in `{owner}`", Spelling.Remedy(entry.Key, [.. shape.Keys.Where(k => k.Later is null).Select(k => k.Name)]));
            else if (key.Later is null)
                Check(entry.Value, key.Shape, key.Name, entry.At);
            else if (!ofLaterVersion || shape.ExactlyOne.Contains(key.Name))
                Add(entry.At, $"`{key.Name}` comes with a later version", key.Later);
        }

        foreach (var key in shape.Keys)
            if (key.Required && !seen.ContainsKey(key.Name))
                Add(at, $"`{owner}` lacks `{key.Name}`", $"add {key.Name}: {FirstSentence(key.Shape.Summary)}");
        CheckExactlyOne(shape, owner, at, seen);
    }

    private void CheckExactlyOne(Shape.Mapping shape, string owner, Position at, Dictionary<string, Position> seen)
    {
        if (shape.ExactlyOne.Count == 0)
            return;
        var given = shape.ExactlyOne.Where(seen.ContainsKey).OrderBy(name => seen[name].Line).ThenBy(name => seen[name].Column).ToList();
        var choice = string.Join(", ", shape.ExactlyOne.Where(name => shape.Keys.Any(k => k.Name == name && k.Later is null)));
        if (given.Count == 0)
            Add(at, $"`{owner}` says nothing of its kind", $"add one of: {choice}");
        else if (given.Count > 1)
            Add(seen[given[1]], $"`{owner}` has `{given[0]}` and `{given[1]}`; only one of them can be", "keep one");
    }

    private bool IsFirst(Dictionary<string, Position> seen, YamlEntry entry)
    {
        if (seen.TryAdd(entry.Key, entry.At))
            return true;
        Add(entry.At, $"`{Shown(entry.Key)}` stands here a second time; the first is on line {seen[entry.Key].Line}", "keep one of them");
        return false;
    }

    private static string Shown(string key) => (key.Length > 60 ? key[..59] + "…" : key).ReplaceLineEndings(" ");

    private static string FirstSentence(string summary) => summary.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? summary[..end] : summary.TrimEnd('.');
}
