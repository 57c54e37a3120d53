using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Cli.Catalogues;

/// <summary>Every probe, or every action, as one page of documentation.</summary>
internal static class SignatureMarkdown
{
    public static string Write(string title, string introduction, IEnumerable<Signature> signatures)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(line).Append('\n');
        Line($"# {title}");
        Line();
        Line(introduction);
        foreach (var signature in signatures.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            Line();
            Line($"## {signature.Name}");
            Line();
            Line(Sentence(signature.Summary));
            Line();
            Line("```text");
            Line(SignatureText.Example(signature));
            Line("```");
            foreach (var (name, rows) in SignatureText.Tables(signature))
            {
                Line();
                Table(Line, name, rows);
            }

            foreach (var (name, note) in SignatureText.Notes(signature).Where(n => n.Name != "example"))
            {
                Line();
                Line(name == "needs" ? $"Needs {Escaped(Lowered(note)).TrimEnd('.')}."
                    : name == "on hosts" ? $"`{note.Split(' ', 2)[0]}` {note.Split(' ', 2)[1]}."
                    : name == "gives up after" ? $"Gives up after {note.Replace("timeout", "`timeout`", StringComparison.Ordinal)}."
                    : name == "stand-in" ? $"Tested against a stand-in: {Escaped(note).TrimEnd('.')}."
                    : note[0] == '(' || note == "it judges itself" ? $"Default: {note.Trim('(', ')')}." : $"Default: `{note}`");
            }
        }

        return text.ToString();
    }

    /// <summary>Columns as wide as their widest cell, as Prettier writes them, so that no formatter changes the page.</summary>
    private static void Table(Action<string> line, string name, IReadOnlyList<SignatureText.Row> rows)
    {
        var cells = rows.Select(r => new[] { $"`{r.Name}`", r.Kind, Escaped(r.Summary) }).Prepend([char.ToUpperInvariant(name[0]) + name[1..].TrimEnd('s'), "Kind", "Meaning"]).ToList();
        var widths = Enumerable.Range(0, 3).Select(c => cells.Max(r => Width(r[c]))).ToArray();
        for (var i = 0; i < cells.Count; i++)
        {
            line($"| {string.Join(" | ", cells[i].Select((cell, c) => cell + new string(' ', widths[c] - Width(cell))))} |");
            if (i == 0)
                line($"| {string.Join(" | ", widths.Select(w => new string('-', w)))} |");
        }
    }

    private static int Width(string text) => text.EnumerateRunes().Count();

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    private static string Sentence(string text) => Escaped(text.EndsWith('.') ? text : text + ".");

    private static string Lowered(string text) => text.Length > 1 && char.IsUpper(text[0]) && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
