using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>Container engines and what composes, builds and scans for them.</summary>
internal static class Containers
{
    private const string ValuesOf = "-f --file -p --project-name --profile --env-file --project-directory --context -c -H --host -n --tail --since --until --format --filter -t --tag --build-arg --target --platform --network --name -v --volume -e --env -u --user -w --workdir --entrypoint";

    private const string ComposeChanges = "up, down, start, stop, restart, pull, push, build, create, pause, unpause, scale, run, cp";

    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("docker podman")
        {
            ValuesOf = ValuesOf,
            Proves = "info, manifest inspect, compose config, compose version, inspect, container inspect, volume inspect, network inspect, image inspect, version, scout cves, buildx version",
            Shows = "ps, images, image ls, image list, container ls, container list, volume ls, network ls, compose ps, compose images, compose top, compose port, top, port, history, system df, diff, context ls, node ls, service ls, service ps, stack ps, stack services, stack ls, compose ls, logs, container logs, compose logs, service logs, stats, search",
            Changes = $"pull, push, build, run, start, stop, restart, rename, tag, cp, commit, save, load, login, logout, create, network create, network connect, volume create, service update, service scale, service create, stack deploy, swarm init, update, pause, unpause, buildx build, buildx bake, image pull, image push, image build, image tag, container start, container stop, container restart, {string.Join(", ", ComposeChanges.Split(", ").Select(c => "compose " + c))}",
            Destroys = "rm, rmi, volume rm, volume prune, system prune, image prune, image rm, container prune, container rm, network rm, network prune, stack rm, service rm, builder prune, kill, compose rm, compose kill",
            Endless = "events, attach, compose events, compose watch",
            First = c => c.Plain is ["compose", ..] ? OfCompose(c, [.. c.Plain.Skip(1)]) : OfEngine(c),
        },
        new("docker-compose")
        {
            ValuesOf = ValuesOf,
            Proves = "config, version",
            Shows = "ps, images, top, port, logs, ls",
            Changes = ComposeChanges,
            Destroys = "rm, kill",
            Endless = "events",
            First = c => OfCompose(c, c.Plain),
        },
        new("trivy grype snyk dockle hadolint cosign syft") { First = c => c.Program == "cosign" ? c.Plain is ["verify" or "verify-attestation" or "tree" or "triangulate", ..] ? Effect.Proves : Effect.Changes : c.Program == "snyk" && c.Plain is ["monitor", ..] ? Effect.Changes : ScannersThatEndWell(c) ? Effect.Shows : Effect.Proves },
        new("skopeo crane regctl") { First = c => c.Plain is ["inspect" or "list-tags" or "ls" or "manifest" or "digest" or "image", ..] ? Effect.Proves : Effect.Changes },
    ];

    /// <summary>These end with 0 whatever they find, unless they are told otherwise.</summary>
    private static bool ScannersThatEndWell(Call call) => call.Program switch
    {
        "trivy" => !call.Has("--exit-code"),
        "grype" => !call.Has("--fail-on", "-f"),
        _ => false,
    };

    private static Effect? OfCompose(Call call, IReadOnlyList<string> plain) => plain switch
    {
        ["logs", ..] when call.HasLetter('f') && !FileFirst(call) || call.Has("--follow") => Effect.Endless,
        ["up", ..] when !call.HasLetter('d') && !call.Has("--detach", "--wait") => Effect.Endless,
        ["down", ..] when call.HasLetter('v') || call.Has("--volumes", "--rmi") => Effect.Destroys,
        ["config", ..] when call.Has("-o", "--output") => Effect.Changes,
        [_, ..] when call.Has("--dry-run") => Effect.Shows,
        _ => null,
    };

    private static Effect? OfEngine(Call call) => call.Plain switch
    {
        ["logs", ..] or ["service", "logs", ..] or ["container", "logs", ..] when call.HasLetter('f') || call.Has("--follow") => Effect.Endless,
        ["stats", ..] => call.Has("--no-stream") ? Effect.Shows : Effect.Endless,
        ["run", ..] when call.HasLetter('i') && !call.HasLetter('d') && call.HasLetter('t') => Effect.Interactive,
        ["pull", ..] when call.Has("--dry-run") => Effect.Proves,
        // Without an image it is only the tool's name.
        ["scan"] => Effect.Unknown,
        ["scan", ..] => Effect.Proves,
        // A container that is removed at once and only tells its version.
        ["run", ..] when call.Has("--rm") && call.Words[^1] is "--version" or "version" => Effect.Proves,
        _ => null,
    };

    /// <summary>In <c>docker-compose -f FILE logs</c> the letter names a file, not following.</summary>
    private static bool FileFirst(Call call)
    {
        for (var i = 0; i < call.Words.Count; i++)
        {
            if (call.Words[i] == "logs")
                return !call.Words.Skip(i + 1).Any(w => w is "-f" or "--follow" || w.Length > 1 && w[0] == '-' && w[1] != '-' && w.Contains('f', StringComparison.Ordinal));
        }

        return false;
    }
}
