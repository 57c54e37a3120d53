using System.Runtime.CompilerServices;
using Holdpoint.Actions;
using Holdpoint.Checklists;
using Holdpoint.Cli.Commands;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Cli;

/// <summary>What users read is made from the code, and is as new as the code.</summary>
public sealed class DocumentationTests : CommandLine
{
    [Theory]
    [InlineData("commands.md", "docs")]
    [InlineData("probes.md", "probes --markdown")]
    [InlineData("actions.md", "actions --markdown")]
    public async Task A_page_is_what_its_command_prints(string page, string command)
    {
        var said = await CallAsync(command.Split(' '));
        var written = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", page), TestContext.Current.CancellationToken);

        Assert.True(written == said.Output, $"docs/{page} is not what the code says: run ./holdpoint {command} > docs/{page}");
    }

    [Fact]
    public void Every_example_of_a_probe_or_an_action_can_be_read()
    {
        var vocabulary = new Vocabulary { Probes = ProbeCatalogue.Signatures, Actions = ActionCatalogue.Signatures };
        foreach (var signature in ProbeCatalogue.Signatures.Values.Concat(ActionCatalogue.Signatures.Values))
        {
            var problems = new List<Problem>();
            var text = signature.Example.TrimStart('?', '!', ' ');
            var body = signature.TakesBody ? new Fence("", "true", new(2, 1)) : null;

            MarkParser.Parse(new Mark(signature.Kind == "action" ? Sign.Act : Sign.Ask, text, 0, new(1, 1), body), new SourceText("example", text), vocabulary, problems);

            Assert.DoesNotContain(problems, p => p.IsError);
        }
    }

    [Fact]
    public async Task A_page_of_a_probe_tells_its_facts()
    {
        var said = await CallAsync("probes", "disk");

        Assert.Equal(0, said.ExitCode);
        Assert.Contains("free", said.Output, StringComparison.Ordinal);
        Assert.Contains("example: ? disk", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("probes", "dsk", "there is no probe dsk (did you mean `disk`?)")]
    [InlineData("actions", "deplo", "there is no action deplo (did you mean `deploy`?)")]
    public async Task An_unknown_name_is_met_with_the_nearest(string command, string name, string told)
    {
        var said = await CallAsync(command, name);

        Assert.Equal((2, $"holdpoint: error: {told}\n"), (said.ExitCode, said.Talk));
    }

    [Theory]
    [InlineData("bash", "complete ")]
    [InlineData("zsh", "#compdef holdpoint")]
    [InlineData("fish", "complete -c holdpoint")]
    public async Task A_shell_completes_every_command(string shell, string holds)
    {
        var said = await CallAsync("completion", shell);

        Assert.Contains(holds, said.Output, StringComparison.Ordinal);
        foreach (var command in Holdpoint.Cli.CommandTree.All.Where(c => !c.Hidden))
            Assert.Contains(command.Name, said.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await CallAsync("completion", "tcsh")).ExitCode);
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
