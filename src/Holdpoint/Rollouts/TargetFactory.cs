using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Makes a target of its definition, variables put in.</summary>
public static class TargetFactory
{
    /// <param name="once">A check of the configuration as something that can be asked.</param>
    /// <param name="sideOf">A metric as a colour has it; null: nothing is compared.</param>
    internal static Target Create(TargetDefinition definition, RolloutContext context, Scope scope, Func<PlacedText, Func<CancellationToken, Task<Verdict>>> once, Func<string, string, MetricSource>? sideOf = null)
    {
        var healthy = definition.Healthy is { } check ? once(check) : null;
        if (definition is TargetDefinition.OfCommands commands)
            return new CommandTarget(commands, context.Directory, context.Variables, context.Commands, context.Time, healthy);
        var of = (TargetDefinition.OfPlatform)definition;
        try
        {
            var platform = RolloutKinds.Platforms[of.Kind].Create(Resolved(of.Settings, scope), context);
            var traffic = of.Traffic is { } t ? RolloutKinds.Traffics[t.Kind].Create(Resolved(t.Settings, scope), platform.Units, context) : null;
            return new RolloutTarget(of.Name, platform, traffic, of.Rollout, of.Smoke.ToDictionary(s => s.Key, s => once(s.Value), StringComparer.Ordinal), healthy, context.Time, sideOf);
        }
        catch (ArgumentException mistake)
        {
            return new UnreadableTarget(of.Name, mistake.Message);
        }
    }

    internal static RolloutContext ContextOf(TargetDefinition definition, Project project, Scope scope, string runFolder, ICommandRunner commands, TimeProvider time) => new()
    {
        Target = definition.Name,
        Directory = Path.GetFullPath(definition.Directory?.Content ?? ".", project.Folder),
        RunFolder = runFolder,
        Variables = scope.ScriptVariables(),
        Commands = commands,
        Time = time,
        Server = scope.Server,
    };

    /// <summary>Targets that are looked at outside of a run, and never changed.</summary>
    public static IObservedTarget? ToSee(string name, Scope scope, ICommandRunner commands, TimeProvider time) => scope.Project.Targets.GetValueOrDefault(name) is { } definition
        ? Create(definition, ContextOf(definition, scope.Project, scope, Path.GetTempPath(), commands, time), scope, _ => _ => Task.FromResult<Verdict>(new Verdict.Unknown($"{name} is only looked at")))
        : null;

    /// <exception cref="ArgumentException">A variable has no value.</exception>
    private static TargetSettings Resolved(IReadOnlyDictionary<string, IReadOnlyList<PlacedText>> settings, Scope scope) =>
        new(settings.ToDictionary(s => s.Key, s => (IReadOnlyList<string>)[.. s.Value.Select(t => scope.TryResolve(t.Content, out var text, out var because) ? text : throw new ArgumentException(because))], StringComparer.Ordinal));
}

/// <summary>A target whose settings have no meaning here and now: nothing is known of it, and nothing is done to it.</summary>
internal sealed class UnreadableTarget(string name, string because) : Target
{
    public override string Name => name;

    public override Task<RunsNow> NowAsync(CancellationToken cancel) => Task.FromResult<RunsNow>(new RunsNow.Unreadable(because));

    public override Way Deploy(string version, string before, IReadOnlyDictionary<string, string> options) => new Way.Impossible(because);

    public override Way Return(string before) => new Way.Impossible(because);

    public override Task<Verdict?> HealthAsync(CancellationToken cancel) => Task.FromResult<Verdict?>(new Verdict.Unknown(because));
}
