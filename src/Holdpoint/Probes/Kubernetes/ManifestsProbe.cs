using Holdpoint.Expressions;

namespace Holdpoint.Probes.Kubernetes;

/// <summary>What a cluster would say to manifests, without applying them: <c>kubectl apply --dry-run=server</c> and <c>kubectl diff</c>.</summary>
public sealed class ManifestsProbe : AskingProbe
{
    /// <summary>What kubectl and the API server say of the manifests themselves; all else is no answer about them.</summary>
    private static readonly string[] Refusals =
    [
        "ValidationError(", "unknown field", "missing required field", "strict decoding error", "error parsing", "error converting YAML", "unable to decode", "no matches for kind",
        "is invalid", "(Invalid)", "(BadRequest)", "denied the request", "violates PodSecurity", "exceeded quota", "field is immutable", "does not match the namespace",
        "Object 'Kind' is missing", "apiVersion not set", "kind not set", "accumulating resources", "invalid Kustomization",
    ];

    /// <summary>What kubectl says when it could not look: it wraps these in the words of a refusal.</summary>
    private static readonly string[] Obstacles = ["failed to download openapi", "failed to check CRD", "connection refused", "Client.Timeout", "i/o timeout", "no such host", "x509:", "TLS handshake", "(Unauthorized)"];

    public override Signature Signature { get; } = new("manifests", "Kubernetes manifests, as the cluster would take them; nothing is applied.")
    {
        Arguments = [new("PATH", "A file, a folder of files, a kustomization's folder, or a Helm chart's (with its own values; helm renders it).")],
        Options = KubernetesCluster.Options,
        Facts =
        [
            new("valid", Dimension.Boolean, "The API server takes all of them in a dry run, admission included; a namespace has to be there already."),
            new("changes", Dimension.Count, "Objects that would be made or changed."),
        ],
        DefaultCondition = "valid",
        Example = "manifests deploy/production cluster=main valid and changes <= 5",
        Needs = "kubectl; diff for changes; helm for charts",
        OnHosts = true,
        StandIn = "an API server in the tests, asked by the real kubectl",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var cluster = new KubernetesCluster(call, cancel, readsFolder: true);
        var (from, input) = await SourceAsync(call, cancel);
        var dry = await cluster.AskAsync(["apply", "--dry-run=server", .. from], input);
        if (dry.Exit != 0 && (!Refusals.Any(dry.Says) || Obstacles.Any(dry.Says)))
            throw dry.Refusal;
        var isValid = dry.Exit == 0;
        if (isValid && dry.Output.Trim().Length == 0)
            throw new Unanswered($"kubectl apply finds no object in {call.Arguments[0]}");

        List<Evidence> evidence = [Evidence.OfText("dry-run.txt", dry.Output + dry.Error)];
        List<(string, Value)> facts = [("valid", Value.Of(isValid))];
        if (call.Wants("changes"))
        {
            var diff = isValid ? await cluster.AskAsync(["diff", .. from], input) : null;
            facts.Add(("changes", diff is null ? new Value.Unknown($"the manifests are not valid: {dry.Complaint}") : Changes(diff)));
            if (diff is { Output.Length: > 0 })
                evidence.Add(Evidence.OfText("changes.diff", diff.Output));
        }

        return Reading.Of([.. facts]) with { Evidence = evidence };
    }

    /// <summary>How kubectl is told where the manifests are, and what it reads from its input.</summary>
    private static async Task<(string[] From, string? Input)> SourceAsync(ProbeCall call, CancellationToken cancel)
    {
        var path = call.Arguments[0];
        // Asked for through a command, because the folder may be on another machine.
        var listed = await new AskedProgram(call, "ls", cancel) { ReadsFolder = true }.AskAsync("-1a", "--", path);
        if (listed.Exit != 0)
            throw new Unanswered($"there is no {path} in {call.Context.Directory} that could be read: {listed.Complaint}");
        var names = listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (names.Contains("Chart.yaml"))
        {
            var helm = new AskedProgram(call, "helm", cancel) { ReadsFolder = true, Remedy = $"{path} is a Helm chart, which only helm can render" };
            return (["--filename=-"], (await helm.AskAsync("template", "--", Path.GetFileName(Hosts.Machine.Of(call).Absolute(path).TrimEnd('/')), path)).Text);
        }

        return names.Any(n => n is "kustomization.yaml" or "kustomization.yml" or "Kustomization")
            ? ([$"--kustomize={path}"], null)
            : ([$"--filename={path}"], null);
    }

    /// <summary>Exit 0: none; 1: some, each object a file that diff names; more: no answer (kubectl diff --help).</summary>
    private static Value Changes(ProgramAnswer diff) => diff switch
    {
        { Exit: 0 } => Value.Count(0),
        { Exit: 1 } when diff.Output.Split('\n').Count(l => l.StartsWith("diff ", StringComparison.Ordinal)) is > 0 and var changed => Value.Count(changed),
        _ when diff.Says("\"diff\": executable file not found") => new Value.Unknown("kubectl diff needs the program diff, which is not on PATH: install diffutils"),
        _ => new Value.Unknown($"{diff.Question} ended with {diff.Exit}: {diff.Complaint}"),
    };
}
