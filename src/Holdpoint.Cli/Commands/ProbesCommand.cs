using System.CommandLine;
using Holdpoint.Cli.Catalogues;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Cli.Commands;

/// <summary>What a checklist can ask machines.</summary>
internal sealed class ProbesCommand : CliCommand
{
    private readonly Argument<string?> _name = new("NAME") { Description = "one probe's page", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "as JSON" };
    private readonly Option<bool> _markdown = new("--markdown") { Description = "every page as one Markdown file" };

    public override string Summary => "List the probes (`? name …`), or tell all about one";

    public override CommandGroup Group => CommandGroup.Tools;

    public override string Details => "Programs called holdpoint-probe-NAME on PATH are listed too. --markdown writes docs/probes.md and leaves them out.";

    public override IReadOnlyList<string> Examples => ["holdpoint probes", "holdpoint probes http"];

    /// <summary>The text of docs/probes.md.</summary>
    public static string Markdown() => SignatureMarkdown.Write("Probes",
        "A probe measures one thing; the condition behind it judges: `? disk / free > 20GB`. What is written as default must hold as well, unless the condition names one of its facts. "
        + "This page is what `holdpoint probes --markdown` prints; `holdpoint probes NAME` shows one probe.", ProbeCatalogue.Signatures.Values);

    public override void Declare(Command command)
    {
        command.Add(_name);
        command.Add(_json);
        command.Add(_markdown);
    }

    public override async Task<int> RunAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        if (context.Get(_markdown))
        {
            terminal.Out.Write(Markdown());
            return ExitCode.Passed;
        }

        var signatures = ProbeCatalogue.Signatures.Values.Concat(await ExternalAsync(context)).ToList();
        return SignatureListing.Print(terminal, "probes", "probe", signatures, context.Get(_name), context.Get(_json));
    }

    private static async Task<IReadOnlyList<Signature>> ExternalAsync(CommandContext context)
    {
        var world = context.World;
        var programs = ExternalProbes.Find(world.Commands, world.EnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        var found = new List<Signature>();
        foreach (var name in programs.Names.Where(n => !ProbeCatalogue.Probes.ContainsKey(n)))
            switch (await programs.TryDescribeAsync(name, world.Stop))
            {
                case ExternalLookup.Found external:
                    found.Add(external.Probe.Signature);
                    break;
                case ExternalLookup.Broken broken:
                    world.Terminal.Say($"holdpoint: {Terminal.Clean(broken.Because)}");
                    break;
            }
        return found;
    }
}
