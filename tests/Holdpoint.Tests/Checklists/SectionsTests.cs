using Holdpoint.Checklists;
using static Holdpoint.Tests.Checklists.Reading;

namespace Holdpoint.Tests.Checklists;

public class SectionsTests
{
    [Fact]
    public void Sections_nest_by_their_level()
    {
        var read = Clean("- [ ] zero\n\n# A\n\n### B `x` **y**\n\n- [ ] b\n\n## C\n- [ ] c\n\nD\n===\n");

        Assert.Equal(["", "A", "D"], read.Sections.Select(s => s.Heading));
        Assert.Equal([0, 1, 1], read.Sections.Select(s => s.Level));
        Assert.Equal(["B x y", "C"], read.Sections[1].Sections.Select(s => s.Heading));
        Assert.Equal(["zero", "b", "c"], read.AllItems.Select(i => i.Text));
        Assert.Equal(["", "A", "B x y", "C", "D"], read.AllSections.Select(s => s.Heading));
        Assert.Equal(new(5, 1), read.Sections[1].Sections[0].At);
    }

    [Fact]
    public void Without_items_before_it_the_first_heading_comes_first()
    {
        Assert.Equal(["A"], Clean("Prose.\n\n# A\n").Sections.Select(s => s.Heading));
        Assert.Empty(Clean("").Sections);
    }

    [Fact]
    public void A_heading_in_a_list_or_quotation_is_no_section()
    {
        Assert.Equal(["A"], Clean("# A\n\n> ## B\n\n- [ ] x\n\n  ## C\n").AllSections.Select(s => s.Heading));
    }

    [Theory]
    [InlineData("**Stage:** deploy\n\n**Owner:** sre")]
    [InlineData("**Stage**: deploy\n\n**Owner** : sre", 1)]
    [InlineData("**Stage:** deploy\n**Owner:** sre")]
    [InlineData("**Stage:** deploy  \n**Owner:** sre")]
    [InlineData("**Stage:** deploy\\\n**Owner**: sre")]
    [InlineData("**Stage:** deploy **Owner:** sre")]
    [InlineData("**Stage:**\ndeploy\n\n**Owner:** sre")]
    [InlineData("__Stage:__ deploy\n\n__Owner__: sre")]
    [InlineData("**Stage:** deploy\n**Date:** soon\n**Owner:** sre")]
    [InlineData("Prose.\n\n**Stage:** deploy\n\n- [ ] x\n\n**Owner:** `sre`")]
    public void Fields_are_read_however_they_are_joined(string paragraphs, int count = 2)
    {
        var fields = Assert.Single(Clean($"# A\n\n{paragraphs}\n").Sections).Fields;

        Assert.Equal(new[] { ("Stage", "deploy"), ("Owner", "sre") }.Take(count), fields.Select(f => (f.Name, f.Value)));
    }

    [Fact]
    public void Every_name_is_a_field_and_its_value_is_read_as_a_person_reads_it()
    {
        foreach (var name in FieldNames.All)
        {
            var section = Assert.Single(Clean($"# A\n\n**{name}:** my\\_var &gt;= **80** `x` <https://e.org>\n").Sections);
            Assert.Equal(new(name, "my_var >= 80 x https://e.org", new(3, 7 + name.Length)), section.Field(name));
        }
    }

    [Theory]
    [InlineData("**Date:** soon")]
    [InlineData("See **Owner:** sre")]
    [InlineData("**Owner** sre")]
    [InlineData("*Owner:* sre")]
    [InlineData("- **Owner:** sre")]
    [InlineData("> **Owner:** sre")]
    [InlineData("**Environment staging:** x")]
    [InlineData("**Note:** the **Owner:** signs")]
    public void Other_bold_words_are_prose(string paragraph)
    {
        Assert.Empty(Assert.Single(Clean($"# A\n\n{paragraph}\n\n- [ ] x `? disk /`\n").Sections).Fields);
    }

    [Theory]
    [InlineData("stage", "Stage")]
    [InlineData("STAGE", "Stage")]
    [InlineData("Owners", "Owner")]
    [InlineData("Only-if", "Only if")]
    [InlineData("Only If", "Only if")]
    [InlineData("only_if", "Only if")]
    [InlineData("Watches", "Watch")]
    public void A_variant_of_a_name_is_an_error_with_its_mend(string variant, string name)
    {
        var problem = TheProblem($"# A\n\n**Date:** x\n**{variant}:** y\n\n- [ ] x `? disk /`\n");

        Assert.Equal(new(4, 1), problem.At);
        Assert.Contains($"**{name}:**", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_without_a_value_is_kept_with_its_place()
    {
        Assert.Equal(new("Owner", "", new(3, 11)), Assert.Single(Clean("# A\n\n**Owner:**\n").Sections).Field("Owner"));
    }

    [Fact]
    public void Front_matter_is_split_off_and_left_alone()
    {
        var read = Clean("---\nversion: 3\n- [ ] no\n---\n\n- [ ] a\n");

        Assert.Equal(new("version: 3\n- [ ] no\n", 2), read.FrontMatter);
        Assert.Equal(["a"], read.AllItems.Select(i => i.Text));
        Assert.Equal(new(6, 1), read.AllItems.First().At);
    }

    [Theory]
    [InlineData("---\r\na: 1\r\n---\r\n- [ ] a", "a: 1\r\n")]
    [InlineData("---\na: 1\n...\n- [ ] a", "a: 1\n")]
    public void Front_matter_keeps_its_own_text(string text, string yaml)
    {
        Assert.Equal(new(yaml, 2), Clean(text).FrontMatter);
    }

    [Theory]
    [InlineData("---\nversion: 3\n\n- [ ] a\n")]
    [InlineData("---\n---\n- [ ] a")]
    [InlineData("\n---\nversion: 3\n---\n\n- [ ] a\n")]
    [InlineData("- [ ] a\n\n---\nversion: 3\n---\n")]
    [InlineData("+++\ntitle = 'x'\n+++\n\n- [ ] a\n")]
    public void What_is_no_front_matter_is_Markdown(string text)
    {
        var read = Clean(text);

        Assert.Null(read.FrontMatter);
        Assert.Equal(["a"], read.AllItems.Select(i => i.Text));
    }
}
