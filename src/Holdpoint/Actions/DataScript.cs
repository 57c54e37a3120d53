using Holdpoint.Configuration;
using Holdpoint.Probes;
using Holdpoint.Probes.Postgres;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>What the actions around data have in common: the question behind them, and scripts of the configuration in its folder, with the database at hand.</summary>
internal static class DataScript
{
    /// <summary>As a probe asks: limited by the action's own timeout, relative to the configuration's folder.</summary>
    public static ProbeCall Question(ActionCall call, IReadOnlyDictionary<string, string>? options = null) => new(call.Arguments, options ?? new Dictionary<string, string>(), [])
    {
        Context = call.Context with { Directory = call.World.Project.Folder },
        Timeout = call.Step.Timeout,
    };

    /// <exception cref="Unanswered">The script can't be run.</exception>
    public static Command Of(PlacedText script) => Script.FromLine(script.Content) switch
    {
        Script.Runs runs => runs.Command,
        Script.Unrunnable no => throw new Unanswered(no.Because),
        var other => throw new InvalidOperationException($"no such script: {other.GetType().Name}"),
    };

    /// <param name="database">Null: there is none.</param>
    public static Command In(ActionCall call, Command command, PostgresServer? database, params IEnumerable<(string Name, string? Value)> more)
    {
        var variables = call.Context.ScriptVariables.ToDictionary();
        foreach (var (name, value) in database?.ToolEnvironment ?? [])
            variables[name] = value;
        foreach (var (name, value) in more)
            variables[name] = value;
        return command with { WorkingDirectory = call.World.Project.Folder, Environment = variables };
    }
}
