using Holdpoint.Actions;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Tests.Configuration;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Actions;

/// <summary>Calls of one action, with the run around them in memory.</summary>
internal sealed class ActionBench(string verb)
{
    public TimeProvider Time { get; init; } = new SteppingTime();

    public Project Project { get; init; } = Yaml.Read("holdpoint: 1\n");

    /// <summary>What checks of the configuration come to.</summary>
    public Func<Verdict> Seen { get; set; } = () => new Verdict.Passed("");

    /// <summary>Of every server of the configuration; null: there is none.</summary>
    public string? Url { get; init; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task<Deed> PrepareAsync(string argument, params (string Name, string Value)[] options)
    {
        var action = ActionCatalogue.Actions[verb];
        var step = new PlannedStep.Act("a#1", "a", "s", $"{verb} {argument}", new(action.Signature, [new Word(argument, default)], new Dictionary<string, Word>(), null), null, []);
        var context = new ProbeContext
        {
            Commands = new ScriptedCommands(),
            Time = Time,
            Directory = "/project",
            ScriptVariables = new Dictionary<string, string?> { ["REGION"] = "eu" },
            Server = (string kind, string name, out string because) =>
            {
                because = $"there is no {kind} server `{name}`";
                return Url is null ? null : new Dictionary<string, string> { ["url"] = Url };
            },
        };
        return await action.PrepareAsync(new(step, [argument], options.ToDictionary(o => o.Name, o => o.Value), context, Forced: false) { World = World }, Cancel);
    }

    public async Task<string> RefusedAsync(string argument, params (string Name, string Value)[] options) => Assert.IsType<Deed.Refused>(await PrepareAsync(argument, options)).Because;

    private ActionWorld World => new()
    {
        Target = _ => null,
        Before = _ => null,
        DeployedWell = _ => false,
        Version = "2.0",
        Tell = (_, _, _) => Task.FromResult<string?>(null),
        Ask = (_, _) => throw new InvalidOperationException("nothing is asked here"),
        AskConfigured = (_, _) => Task.FromResult(Seen()),
        Project = Project,
        ProjectFolder = "/project",
        Maintenance = Project.Maintenance,
        Definition = new([], null, new Dictionary<string, string>()),
        Environment = "production",
        By = "ana",
        Since = () => null,
        BackupMade = _ => null,
    };
}
