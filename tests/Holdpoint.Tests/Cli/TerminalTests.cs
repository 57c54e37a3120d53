using Holdpoint.Cli;

namespace Holdpoint.Tests.Cli;

public sealed class TerminalTests
{
    [Theory]
    [InlineData("", false, true)]
    [InlineData("", true, false)]
    [InlineData("NO_COLOR=1", false, false)]
    [InlineData("NO_COLOR=", false, true)]
    [InlineData("TERM=dumb", false, false)]
    [InlineData("FORCE_COLOR=1", true, true)]
    [InlineData("FORCE_COLOR=0", true, false)]
    [InlineData("NO_COLOR=1 FORCE_COLOR=1", false, false)]
    [InlineData("CI=true", false, true)]
    public void Colour_is_for_terminals_unless_the_environment_says_otherwise(string variables, bool redirected, bool coloured)
    {
        var kind = TerminalKind.Of(redirected, redirected, redirected, Variables(variables));

        Assert.Equal((coloured, coloured), (kind.OutputColour, kind.ErrorColour));
    }

    [Theory]
    [InlineData("", false, false, true)]
    [InlineData("", true, false, false)]
    [InlineData("", false, true, false)]
    [InlineData("CI=1", false, false, false)]
    public void Only_a_person_at_a_terminal_is_asked(string variables, bool errorRedirected, bool inputRedirected, bool asked) =>
        Assert.Equal(asked, TerminalKind.Of(true, errorRedirected, inputRedirected, Variables(variables)).IsInteractive);

    [Fact]
    public void Nobody_is_asked_in_a_pipe()
    {
        using var error = new StringWriter();
        using var input = new StringReader("yes\n");
        var terminal = new Terminal(TextWriter.Null, error, input);

        Assert.Null(terminal.Ask("Go on?"));
        Assert.Equal("", error.ToString());
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two\nlines\n", "two⏎lines")]
    [InlineData("\e[31mred\a", "�[31mred�")]
    [InlineData("a\tb\r", "a b")]
    public void What_steers_a_terminal_does_not_reach_it(string text, string shown) => Assert.Equal(shown, Terminal.Clean(text));

    [Fact]
    public void A_moving_line_is_cleared_before_the_next_one()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error, kind: new TerminalKind(false, false, false, ShowsProgress: true));

        terminal.Progress("1 of 2");
        terminal.Say("done");

        Assert.Equal("\r\e[K1 of 2\r\e[Kdone\n", error.ToString());
    }

    [Fact]
    public async Task A_result_that_could_not_be_written_is_no_good_result()
    {
        await using var output = new FullDisk();
        await using var error = new StringWriter { NewLine = "\n" };
        using var world = new CliWorld(new Terminal(output, error)) { StopWith = TestContext.Current.CancellationToken };

        Assert.Equal(6, await Entry.RunAsync(["probes"], world));
        Assert.Equal("holdpoint: error: the output could not be written: full\n", error.ToString());
    }

    private sealed class FullDisk : StringWriter
    {
        public override void Flush() => throw new IOException("full");
    }

    private static Func<string, string?> Variables(string text)
    {
        var set = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        return set.GetValueOrDefault;
    }
}
