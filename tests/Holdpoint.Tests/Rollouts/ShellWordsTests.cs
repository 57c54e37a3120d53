using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("-p 8080:80  -e A=b", "-p|8080:80|-e|A=b")]
    [InlineData("-e 'A=good day' --label \"x=it's\"", "-e|A=good day|--label|x=it's")]
    [InlineData("""a\ b "say \"hi\" \n" 'no \escape'""", """a b|say "hi" \n|no \escape""")]
    [InlineData("-v $HOME/*:/x ~ ; `id`", "-v|$HOME/*:/x|~|;|`id`")]
    [InlineData("--env A='' ''", "--env|A=|")]
    [InlineData(" \n ", null)]
    public void Words_are_those_of_a_shell_without_its_expansions(string line, string? words) =>
        Assert.Equal(words?.Split('|') ?? [], ShellWords.Of(line));

    [Fact]
    public void A_quote_that_is_not_closed_is_a_mistake() =>
        Assert.Equal("a ' is not closed in: -e 'A=b", Assert.Throws<ArgumentException>(() => ShellWords.Of("-e 'A=b")).Message);
}
