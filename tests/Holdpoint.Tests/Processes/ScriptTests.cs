using Holdpoint.Processes;

namespace Holdpoint.Tests.Processes;

public sealed class ScriptTests
{
    [Theory]
    [InlineData(null, "bash -euo pipefail -c 'make it' script")]
    [InlineData("", "bash -euo pipefail -c 'make it' script")]
    [InlineData("Bash title=x", "bash -euo pipefail -c 'make it' script")]
    [InlineData("shell", "bash -euo pipefail -c 'make it' script")]
    [InlineData("console", "bash -euo pipefail -c 'make it' script")]
    [InlineData("sh", "sh -eu -c 'make it' script")]
    [InlineData("zsh", "zsh -eu -o pipefail -c 'make it' script")]
    [InlineData("python", "python3 -c 'make it'")]
    [InlineData("node", "node -e 'make it'")]
    [InlineData("ruby", "ruby -e 'make it'")]
    [InlineData("perl", "perl -e 'make it'")]
    public void The_language_of_a_fence_names_its_interpreter(string? language, string expected) =>
        Assert.Equal(expected, Assert.IsType<Script.Runs>(Script.FromFence(language, "make it")).Command.ToString());

    [Fact]
    public void An_unknown_language_is_answered_with_the_known_ones()
    {
        var because = Assert.IsType<Script.Unrunnable>(Script.FromFence("cobol", "x")).Because;

        Assert.Equal("no interpreter for a fence in 'cobol'; there are: bash, sh, shell, console, zsh, python, pwsh, node, ruby, perl", because);
    }

    [Theory]
    [InlineData("bash", " \n\t")]
    [InlineData("console", "$ make it\nmade")]
    public void What_would_do_nothing_or_something_else_is_refused(string language, string content) =>
        Assert.IsType<Script.Unrunnable>(Script.FromFence(language, content));

    [Fact]
    public void An_empty_line_is_refused() => Assert.IsType<Script.Unrunnable>(Script.FromLine("  "));

    [Fact]
    public void A_script_too_long_for_its_interpreter_names_the_remedy()
    {
        Assert.IsType<Script.Runs>(Script.FromFence("sh", new string('x', 500_000)));
        Assert.Contains("into a file", Assert.IsType<Script.Unrunnable>(Script.FromFence("python", new string('x', 500_000))).Because, StringComparison.Ordinal);
        Assert.Contains("into a file", Assert.IsType<Script.Unrunnable>(Script.FromFence("sh", new string('x', 2_500_000))).Because, StringComparison.Ordinal);
    }
}
