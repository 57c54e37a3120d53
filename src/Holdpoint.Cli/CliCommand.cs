using System.CommandLine;
using System.Text;

namespace Holdpoint.Cli;

/// <summary>
/// One command. To add one: a file in <c>Commands/</c> with a class <c>SomeNameCommand : CliCommand</c> (which is
/// <c>holdpoint some-name</c>; it is found by its type) and its test. Options and arguments are fields of the class;
/// <see cref="Declare"/> adds them, <see cref="RunAsync"/> reads them with <see cref="CommandContext.Get{T}(Option{T})"/>. Results go to
/// <see cref="Terminal.Print"/> (stdout), talk to <see cref="Terminal.Say"/> (stderr); what a person can mend is a
/// <see cref="CliError"/>. <see cref="ChecklistOptions"/> brings FILE, --env, --var and --release, and reads the
/// <see cref="Workspace"/> behind them. Help, docs/commands.md and shell completion follow by themselves.
/// </summary>
internal abstract class CliCommand
{
    private const string Suffix = "Command";

    public string Name => NameOf(GetType());

    /// <summary>One line, without a full stop.</summary>
    public abstract string Summary { get; }

    public abstract CommandGroup Group { get; }

    /// <summary>What help says below the summary: paragraphs, plain text.</summary>
    public virtual string Details => "";

    /// <summary>Whole command lines.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>Kept out of help and documentation.</summary>
    public virtual bool Hidden => false;

    public virtual void Declare(Command command) { }

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public abstract Task<int> RunAsync(CommandContext context);

    /// <summary><c>BreakGlassCommand</c> is <c>break-glass</c>.</summary>
    internal static string NameOf(Type type)
    {
        var name = new StringBuilder();
        foreach (var c in type.Name.AsSpan()[..^Suffix.Length])
        {
            if (char.IsUpper(c) && name.Length > 0)
                name.Append('-');
            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }

    /// <summary>The inverse: <c>break-glass</c> is <c>BreakGlassCommand</c>.</summary>
    internal static string TypeNameOf(string name)
    {
        var type = new StringBuilder();
        foreach (var word in name.Split('-', StringSplitOptions.RemoveEmptyEntries))
            type.Append(char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
        return type.Append(Suffix).ToString();
    }
}

/// <summary>Where a command stands in help.</summary>
internal enum CommandGroup
{
    Checklists,
    Runs,
    People,
    Records,
    Servers,
    Tools,
}
