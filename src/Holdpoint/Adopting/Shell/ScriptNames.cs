namespace Holdpoint.Adopting.Shell;

/// <summary>
/// A team's own script or task, judged by its name: the first word in it that says what it does decides. <c>verify_deployment.sh</c> asks,
/// <c>deploy-check.sh</c> may deploy. A name that says nothing is unknown.
/// </summary>
internal static class ScriptNames
{
    private static readonly HashSet<string> Asks = new(StringComparer.OrdinalIgnoreCase)
    {
        "check", "checks", "health", "healthcheck", "verify", "verification", "validate", "validation", "smoke", "smoketest", "test", "tests", "lint", "audit", "preflight", "status",
        "typecheck", "scan", "doctor", "diagnose", "vet", "analyze", "e2e", "pruebas", "verificar", "validar", "verifier", "pruefen",
    };

    private static readonly HashSet<string> Acts = new(StringComparer.OrdinalIgnoreCase)
    {
        "deploy", "rollback", "revert", "restore", "backup", "activate", "attach", "snapshot", "dump", "migrate", "create", "init", "initialize", "setup", "install", "start", "stop", "restart", "reload", "update", "upgrade",
        "seed", "push", "publish", "release", "build", "configure", "set", "generate", "rotate", "sync", "import", "export", "enable", "disable", "send", "notify", "announce", "apply", "provision",
        "up", "down", "switch", "promote", "write", "record", "scale", "drain", "copy", "upload", "download", "compile", "bundle", "tag", "post", "comment", "package", "desplegar", "deployer",
    };

    /// <summary>Anywhere in a name, and as an option, these make a question doubtful.</summary>
    private static readonly HashSet<string> Spoils = new(StringComparer.OrdinalIgnoreCase)
    {
        "reset", "fix", "delete", "drop", "remove", "clean", "cleanup", "destroy", "purge", "wipe", "truncate", "repair", "flush", "force", "prune", "kill",
    };

    /// <param name="name">A file's or a task's name.</param>
    public static Effect Of(string name, IReadOnlyList<string> words)
    {
        var parts = Parts(name);
        if (parts.Any(Spoils.Contains))
            return parts.Any(p => p is "reset" or "drop" or "destroy" or "purge" or "wipe" or "truncate") ? Effect.Destroys : Asks.Contains(parts[0]) ? Effect.Unknown : Effect.Changes;
        if (!AreHarmless(words))
            return Effect.Unknown;
        if (parts.Any(p => p is "dev" or "watch" or "serve" or "runserver"))
            return Effect.Endless;
        foreach (var part in parts)
        {
            if (Asks.Contains(part))
                return parts.Any(p => p is "data" or "seed" or "user" or "users") ? Effect.Unknown : Effect.Proves;
            if (Acts.Contains(part))
                return Effect.Changes;
        }

        return Effect.Unknown;
    }

    /// <summary>Options that turn no question into its opposite.</summary>
    public static bool AreHarmless(IReadOnlyList<string> words) =>
        !words.Any(w => w.StartsWith('-') && (Parts(w).Any(Spoils.Contains) || w is "--apply" or "--write" or "--update" or "--watch" or "-u" or "-w"));

    /// <summary>A name without any word that is known here.</summary>
    public static bool SaysNothing(string name) => Parts(name) is var parts && !parts.Any(p => Asks.Contains(p) || Acts.Contains(p) || Spoils.Contains(p) || p is "dev" or "watch" or "serve" or "runserver");

    private static List<string> Parts(string name)
    {
        var dot = name.LastIndexOf('.');
        var stem = dot > 0 && name.Length - dot <= 5 ? name[..dot] : name;
        return [.. stem.Split(['-', '_', '.', ':', '/', ' '], StringSplitOptions.RemoveEmptyEntries).Select(p => p.ToLowerInvariant())];
    }
}
