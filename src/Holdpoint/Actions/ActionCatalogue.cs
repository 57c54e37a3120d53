using Holdpoint.Expressions;

namespace Holdpoint.Actions;

/// <summary>Every action of this assembly. A table by hand for the reason of <see cref="Probes.ProbeCatalogue"/>.</summary>
public static class ActionCatalogue
{
    private static readonly string[] Names = ["alert", "backup", "deploy", "maintenance", "migrate", "rehearse", "restore", "retire", "rollback", "run", "sh", "tell"];

    /// <summary>Each is made when it is first asked for.</summary>
    public static IReadOnlyDictionary<string, ActionVerb> Actions { get; } = new Catalogue<ActionVerb>(Names, Make);

    public static IReadOnlyDictionary<string, Signature> Signatures { get; } = new Catalogue<Signature>(Names, name => Actions[name].Signature);

    private static ActionVerb Make(string name) => name switch
    {
        "alert" => new AlertAction(),
        "backup" => new BackupAction(),
        "deploy" => new DeployAction(),
        "maintenance" => new MaintenanceAction(),
        "migrate" => new MigrateAction(),
        "rehearse" => new RehearseAction(),
        "restore" => new RestoreAction(),
        "retire" => new RetireAction(),
        "rollback" => new RollbackAction(),
        "run" => new RunAction(),
        "sh" => new ShAction(),
        "tell" => new TellAction(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no action has this name"),
    };
}
