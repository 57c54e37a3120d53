using System.Text;
using System.Text.RegularExpressions;
using Holdpoint.Checklists;

namespace Holdpoint.Tests.Checklists;

/// <summary>
/// Real checklists of other people, kept outside the repository: in the folder that HOLDPOINT_CORPUS names,
/// or in <c>shared/corpus</c> in or beside a folder above this test.
/// </summary>
public partial class CorpusTests
{
    [Fact]
    public void Every_real_checklist_is_read_as_GitHub_reads_it_and_written_back_unchanged()
    {
        var files = Files();
        var wrong = new List<string>();
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            var read = ChecklistReader.ReadBytes(file, bytes);
            wrong.AddRange(read.Problems.Where(p => p.IsError).Select(p => p.ToString()));
            var (counted, found) = (CountTasks(Encoding.UTF8.GetString(bytes)), read.AllItems.Count());
            if (counted != found)
                wrong.Add($"{file}: {counted} tasks by lines, {found} items read");
            if (!TickedCopy.WriteBytes(read, _ => null).AsSpan().SequenceEqual(bytes))
                wrong.Add($"{file}: written back differently");
            var ticked = ChecklistReader.Parse(new(file, TickedCopy.Write(read, _ => new(true, "passed · ana"))));
            if (ticked.AllItems.Count(i => i.Ticked && i.Text.EndsWith("passed · ana", StringComparison.Ordinal)) != found)
                wrong.Add($"{file}: the ticked copy has other items");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.NotEmpty(files);
    }

    internal static string[] Files()
    {
        if (Folder() is { } folder)
            return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".txt" or ".md"
                && Path.GetFileName(Path.GetDirectoryName(f)) is "seeds" or "real").Order(StringComparer.Ordinal)];
        const string Reason = "The corpus of real checklists is not on this machine: set HOLDPOINT_CORPUS to its folder";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(Reason);
        Assert.Skip(Reason);
        return [];
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("HOLDPOINT_CORPUS") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "shared", "corpus");
            if (Directory.Exists(corpus))
                return corpus;
        }
        return null;
    }

    /// <summary>Counts by lines what GitHub takes for a task, without the parser under test.</summary>
    private static int CountTasks(string text)
    {
        var (count, fence, inside) = (0, "", 0);
        var items = new Stack<int>();
        foreach (var raw in text.Split('\n'))
        {
            var content = Quotation().Replace(raw.TrimEnd('\r'), "");
            var indent = content.Length - content.TrimStart().Length;
            var opening = Fence().Match(content);
            if (fence.Length > 0 && content.Length > indent && indent < inside)
                fence = "";  // The line leaves the item, and so ends the fence in it.
            if (fence.Length > 0)
            {
                if (opening.Success && opening.Groups[1].Value is var closing && closing[0] == fence[0] && closing.Length >= fence.Length
                    && string.IsNullOrWhiteSpace(content[opening.Length..]))
                    fence = "";
                continue;
            }
            while (content.Length > indent && items.TryPeek(out var column) && column > indent)
                items.Pop();
            if (opening.Success && !(opening.Value.Contains('`', StringComparison.Ordinal) && content[opening.Length..].Contains('`', StringComparison.Ordinal)))
                (fence, inside) = (opening.Groups[1].Value, items.TryPeek(out var column) ? column : 0);
            else if (Task().IsMatch(content))
                count++;
            if (Marker().Match(content) is { Success: true } marker)
                items.Push(marker.Length);
        }
        return count;
    }

    [GeneratedRegex(@"^\s*(>\s?)*(?=\S)(?<=>.*)")]
    private static partial Regex Quotation();

    [GeneratedRegex("^\\s*(?:(?:[-*+]|[0-9]+[.)])\\s+)?(`{3,}|~{3,})")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^\s*(?:(?:[-*+]|[0-9]{1,9}[.)])\s+)+\[[ xX]\]\s+\S")]
    private static partial Regex Task();

    [GeneratedRegex(@"^\s*(?:[-*+]|[0-9]{1,9}[.)])\s+")]
    private static partial Regex Marker();
}
