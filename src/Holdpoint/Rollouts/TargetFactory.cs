using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Makes a target of its definition, variables put in.</summary>
public static class TargetFactory
{
    /// <summary>A target that is looked at and never changed; null where the configuration has none of this name.</summary>
    public static Target? ToLookAt(string name, Scope scope, ICommandRunner commands, TimeProvider time)
    {
        if (scope.Project.Targets.GetValueOrDefault(name) is not { } definition)
            return null;
        var context = new RolloutContext
        {
            Target = name,
            Directory = Path.GetFullPath(definition.Directory?.Content ?? ".", scope.Project.Folder),
            RunFolder = scope.Project.Folder,
            Variables = scope.ScriptVariables(),
            Commands = commands,
            Time = time,
            Server = scope.Server,
        };
        return Create(definition, context, scope, _ => _ => Task.FromResult<Verdict>(new Verdict.Unknown("it is only looked at")));
    }

    /// <param name="once">A check of the configuration as something that can be asked.</param>
    public static Target Create(TargetDefinition definition, RolloutContext context, Scope scope, Func<PlacedText, Func<CancellationToken, Task<Verdict>>> once)
    {
        var healthy = definition.Healthy is { } check ? once(check) : null;
        if (definition is TargetDefinition.OfCommands commands)
            return new CommandTarget(commands, context.Directory, context.Variables, context.Commands, context.Time, healthy);
        var of = (TargetDefinition.OfPlatform)definition;
        try
        {
            var platform = RolloutKinds.Platforms[of.Kind].Create(Resolved(of.Settings, scope), context);
            var traffic = of.Traffic is { } t ? RolloutKinds.Traffics[t.Kind].Create(Resolved(t.Settings, scope), platform.Units, context) : null;
            return new RolloutTarget(of.Name, platform, traffic, of.Rollout, of.Smoke.ToDictionary(s => s.Key, s => once(s.Value), StringComparer.Ordinal), healthy, context.Time);
        }
        catch (ArgumentException mistake)
        {
            return new UnreadableTarget(of.Name, mistake.Message);
        }
    }

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
