using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>Clients of clouds and platforms, and infrastructure as code.</summary>
internal static class Clouds
{
    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("aws")
        {
            ValuesOf = "--region --profile --output --query",
            First = c => c.Plain switch
            {
                ["s3", "ls" or "presign", ..] => Effect.Shows,
                ["s3", "cp" or "mb", ..] => Effect.Changes,
                ["s3", "sync", ..] => c.Has("--dryrun") ? Effect.Shows : c.Has("--delete") ? Effect.Destroys : Effect.Changes,
                ["s3", ..] => Effect.Destroys,
                ["logs", "tail", ..] => c.Has("--follow") ? Effect.Endless : Effect.Shows,
                ["configure", ..] => Effect.Interactive,
                [_, "wait", ..] => Effect.Proves,
                [_, var verb, ..] => verb.StartsWith("describe-", StringComparison.Ordinal) || verb.StartsWith("list-", StringComparison.Ordinal) || verb.StartsWith("get-", StringComparison.Ordinal) || verb.StartsWith("head-", StringComparison.Ordinal) || verb is "filter-log-events" ? Effect.Shows
                    : verb.StartsWith("delete-", StringComparison.Ordinal) || verb.StartsWith("terminate-", StringComparison.Ordinal) || verb.StartsWith("purge-", StringComparison.Ordinal) ? Effect.Destroys
                    : verb.StartsWith("create-", StringComparison.Ordinal) || verb.StartsWith("update-", StringComparison.Ordinal) || verb.StartsWith("put-", StringComparison.Ordinal) || verb.StartsWith("start-", StringComparison.Ordinal) || verb.StartsWith("stop-", StringComparison.Ordinal) || verb.StartsWith("restore-", StringComparison.Ordinal) || verb.StartsWith("modify-", StringComparison.Ordinal) || verb.StartsWith("register-", StringComparison.Ordinal) || verb.StartsWith("copy-", StringComparison.Ordinal) ? Effect.Changes : Effect.Unknown,
                _ => Effect.Unknown,
            },
        },
        new("gcloud")
        {
            ValuesOf = "--project --region --zone --format --filter",
            First = c => OfVerb(c.Plain, Verbs.Google) ?? (c.Plain.Contains("enable") || c.Plain.Contains("deploy") || c.Plain.Contains("submit") || c.Plain.Contains("update-traffic") || c.Plain.Contains("add-iam-policy-binding") || c.Plain.Contains("execute") ? Effect.Changes : c.Plain is ["auth", ..] ? Effect.Interactive : Effect.Unknown),
        },
        new("az") { ValuesOf = "-g --resource-group -n --name -o --output --query --subscription", First = c => c.Plain is ["login", ..] ? Effect.Interactive : OfVerb(c.Plain, Verbs.Azure) ?? Effect.Unknown },
        new("gsutil") { Shows = "ls, du, stat, cat, hash", Changes = "cp, mb, setmeta, cors, iam", Destroys = "rm, rb, mv, rsync" },
        new("fly flyctl")
        {
            ValuesOf = "-a --app -c --config -r --region",
            Proves = "checks list, config validate, doctor, status",
            Shows = "releases, apps list, ips list, scale show, volumes list, secrets list, regions list, machine list, machines list, certs list, certs show, certs check, info, version, image show, postgres list, auth whoami",
            Changes = "deploy, secrets set, scale, launch, apps create, volumes create, ips allocate-v4, ips allocate-v6, certs add, machine restart, machine start, machine stop, apps restart, releases rollback, postgres create, postgres attach, redis create, volumes snapshots create, secrets import",
            Destroys = "apps destroy, destroy, volumes destroy, machine destroy, secrets unset",
            Interactive = "console, open, dashboard, postgres connect, pg connect, auth login, ssh",
            First = c => c.Plain is ["logs", ..] ? c.Has("-n", "--no-tail") ? Effect.Shows : Effect.Endless : c.Plain is ["ssh", "console", ..] && (c.ValueOf("-C") ?? c.ValueOf("--command")) is { } inner ? Remote(inner) : null,
        },
        new("heroku")
        {
            ValuesOf = "-a --app -r --remote",
            Proves = "pg:backups:info, releases:info",
            Shows = "ps, releases, config, config:get, apps, apps:info, addons, pg:info, pg:backups, domains, certs, status, info, redis:info, pg:diagnose, features",
            Changes = "config:set, ps:scale, ps:restart, restart, rollback, releases:rollback, maintenance:on, maintenance:off, pg:backups:capture, pg:promote, pipelines:promote, addons:create, create, domains:add, container:push, container:release, pg:backups:schedule, buildpacks:set, git:remote",
            Destroys = "apps:destroy, pg:reset, addons:destroy, pg:backups:restore, config:unset",
            Interactive = "login, pg:psql, run:console, console",
            First = c => c.Plain is ["logs", ..] ? c.Has("--tail", "-t") ? Effect.Endless : Effect.Shows : c.Plain is ["run", ..] ? Remote(string.Join(' ', c.Words.SkipWhile(w => w != "run").Skip(1).SkipWhile(w => w.StartsWith('-')))) : null,
        },
        new("vercel netlify railway render wrangler firebase supabase surge eb serverless sls amplify pulumi cdk")
        {
            ValuesOf = "--token --scope --project -P --stage --region -s -e",
            Proves = "validate, doctor, synth, diff, preview",
            Shows = "ls, list, inspect, env ls, env:list, whoami, projects:list, status, domains ls, deployments, deployment list, info, health, releases, hosting:sites:list, functions:list, migration list, projects list, stack ls, use, list:sites",
            Changes = "deploy, promote, alias, env add, env pull, link, pull, build, publish, redeploy, env:set, env:import, up, functions:deploy, db push, migration up, functions deploy, secrets set, hosting:clone, hosting:channel:deploy, init, create, setenv, rollback, secret put",
            Destroys = "remove, rm, destroy, delete, projects:delete, firestore:delete, db reset, hosting:disable",
            Interactive = "login, open, logs --follow, tail, env edit",
            Endless = "dev, serve, emulators:start, start",
            First = c => c.Plain is ["logs" or "functions:log", ..] ? c.Program is "firebase" or "vercel" or "eb" && !c.Has("--follow", "-f") ? Effect.Shows : Effect.Endless : c.Program == "vercel" && c.Plain.Count == 0 ? Effect.Changes : null,
        },
        new("terraform tofu terragrunt")
        {
            ValuesOf = "-chdir",
            Proves = "validate, plan",
            Shows = "show, output, state list, state show, version, workspace list, workspace show, providers, graph",
            Changes = "apply, init, import, workspace select, workspace new, refresh, taint, get, state mv, fmt",
            Destroys = "destroy, state rm, force-unlock, workspace delete",
            Interactive = "console",
            First = c => c.Plain is ["plan", ..] ? c.Has("-out") ? Effect.Changes : Effect.Proves : c.Has("-check") ? Effect.Proves : c.Plain is ["apply", ..] && c.Has("-destroy") ? Effect.Destroys : c.Plain is ["apply", ..] && !c.Has("-auto-approve") && c.Plain.Count == 1 ? Effect.Interactive : null,
        },
        new("ansible-playbook") { First = c => c.Has("--syntax-check", "--list-hosts", "--list-tasks") || c.Has("--check", "-C") ? Effect.Proves : Effect.Changes },
        new("ansible") { First = c => c.ValueOf("-m") is "ping" or "setup" ? Effect.Proves : Effect.Unknown },
        new("packer vault consul nomad") { Proves = "validate, operator raft list-peers, job plan, job validate", Shows = "version, status, members, kv get, job status, node status, secrets list, read, list, inspect, token lookup", Changes = "build, init, kv put, write, job run, operator unseal, login", Destroys = "kv delete, delete, job stop" },
        new("sops age gpg") { First = c => c.Program == "gpg" ? c.Has("--verify", "--list-keys", "-k") ? Effect.Proves : Effect.Changes : c.Program == "sops" && c.Has("-d", "--decrypt") ? Effect.Shows : Effect.Unknown },
        new("promtool amtool") { Proves = "check, test, check-config, config routes test", Shows = "query, alert, alert query, config show, config routes, silence query", Changes = "alert add, silence add", Destroys = "silence expire" },
        new("sentry-cli") { Shows = "releases list, info, projects list", Changes = "releases new, releases finalize, releases set-commits, sourcemaps upload, releases deploys, upload-dif, releases files", Proves = "sourcemaps explain" },
        new("kamal cap capistrano dokku mina fab") { Proves = "app details, healthcheck perform", Shows = "details, audit, version, app version, config, apps:list, ps:report", Changes = "deploy, rollback, setup, redeploy, app boot, app start, app stop, env push, ps:restart, ps:rebuild, config:set", Destroys = "remove, apps:destroy", First = c => c.Plain is ["app", "logs", ..] ? c.Has("-f", "--follow") ? Effect.Endless : Effect.Shows : c.Program is "cap" && c.Plain is [_, "deploy" or "deploy:rollback", ..] ? Effect.Changes : null },
    ];

    private static Effect Remote(string command)
    {
        var script = ShellReader.Read([command]);
        return script.Why is not null || script.IsEmpty ? Effect.Unknown : script.Commands.Select(Judge.Of).Aggregate(Effect.Prepares, Judge.Worse);
    }

    private static Effect? OfVerb(IReadOnlyList<string> plain, IReadOnlyDictionary<string, Effect> verbs)
    {
        // Groups come first, so that the last word that is a verb counts; what follows it are names.
        foreach (var word in plain)
            if (verbs.TryGetValue(word, out var effect))
                return effect;
        return null;
    }

    private static class Verbs
    {
        public static IReadOnlyDictionary<string, Effect> Google { get; } = Table("describe list get-value read get-iam-policy info", "create set update start stop restart patch add clone import export restore promote", "delete remove reset");

        public static IReadOnlyDictionary<string, Effect> Azure { get; } = Table("show list", "create set update start stop restart add swap import export restore deploy up upload scale", "delete remove purge");

        private static Dictionary<string, Effect> Table(string shows, string changes, string destroys) =>
            new(shows.Split(' ').Select(w => KeyValuePair.Create(w, Effect.Shows)).Concat(changes.Split(' ').Select(w => KeyValuePair.Create(w, Effect.Changes))).Concat(destroys.Split(' ').Select(w => KeyValuePair.Create(w, Effect.Destroys))), StringComparer.Ordinal);
    }
}
