using System.CommandLine;
using Holdpoint.Journal;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Runs;

/// <summary>What every command takes that looks at a run or talks to it: which run, where it is kept, JSON.</summary>
internal sealed class RunOptions
{
    private const string Description = "the run, by its id or the beginning of it; else the newest";

    public Argument<string?> RunArgument { get; } = new("RUN") { Description = Description, Arity = ArgumentArity.ZeroOrOne };

    public Option<string?> RunOption { get; } = new("--run") { Description = Description, HelpName = "RUN" };

    public Option<string?> Record { get; } = RecordPlace.Option();

    public Option<string?> By { get; } = Person.Option();

    public Option<bool> Json { get; } = new("--json") { Description = "as JSON" };

    private bool _asArgument;

    /// <summary>With RUN as an argument.</summary>
    public RunOptions AddTo(Command command, bool by = false)
    {
        _asArgument = true;
        command.Add(RunArgument);
        return Add(command, by);
    }

    /// <summary>With <c>--run</c>.</summary>
    public RunOptions AddOptionsTo(Command command)
    {
        command.Add(RunOption);
        return Add(command, by: true);
    }

    public string? RunOf(CommandContext context) => _asArgument ? context.Get(RunArgument) : context.Get(RunOption);

    public string FolderOf(CommandContext context) => RecordPlace.Find(context, Record);

    /// <summary>Dispose the run.</summary>
    public Task<(RunOffice Office, OpenRun Run)> OpenAsync(CommandContext context) => RecordPlace.OpenAsync(context, FolderOf(context), RunOf(context));

    private RunOptions Add(Command command, bool by)
    {
        if (by)
            command.Add(By);
        command.Add(Record);
        command.Add(Json);
        return this;
    }
}

/// <summary>Who drives a run now.</summary>
internal static class Drivers
{
    public static string? Of(OpenRun run) => DriverLock.IsHeld(run.Folder) ? DriverLock.Read(run.Folder) is { } d ? $"process {d.Pid} on {d.Host}" : "another process" : null;
}
