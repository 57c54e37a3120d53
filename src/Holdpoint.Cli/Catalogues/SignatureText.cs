using Holdpoint.Expressions;

namespace Holdpoint.Cli.Catalogues;

/// <summary>A probe or an action as plain text: a line of the table, and a page.</summary>
internal static class SignatureText
{
    public static IEnumerable<string> Table(IReadOnlyCollection<Signature> signatures, Terminal terminal)
    {
        var width = signatures.Count == 0 ? 0 : signatures.Max(s => Usage(s).Length);
        foreach (var signature in signatures.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            var usage = Usage(signature);
            yield return $"{terminal.Paint(Ink.Strong, signature.Name)}{usage[signature.Name.Length..].PadRight(Math.Min(width, 34) - signature.Name.Length)}  {signature.Summary.TrimEnd('.')}";
        }
    }

    public static IEnumerable<string> Page(Signature signature, Terminal terminal)
    {
        yield return $"{terminal.Paint(Ink.Strong, Usage(signature))}{(signature.IsExternal ? " (a program on PATH)" : "")}";
        yield return signature.Summary;
        foreach (var (title, rows) in Tables(signature))
        {
            yield return "";
            yield return title;
            var width = rows.Max(r => r.Name.Length);
            var kind = rows.Max(r => r.Kind.Length);
            foreach (var row in rows)
                yield return $"  {row.Name.PadRight(width)}  {row.Kind.PadRight(kind)}  {row.Summary}".TrimEnd();
        }

        yield return "";
        foreach (var (name, text) in Notes(signature))
            yield return $"{name}: {text}";
    }

    /// <summary><c>http URL method= redirects=</c></summary>
    public static string Usage(Signature signature) =>
        string.Join(' ', [signature.Name, .. signature.Arguments.Select(a => a.Name), .. signature.Options.Where(o => o.Required).Select(o => $"{o.Name}=")])
        + (signature.TakesRest && signature.Arguments.Count == 0 ? " COMMAND…" : "") + (signature.TakesBody ? " (fence)" : "");

    public static IReadOnlyList<(string Title, IReadOnlyList<Row> Rows)> Tables(Signature signature)
    {
        var tables = new List<(string, IReadOnlyList<Row>)>();
        if (signature.Arguments.Count > 0)
            tables.Add(("arguments", [.. signature.Arguments.Select(RowOf)]));
        if (signature.Options.Count > 0)
            tables.Add(("options", [.. signature.Options.Select(o => RowOf(o) with { Name = $"{o.Name}=" })]));
        if (signature.Facts.Count > 0 || signature.HasDocument)
            tables.Add(("facts",
            [
                .. signature.Facts.Select(f => new Row(f.TakesText ? $"{f.Name}\"…\"" : f.Name, Word(f.Dimension), f.Summary + (f.Hidden ? " (never shown)" : ""))),
                .. signature.HasDocument ? new[] { new Row("$", "JSON", "what a path finds in the answer: $.name, $[0], $[*]") } : [],
            ]));
        return tables;
    }

    public static IEnumerable<(string Name, string Text)> Notes(Signature signature)
    {
        if (signature.Kind == "probe")
            yield return ("passes by default when", signature.DefaultCondition is { } condition ? condition : signature.TakesBody && !signature.HasDocument ? "it judges itself" : "(it needs a condition)");
        if (signature.DefaultTimeout is { } limit)
            yield return ("gives up after", $"{Units.Duration(limit)}, unless timeout says otherwise");
        if (signature.OnHosts)
            yield return ("on hosts", signature.Kind == "action" ? "host=NAME does it on that machine" : "host=NAME looks at that machine");
        if (signature.Needs.Length > 0)
            yield return ("needs", signature.Needs);
        if (signature.StandIn.Length > 0)
            yield return ("stand-in", signature.StandIn);
        yield return ("example", Example(signature));
    }

    /// <summary>With its sign.</summary>
    public static string Example(Signature signature) =>
        signature.Example.StartsWith("? ", StringComparison.Ordinal) || signature.Example.StartsWith("! ", StringComparison.Ordinal) ? signature.Example : $"{(signature.Kind == "action" ? '!' : '?')} {signature.Example}";

    public static string Word(Dimension dimension) => dimension.ToString().ToLowerInvariant();

    private static Row RowOf(Argument argument) => new(argument.Name, Word(argument.Dimension),
        argument.Summary + (argument.OneOf.Count > 0 ? $" ({string.Join(", ", argument.OneOf)})" : "") + (argument.Required && char.IsLower(argument.Name[0]) ? " (required)" : ""));

    internal sealed record Row(string Name, string Kind, string Summary);
}
