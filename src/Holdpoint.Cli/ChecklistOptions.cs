using System.CommandLine;

namespace Holdpoint.Cli;

/// <summary>What every command takes that reads a checklist: FILE, --env, --var, --release.</summary>
internal sealed class ChecklistOptions
{
    public Argument<string?> File { get; } = new("FILE")
    {
        Description = "the checklist; else the first of " + string.Join(", ", ChecklistFiles.Names) + " here",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Environment { get; } = new("--env", "-e") { Description = "the environment of holdpoint.yaml; may be left out where there is only one", HelpName = "NAME" };

    public Option<string[]> Variables { get; } = new("--var") { Description = "sets a variable", HelpName = "NAME=VALUE", Arity = ArgumentArity.OneOrMore };

    public Option<string?> Release { get; } = new("--release", "-r") { Description = "the version to deploy: ${version}", HelpName = "VERSION" };

    public void AddTo(Command command)
    {
        command.Add(File);
        AddOptionsTo(command);
    }

    /// <summary>Without FILE, for commands that take files their own way.</summary>
    public void AddOptionsTo(Command command)
    {
        command.Add(Environment);
        command.Add(Variables);
        command.Add(Release);
    }

    /// <param name="file">Null: what FILE says, else the default.</param>
    public WorkspaceRequest Request(CommandContext context, string? file = null) => new(file ?? context.Get(File) ?? ChecklistFiles.Default(context.World.Directory))
    {
        Environment = context.Get(Environment),
        Variables = Given(context.Get(Variables) ?? []),
        Release = context.Get(Release),
    };

    /// <summary>Reads the checklist; its problems are told, and an error among them ends the command with exit 2.</summary>
    public Task<Workspace> RequireAsync(CommandContext context) => WorkspaceReader.RequireAsync(Request(context), context.World);

    private static Dictionary<string, string> Given(IReadOnlyList<string> pairs)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var sign = pair.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1)
                throw new CliError($"--var {pair} sets nothing", "write --var name=value");
            if (!given.TryAdd(pair[..sign], pair[(sign + 1)..]))
                throw new CliError($"--var {pair[..sign]} is given twice", "leave one of them");
        }

        return given;
    }
}
