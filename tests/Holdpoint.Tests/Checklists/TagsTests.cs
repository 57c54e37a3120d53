using static Holdpoint.Tests.Checklists.Reading;

namespace Holdpoint.Tests.Checklists;

public class TagsTests
{
    [Fact]
    public void Tags_are_read_and_taken_out_of_the_text()
    {
        var item = TheItem("- [ ] #critical Dump `? disk /` #weight=2.5 it #no-return, #id=db.dump (#2) #ops\n\n  #optional\n  - #advisory");

        Assert.Equal("Dump it , (#2) #ops", item.Text);
        Assert.Equal([("critical", ""), ("weight", "2.5"), ("no-return", ""), ("id", "db.dump"), ("optional", ""), ("advisory", "")],
            item.Tags.Select(t => (t.Name, t.Value)));
        Assert.Equal("2.5", item.Tag("weight"));
        Assert.Null(item.Tag("nothing"));
        Assert.Equal(new(1, 36), item.Tags[1].At with { Column = 36 });
        Assert.Equal("- [ ] #critical Dump `? disk /` ".Length + 1, item.Tags[1].At.Column);
    }

    [Theory]
    [InlineData("`#critical`")]
    [InlineData("[#critical](https://example.com)")]
    [InlineData("a#critical")]
    [InlineData("#123")]
    [InlineData("#ops")]
    [InlineData("#light")]
    [InlineData("#eight")]
    [InlineData("#no")]
    [InlineData("#checks")]
    [InlineData("#criticism-of-all-things")]
    [InlineData("# critical")]
    public void Other_words_are_the_authors(string word)
    {
        Assert.Empty(TheItem($"- [ ] a {word} `? disk /`").Tags);
    }

    [Theory]
    [InlineData("#Critical", "#critical")]
    [InlineData("#CRITICAL", "#critical")]
    [InlineData("#crit", "#critical")]
    [InlineData("#critcal", "#critical")]
    [InlineData("#critcial", "#critical")]
    [InlineData("#no_return", "#no-return")]
    [InlineData("#noreturn", "#no-return")]
    [InlineData("#weight", "#weight=3")]
    [InlineData("#weight=", "#weight=3")]
    [InlineData("#weight=abc", "#weight=3")]
    [InlineData("#weight=-1", "#weight=3")]
    [InlineData("#weigth=3", "#weight=3")]
    [InlineData("#Weight=3", "#weight=3")]
    [InlineData("#optionnal", "#optional")]
    [InlineData("#advisry", "#advisory")]
    [InlineData("#id", "#id=name")]
    [InlineData("#ID=x", "#id=name")]
    [InlineData("#critical=yes", "#critical")]
    public void A_near_miss_is_an_error_with_its_mend(string word, string mend)
    {
        var problem = TheProblem($"- [ ] a `? disk /` {word}");

        Assert.True(problem.IsError);
        Assert.Equal(new(1, 20), problem.At);
        Assert.Contains(mend, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_marks_is_not_measured_by_the_language()
    {
        Assert.Empty(Read("**stage:** x\n\n# H\n\n**Owners:** a\n\n- [ ] a #Critical #crit\n").Problems);
    }
}
