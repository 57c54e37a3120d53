using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>A target whose commands are the user's own: what runs now, deploy, roll back, health.</summary>
/// <param name="definition">From <c>targets: NAME: command:</c>.</param>
/// <param name="variables">For the commands' environment.</param>
/// <param name="healthy">Runs the configured check <c>healthy</c> once; null where there is none.</param>
public sealed class CommandTarget(TargetDefinition.OfCommands definition, string directory, IReadOnlyDictionary<string, string?> variables, ICommandRunner commands, TimeProvider time, Func<CancellationToken, Task<Verdict>>? healthy) : Target
{
    /// <summary>What a command that only looks may take: 30 s.</summary>
    public static TimeSpan LookTimeout { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two looks at the health: 500 ms.</summary>
    public static TimeSpan HealthEvery { get; } = TimeSpan.FromMilliseconds(500);

    public override string Name => definition.Name;

    public override async Task<RunsNow> NowAsync(CancellationToken cancel) =>
        await commands.RunAsync(Of(definition.Now, variables), LookTimeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } e when e.Output.Text.Trim() is { Length: > 0 } version =>
                version.Contains('\n', StringComparison.Ordinal) ? new RunsNow.Unreadable($"the command now of {Name} printed more than one line") : new RunsNow.Version(version),
            CommandResult.Exited { ExitCode: 0 } => new RunsNow.Nothing(),
            CommandResult.Exited e => new RunsNow.Unreadable($"the command now of {Name} ended with exit {e.ExitCode}: {LastLine(e)}"),
            CommandResult.TimedOut => new RunsNow.Unreadable($"the command now of {Name} did not end within {Units.Duration(LookTimeout)}"),
            CommandResult.NotStarted n => new RunsNow.Unreadable(n.Because),
            var other => throw new InvalidOperationException($"no such result: {other.GetType().Name}"),
        };

    public override Way Deploy(string version, string before, IReadOnlyDictionary<string, string> options) => options.Count > 0
        ? new Way.Impossible($"{options.Keys.First()}= is nothing that commands of your own could follow: remove it, or describe the target {Name} by compose, docker, kubernetes or systemd")
        : new Way.Once(Of(definition.Deploy, With(("HOLDPOINT_VERSION", version))));

    public override Way Return(string before) => new Way.Once(Of(definition.Rollback, With(("HOLDPOINT_PREVIOUS_VERSION", before), ("HOLDPOINT_VERSION", before))));

    public override async Task<Verdict?> HealthAsync(CancellationToken cancel)
    {
        if (healthy is null && definition.Health is null)
            return null;
        var began = time.GetTimestamp();
        while (true)
        {
            var verdict = healthy is not null ? await healthy(cancel) : new Verdict.Passed("");
            if (!verdict.Holds && definition.Health is { } health)
                verdict = await commands.RunAsync(Of(health, variables), LookTimeout, cancel) switch
                {
                    CommandResult.Exited { ExitCode: 0 } => new Verdict.Passed("healthy: exit 0"),
                    CommandResult.Exited e => new Verdict.Failed($"{Name} healthy", $"health ended with exit {e.ExitCode}: {LastLine(e)}"),
                    CommandResult.TimedOut => new Verdict.Unknown($"health of {Name} did not end within {Units.Duration(LookTimeout)}"),
                    CommandResult.NotStarted n => new Verdict.Unknown(n.Because),
                    var other => throw new InvalidOperationException($"no such result: {other.GetType().Name}"),
                };
            if (!verdict.Holds)
                return verdict;
            if (time.GetElapsedTime(began) + HealthEvery > definition.Within)
                return new Verdict.Failed($"{Name} healthy within {Units.Duration(definition.Within)}", verdict.Message);
            await Task.Delay(HealthEvery, time, cancel);
        }
    }

    private Command Of(PlacedText script, IReadOnlyDictionary<string, string?> environment) => Script.FromLine(script.Content) is Script.Runs r
        ? r.Command with { WorkingDirectory = directory, Environment = environment }
        : new Command("false", []);

    private Dictionary<string, string?> With(params (string Name, string Value)[] more)
    {
        var all = variables.ToDictionary();
        foreach (var (name, value) in more)
            all[name] = value;
        return all;
    }

    private static string LastLine(CommandResult.Exited e) => (e.Error.Text.Trim() is { Length: > 0 } error ? error : e.Output.Text.Trim()).Split('\n')[^1];
}
