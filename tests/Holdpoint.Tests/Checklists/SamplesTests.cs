using Holdpoint.Checklists;

namespace Holdpoint.Tests.Checklists;

public class SamplesTests
{
    private static Checklist Sample(string name) =>
        ChecklistReader.Read(Path.Combine(AppContext.BaseDirectory, "samples", name), ChecklistReader.VerbsWithBody,
            new HashSet<string>(["run", "file", "disk", "http", "scenario", "deploy", "rollback", "tell"]));

    [Theory]
    [InlineData("plain.md", 9)]
    [InlineData("marked.md", 11)]
    [InlineData("crlf.md", 2)]
    [InlineData("cyrillic.md", 3)]
    [InlineData("tables.md", 2)]
    [InlineData("toml.md", 1)]
    [InlineData("unclosed.md", 1)]
    public void A_sample_is_read_without_errors_and_written_back_unchanged(string name, int items)
    {
        var read = Sample(name);

        Assert.DoesNotContain(read.Problems, p => p.IsError);
        Assert.Equal(items, read.AllItems.Count());
        Assert.Equal(File.ReadAllBytes(read.Source.Path), TickedCopy.WriteBytes(read, _ => null));
    }

    [Fact]
    public void A_plain_list_has_no_marks_and_keeps_its_words()
    {
        var read = Sample("plain.md");

        Assert.All(read.AllItems, i => Assert.Empty(i.Marks));
        Assert.Equal("the shift lead", read.AllSections.First().Field("Owner")?.Value);
        Assert.Equal(["Fax the supplier"], read.AllItems.Where(i => i.Disabled).Select(i => i.Text));
        Assert.Equal(["closing.md"], read.AllItems.Select(i => i.Link).OfType<string>());
        Assert.Contains(read.AllItems, i => i.Text == "and the night shift #Critical");
    }

    [Fact]
    public void A_marked_list_has_its_marks_bodies_tags_and_fields()
    {
        var read = Sample("marked.md");

        Assert.Empty(read.Problems);
        Assert.StartsWith("version: 7\n", read.FrontMatter?.Yaml, StringComparison.Ordinal);
        Assert.Equal(
        [
            "1. Beans are counted: ! run [bash], ? file beans/*.csv newest.age < 2m #critical #id=beans",
            "Room for more: ? disk / free > 20GB",
            "Machine is quiet: ? run matching \"steam|leak\" == 0 [sh] #weight=2",
            "Go: @ shift-lead and owner",
            "New menu out: ! deploy menu, ? http ${api}/menu $.ok == true within 60s #critical",
            "Old menu burnt:  #advisory",
            "Queue is short: ? queue_length <= 1.1x baseline",
            "Back on spills: ! rollback when spill_rate > 5% for 1m grace 5m",
            "Say so: ! tell floor when spill_rate > 1% for 5m",
            "An order can be placed, and taken back: ? scenario [http]",
            "Former menu back: ! rollback menu",
        ], read.AllItems.Select(Told));
        Assert.Equal(["Owner=baristas Gate=score >= 80", "Stage=deploy", "Stage=watch Watch=every 15m until 2h, every 1h until 24h", "Stage=verify", "Stage=rollback Budget=5m"],
            read.AllSections.Where(s => s.Fields.Count > 0).Select(s => string.Join(' ', s.Fields.Select(f => $"{f.Name}={f.Value}"))));
    }

    private static string Told(Item item) =>
        $"{item.Text}: {string.Join(", ", item.Marks.Select(m => $"{"?!@"[(int)m.Sign]} {m.Text}{(m.Body is null ? "" : $" [{m.Body.Language}]")}"))}"
        + string.Concat(item.Tags.Select(t => $" #{t.Name}{(t.Value.Length > 0 ? "=" : "")}{t.Value}"));

    [Fact]
    public void Windows_line_ends_change_nothing_but_themselves()
    {
        var read = Sample("crlf.md");

        Assert.Empty(read.Problems);
        Assert.Equal("Copy-Item a b\n\nGet-Item b", read.AllItems.First().Marks[0].Body?.Content);
        Assert.Equal(new(13, 13), read.AllItems.Last().Marks[0].At);
        Assert.Equal("Free enough", read.AllItems.Last().Text);
        Assert.DoesNotContain(TickedCopy.Write(read, _ => new(true, "note")).Replace("\r\n", "", StringComparison.Ordinal), c => c is '\r' or '\n');
    }

    [Fact]
    public void An_unclosed_fence_is_a_warning()
    {
        var problem = Assert.Single(Sample("unclosed.md").Problems);

        Assert.Equal((Severity.Warning, new Position(5, 1)), (problem.Severity, problem.At));
    }
}
