using Holdpoint.Cli;

namespace Holdpoint.Tests.Cli;

public sealed class EntryTests : CommandLine
{
    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    public async Task The_version_is_a_result(string word)
    {
        var said = await CallAsync(word);

        Assert.Equal((0, Entry.Version + "\n", ""), (said.ExitCode, said.Output, said.Talk));
    }

    [Fact]
    public async Task Without_a_command_help_is_talk_and_the_exit_code_says_usage()
    {
        var said = await CallAsync();

        Assert.Equal((2, ""), (said.ExitCode, said.Output));
        Assert.Contains("usage: holdpoint COMMAND", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_that_was_asked_for_is_a_result()
    {
        var said = await CallAsync("--help");

        Assert.Equal((0, ""), (said.ExitCode, said.Talk));
        Assert.Contains("check", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_has_help_also_beside_options_that_are_wrong()
    {
        foreach (var name in CommandTree.Names)
        {
            var said = await CallAsync(name, "--nonsense", "--help");

            Assert.Equal((0, ""), (said.ExitCode, said.Talk));
            Assert.Contains($"usage: holdpoint {name}", said.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(new[] { "chekc" }, "holdpoint: error: there is no command chekc (did you mean `check`?)")]
    [InlineData(new[] { "--frobnicate" }, "holdpoint: error: there is no option --frobnicate (see holdpoint --help)")]
    [InlineData(new[] { "lint", "--strct" }, "holdpoint: error: there is no option '--strct': did you mean `--strict`?")]
    [InlineData(new[] { "lint", "--env" }, "holdpoint: error: required argument missing for option: '--env'")]
    [InlineData(new[] { "check", "a.md", "b.md" }, "holdpoint: error: unrecognized command or argument 'b.md'")]
    [InlineData(new[] { "explain" }, "holdpoint: error: required argument 'FILE:LINE' missing")]
    [InlineData(new[] { "lint", "x.md", "--var", "=1" }, "holdpoint: error: --var =1 sets nothing (write --var name=value)")]
    [InlineData(new[] { "lint", "x.md", "--var", "a=1", "--var", "a=2" }, "holdpoint: error: --var a is given twice (leave one of them)")]
    [InlineData(new[] { "check" }, "holdpoint: error: no checklist is named, and none lies here under a usual name")]
    public async Task A_wrong_command_line_is_exit_2_with_a_remedy(string[] args, string begins)
    {
        var said = await CallAsync(args);

        Assert.Equal((2, ""), (said.ExitCode, said.Output));
        Assert.StartsWith(begins, said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_begin_with_an_at_sign_are_no_files_of_words()
    {
        Write("words", "--help\n");

        var said = await CallAsync("lint", "@words");

        Assert.Contains("@words:1:1: error: there is no such file", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_command_says_so()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        Stop = stop.Token;

        var said = await CallAsync("check", Write("a.md", "- [ ] a `? env HOME`\n"));

        Assert.Equal((130, "holdpoint: interrupted\n"), (said.ExitCode, said.Talk));
    }

    [Fact]
    public async Task A_mistake_of_the_machine_is_one_line_without_a_stack_trace()
    {
        var said = await CallAsync("check", Write("a.md", "- [ ] a `? env HOME`\n"), "--junit", Path.Combine(Folder, "no", "such", "folder.xml"));

        Assert.Equal(6, said.ExitCode);
        Assert.StartsWith("holdpoint: error: ", said.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_trace_is_shown_to_whoever_asks()
    {
        Environment["HOLDPOINT_DEBUG"] = "1";

        var said = await CallAsync("check", Write("a.md", "- [ ] a `? env HOME`\n"), "--junit", Path.Combine(Folder, "no", "such", "folder.xml"));

        Assert.Contains("   at ", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_is_called_as_its_type()
    {
        Assert.Equal("completion", CliCommand.NameOf(typeof(Holdpoint.Cli.Commands.CompletionCommand)));
        Assert.Equal("some-name", CliCommand.NameOf(typeof(SomeNameCommand)));
    }

    [Fact]
    public void Every_command_tells_what_it_is_for()
    {
        foreach (var command in CommandTree.All)
        {
            Assert.Matches("^[A-Z].{10,90}[^.]$", command.Summary);
            foreach (var option in CommandTree.Declared(command).Options.Where(o => !o.Hidden))
                Assert.False(string.IsNullOrEmpty(option.Description), $"{command.Name} {option.Name}");
            foreach (var example in command.Examples)
                Assert.Contains($"holdpoint {command.Name}", example, StringComparison.Ordinal);
        }
    }

    private sealed class SomeNameCommand;
}
