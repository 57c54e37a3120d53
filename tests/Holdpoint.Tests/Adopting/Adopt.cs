using Holdpoint.Adopting;
using Holdpoint.Checklists;
using Holdpoint.Configuration;

namespace Holdpoint.Tests.Adopting;

/// <summary>Short words for tests: a text, adopted.</summary>
internal static class Adopt
{
    public static Adopted Text(string text, string? yaml = null) => Adopter.Adopt(Request(text, yaml));

    public static AdoptRequest Request(string text, string? yaml = null)
    {
        var project = yaml is null ? Project.Empty("/srv/shop") : ProjectFile.Parse("/srv/shop/holdpoint.yaml", yaml).Project;
        return new(new("release.md", text), project) { Configuration = yaml, Time = new ManualTime() };
    }

    /// <summary>What one item with one shell block becomes: its marks, as they are added.</summary>
    public static string Item(string item, string script, string heading = "Checks") => MarksOf(Text($"## {heading}\n\n- [ ] {item}\n\n  ```bash\n{string.Join('\n', script.Split('\n').Select(l => "  " + l))}\n  ```\n"));

    /// <summary>What is added to a single item without a block.</summary>
    public static string Words(string item, string heading = "Checks") => MarksOf(Text($"## {heading}\n\n- [ ] {item}\n"));

    /// <summary>What the first item has behind its words.</summary>
    public static string MarksOf(Adopted adopted)
    {
        var line = adopted.Text.Split('\n').First(l => l.TrimStart().StartsWith("- [ ]", StringComparison.Ordinal));
        string[] signs = [" `? ", " `! ", " `@ ", " #"];
        var at = signs.Select(s => line.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
        return at < 0 ? "" : line[(at + 1)..];
    }

    /// <summary>Whether the text, read as a run reads it, has no error.</summary>
    public static IReadOnlyList<string> ErrorsIn(Adopted adopted) => adopted.Refusal.Length > 0 ? [] : Adopter.Adopt(Request(adopted.Text, adopted.Configuration)).Refusal is { Length: > 0 } refused ? [refused] : [];
}
