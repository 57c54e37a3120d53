using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>Deployments of a shop in a stand-in for a cluster whose controllers act, and the real kubectl.</summary>
public abstract class KubernetesShop : Scratch, IAsyncLifetime
{
    /// <summary>An image whose version is bad can't be pulled; one whose version is broken crashes.</summary>
    protected static string? Trouble(string image) => image.EndsWith(":bad", StringComparison.Ordinal) ? "ImagePullBackOff" : image.EndsWith(":broken", StringComparison.Ordinal) ? "CrashLoopBackOff" : null;

    protected KubernetesApi Api { get; } = new();

    protected RolloutContext Context => new()
    {
        Target = "shop", Directory = Root, RunFolder = Root, Variables = new Dictionary<string, string?>(), Commands = Api.Commands, Time = TimeProvider.System,
        Server = (string kind, string name, out string because) =>
        {
            because = $"there is no {kind} server `{name}`";
            return (kind, name) == ("kubernetes", "main") ? new Dictionary<string, string> { ["kubeconfig"] = Api.Kubeconfig, ["context"] = "test", ["namespace"] = "shop" } : null;
        },
    };

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    protected Platform Shop(params string[] deployments) => new KubernetesPlatformKind().Create(Settings(("cluster", ["main"]), ("deployments", deployments)), Context);

    protected static TargetSettings Settings(params (string Key, string[] Texts)[] settings) => new(settings.ToDictionary(s => s.Key, s => (IReadOnlyList<string>)s.Texts));

    protected void Deployment(string name, string image, int replicas, string labels = "", string more = "") => Api.Put($$$"""
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{{name}}}", "generation": 1},
         "spec": {"replicas": {{{replicas}}}, {{{more}}} "selector": {"matchLabels": {"app": "{{{name}}}"}},
          "template": {"metadata": {"labels": {"app": "{{{name}}}"{{{labels}}} } }, "spec": {"containers": [{"name": "app", "image": "{{{image}}}", "env": [{"name": "MODE", "value": "one"}]}]} } } }
        """);

    protected async Task<string> KubectlAsync(params string[] arguments)
    {
        var ended = Assert.IsType<CommandResult.Exited>(await Api.Commands.RunAsync(new("kubectl", arguments), TimeSpan.FromMinutes(2), Cancel));
        Assert.True(ended.ExitCode == 0, ended.Error.Text);
        return ended.Output.Text;
    }

    /// <summary>A command of the platform, as a run starts it.</summary>
    protected async Task<CommandResult.Exited> ChangeAsync(Command command) => Assert.IsType<CommandResult.Exited>(await Api.Commands.RunAsync(command, TimeSpan.FromMinutes(2), Cancel));

    protected async Task ChangedAsync(Command command)
    {
        var ended = await ChangeAsync(command);
        Assert.True(ended.ExitCode == 0, ended.Error.Text);
    }

    /// <summary>Looks until a unit is as wanted, for two minutes at most.</summary>
    protected static async Task<UnitState> UntilAsync(Platform platform, string unit, Func<UnitState, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var state = (await platform.LookAsync(Cancel))[unit];
            if (holds(state))
                return state;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"within two minutes {unit} was not as wanted: {state}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    protected static Task<UnitState> ReadyAsync(Platform platform, string unit, string version) => UntilAsync(platform, unit, s => s.IsReady && s.Version == version);

    /// <summary>Goes through the steps of a way as a run does, without a journal. An answer: how the first one ended that failed.</summary>
    protected async Task<Verdict?> GoAsync(Way way)
    {
        foreach (var step in Assert.IsType<Way.Steps>(way).List)
        {
            Verdict verdict = new Verdict.Passed("");
            if (step is RolloutStep.Change change && (change.Unless is null || await change.Unless(Cancel) is null))
                verdict = await ChangeAsync(change.Command) is { ExitCode: not 0 } failed ? new Verdict.Failed(step.Name, failed.Error.Text) : verdict;
            else if (step is RolloutStep.Do it)
                verdict = await it.Doing(Cancel);
            else if (step is RolloutStep.Observe pause)
                verdict = await pause.Ask(Cancel);
            if (verdict.Holds)
                return verdict;
        }

        return null;
    }
}
