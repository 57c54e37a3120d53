using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>Kubernetes and what is used with it.</summary>
internal static class Kubernetes
{
    private const string ValuesOf = "-n --namespace --context --kubeconfig -l --selector -c --container -o --output --tail --since --timeout --for --field-selector --sort-by -f --filename --cluster --user --image --replicas --set --values --version -L --from-literal --from-file --type -p --patch";

    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("kubectl oc")
        {
            ValuesOf = ValuesOf,
            Proves = "rollout status, wait, auth can-i, cluster-info, diff, kustomize",
            Shows = "get, describe, top, logs, version, api-resources, api-versions, rollout history, config view, config get-contexts, config current-context, explain, events",
            Changes = "apply, create, set, patch, scale, autoscale, label, annotate, expose, rollout restart, rollout undo, rollout pause, rollout resume, run, cp, cordon, uncordon, drain, taint, replace, config use-context, config set-context, set image",
            Destroys = "delete",
            Interactive = "edit, attach, debug",
            Endless = "port-forward, proxy",
            First = c => c.Plain is ["get" or "logs" or "top", ..] && (c.Has("-w", "--watch", "--follow") || c.Plain[0] == "logs" && c.Words.Any(w => w is "-f" or "-fl")) ? Effect.Endless
                : c.Words.Any(w => w is "--dry-run" or "--dry-run=client" or "--dry-run=server") ? Effect.Proves
                : c.Plain is ["wait", ..] || c.Plain is ["get", "--raw", ..] ? Effect.Proves
                : null,
        },
        new("helm")
        {
            ValuesOf = ValuesOf,
            Proves = "lint, test, verify, template, status",
            Shows = "list, ls, history, get, show, search, version, repo list, env, dependency list, diff",
            Changes = "install, upgrade, rollback, repo add, repo update, dependency update, dependency build, pull, package, push, registry login",
            Destroys = "uninstall, delete",
            First = c => c.Has("--dry-run") ? Effect.Proves : null,
        },
        new("kustomize kubeval kubeconform kube-score kubelinter conftest") { First = c => c.Program == "kustomize" && c.Plain is ["edit", ..] ? Effect.Changes : Effect.Proves },
        new("flux") { Proves = "check", Shows = "get, logs, events, tree, stats, version", Changes = "reconcile, suspend, resume, bootstrap, create, install", Destroys = "delete, uninstall" },
        new("argocd") { Proves = "app wait", Shows = "app get, app list, app diff, app history, version", Changes = "app sync, app set, app create, app rollback, login", Destroys = "app delete" },
        new("talosctl") { ValuesOf = "-n --nodes -e --endpoints --talosconfig", Proves = "health, validate", Shows = "version, get, services, service, members, dmesg, containers, logs", Interactive = "dashboard", Changes = "apply-config, bootstrap, upgrade, reboot, kubeconfig, patch", Destroys = "reset" },
        new("istioctl linkerd cilium") { Proves = "analyze, check, status, verify-install, connectivity test", Shows = "proxy-status, proxy-config, version, stat", Changes = "install, upgrade, inject" },
        new("minikube") { Shows = "status, ip, image ls, profile list", Changes = "start, stop, image load, addons enable, addons disable, image build", Destroys = "delete", Endless = "tunnel, dashboard, mount" },
        new("kubeadm") { Proves = "config validate", Shows = "token list, version", Changes = "init, join, upgrade", Destroys = "reset" },
    ];
}
