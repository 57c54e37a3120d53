using System.CommandLine;
using Holdpoint.Actions;
using Holdpoint.Cli.Catalogues;

namespace Holdpoint.Cli.Commands;

/// <summary>What a checklist can do.</summary>
internal sealed class ActionsCommand : CliCommand
{
    private readonly Argument<string?> _name = new("NAME") { Description = "one action's page", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "as JSON" };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "every page as one Markdown file" };

    public override string Summary => "List the actions (`! name …`), or tell all about one";

    public override CommandGroup Group => CommandGroup.Tools;

    public override IReadOnlyList<string> Examples => ["holdpoint actions", "holdpoint actions deploy"];

    /// <summary>The text of docs/actions.md.</summary>
    public static string Markdown() => SignatureMarkdown.Write("Actions",
        "An action changes the world: `! deploy web`. It is journaled before it starts, happens once, and is never repeated without asking unless it is marked `idempotent=true`. "
        + "This page is what `holdpoint actions --markdown` prints; `holdpoint actions NAME` shows one action.", ActionCatalogue.Signatures.Values);

    public override void Declare(Command command)
    {
        command.Add(_name);
        command.Add(_json);
        command.Add(_markdown);
    }

    public override Task<int> RunAsync(CommandContext context)
    {
        if (!context.Get(_markdown))
            return Task.FromResult(SignatureListing.Print(context.Terminal, "actions", "action", [.. ActionCatalogue.Signatures.Values], context.Get(_name), context.Get(_json)));
        context.Terminal.Out.Write(Markdown());
        return Task.FromResult(ExitCode.Passed);
    }
}
