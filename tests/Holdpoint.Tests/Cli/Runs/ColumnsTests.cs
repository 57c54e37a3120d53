using Holdpoint.Cli.Runs;

namespace Holdpoint.Tests.Cli.Runs;

public class ColumnsTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("✓ ok", 4)]
    [InlineData("日本", 4)]
    [InlineData("🚀", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("", 0)]
    public void A_text_has_as_many_columns_as_a_terminal_gives_it(string text, int columns) => Assert.Equal(columns, Columns.Of(text));

    [Theory]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("🚀🚀", 3, "🚀…")]
    [InlineData("abc", 0, "")]
    public void A_cut_text_says_that_it_was_cut_and_splits_no_character(string text, int most, string cut) => Assert.Equal(cut, Columns.Cut(text, most));
}
