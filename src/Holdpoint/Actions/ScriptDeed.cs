using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>A script as something to do: in its directory, as its user, with the checklist's variables in its environment.</summary>
internal static class ScriptDeed
{
    public static Deed Of(Script script, ActionCall call)
    {
        if (script is Script.Unrunnable no)
            return new Deed.Refused(no.Because);
        var command = ((Script.Runs)script).Command with
        {
            WorkingDirectory = Path.GetFullPath(call.Options.GetValueOrDefault("dir", "."), call.Context.Directory),
            Environment = call.Context.ScriptVariables,
        };
        return new Deed.Detached(call.Options.GetValueOrDefault("as") is { } user
            ? command with { Program = "sudo", Arguments = ["-n", "-u", user, $"--preserve-env={string.Join(',', call.Context.ScriptVariables.Keys)}", "--", command.Program, .. command.Arguments] }
            : command);
    }
}
