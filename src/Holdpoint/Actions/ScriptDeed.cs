using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>A script as something to do: in its directory, as its user, with the checklist's variables in its environment, on its host.</summary>
internal static class ScriptDeed
{
    public static Deed Of(Script script, ActionCall call)
    {
        if (script is Script.Unrunnable no)
            return new Deed.Refused(no.Because);
        if (call.Misplaced is { } misplaced)
            return new Deed.Refused(misplaced);
        var context = call.Context;
        var command = As(call.Options.GetValueOrDefault("as"), ((Script.Runs)script).Command with { Environment = context.ScriptVariables });
        var directory = call.Options.GetValueOrDefault("dir");
        if (context.Address is not { } host)
            return new Deed.Detached(command with { WorkingDirectory = Path.GetFullPath(directory ?? ".", context.Directory) });
        try
        {
            var there = command with { WorkingDirectory = directory is null ? context.Directory : HostPath.In(context.Directory, directory) };
            return new Deed.Detached(context.Place!.Hosts!.Detached(host, there, call.Step.Timeout), (outcome, _) => Task.FromResult(RemoteAction.Judge(host, outcome)));
        }
        catch (ArgumentException unsayable)
        {
            return new Deed.Refused(unsayable.Message);
        }
    }

    private static Command As(string? user, Command command) => user is null ? command
        : command with { Program = "sudo", Arguments = ["-n", "-u", user, $"--preserve-env={string.Join(',', command.Environment.Keys)}", "--", command.Program, .. command.Arguments] };
}
