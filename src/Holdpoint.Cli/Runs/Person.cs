using System.CommandLine;
using Holdpoint.Processes;

namespace Holdpoint.Cli.Runs;

/// <summary>Who gives a command, and how that is known. A name that is taken as given: it proves nothing, and stands in the record.</summary>
/// <param name="Source">For people: <c>git config user.email</c>.</param>
internal sealed record Person(string Name, string Source)
{
    public const string Variable = "HOLDPOINT_USER";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static Option<string?> Option() => new("--by") { Description = $"who says so; else ${Variable}, else git's user.email, else the system's user", HelpName = "NAME" };

    public static async Task<Person> OfAsync(CommandContext context, Option<string?> by)
    {
        if (context.Get(by) is { } given)
            return given.Trim() is { Length: > 0 } name ? new(name, "--by") : throw new CliError("--by names nobody", "write --by NAME");
        if (context.World.EnvironmentVariable(Variable)?.Trim() is { Length: > 0 } user)
            return new(user, $"${Variable}");
        var git = new Processes.Command("git", ["config", "user.email"]) { WorkingDirectory = context.World.Directory };
        if (await context.World.Commands.RunAsync(git, Limit, context.Stop) is CommandResult.Exited { ExitCode: 0, Output.Text: var email } && email.Trim() is { Length: > 0 } mail)
            return new(mail, "git config user.email");
        return new(Environment.UserName, "the system's user");
    }

    public override string ToString() => $"{Name} ({Source})";
}
