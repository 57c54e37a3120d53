using System.Globalization;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Kubernetes;

/// <summary>
/// Asks a cluster through <c>kubectl</c>, so that logging in is that of the person at the terminal. With <c>cluster=NAME</c> the configuration's
/// <c>servers: kubernetes: NAME: { context, kubeconfig, namespace }</c>, each of which may be left out; else kubectl's current context.
/// </summary>
internal sealed class KubernetesCluster
{
    /// <summary>By which a mark says which cluster.</summary>
    public static readonly Argument[] Options =
    [
        new("cluster", "A cluster of the configuration: servers: kubernetes: NAME: { context, kubeconfig, namespace }. Default: kubectl's current context."),
        new("namespace", "Default: the cluster's of the configuration, else the context's."),
    ];

    private readonly AskedProgram _kubectl;
    private readonly List<string> _where = [];

    /// <param name="readsFolder">It is asked about files of the call's folder.</param>
    /// <exception cref="Unanswered">The configuration has no such cluster.</exception>
    public KubernetesCluster(ProbeCall call, CancellationToken cancel, bool readsFolder = false)
    {
        // A difference is counted by the words of diff, not of what somebody prefers to look at.
        _kubectl = new(call, "kubectl", cancel) { ReadsFolder = readsFolder, Environment = new Dictionary<string, string?> { ["KUBECTL_EXTERNAL_DIFF"] = null }, Remedy = "install it (https://kubernetes.io/docs/tasks/tools/)" };
        IReadOnlyDictionary<string, string> settings = new Dictionary<string, string>();
        if (call.Option("cluster") is { } name)
            settings = call.Context.Server("kubernetes", name, out var because) ?? throw new Unanswered(because);
        if (settings.GetValueOrDefault("kubeconfig") is { } file)
            _where.Add($"--kubeconfig={(call.Context.Host is null ? FileGlob.Absolute(file, call.Context.Directory) : file)}");
        if (settings.GetValueOrDefault("context") is { } context)
            _where.Add($"--context={context}");
        if ((call.Option("namespace") ?? settings.GetValueOrDefault("namespace")) is { } space)
            _where.Add($"--namespace={space}");
        // So that kubectl itself says what does not answer, before its attempt is over.
        _where.Add(string.Create(CultureInfo.InvariantCulture, $"--request-timeout={Math.Max(1, Math.Floor(call.Timeout.TotalSeconds * 0.8))}s"));
    }

    /// <summary>The options that say which cluster and namespace, for what is asked of kubectl otherwise.</summary>
    public IReadOnlyList<string> Where => _where;

    /// <param name="arguments">The verb first.</param>
    public Task<ProgramAnswer> AskAsync(IReadOnlyList<string> arguments, string? input = null) => _kubectl.AskAsync([.. arguments, .. _where], input);

    /// <summary>The objects of <c>deployment/api</c> or <c>pods</c>.</summary>
    /// <exception cref="Unanswered">kubectl says no; with its own words.</exception>
    public async Task<IReadOnlyList<JsonElement>> GetAsync(string resource)
    {
        var document = (await AskAsync(["get", resource, "--output=json"])).Document;
        return document.At("items") is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [document];
    }

    /// <summary>What an address of the API answers; null where the cluster does not serve it.</summary>
    public async Task<JsonElement?> TryRawAsync(string path)
    {
        var answer = await AskAsync(["get", "--raw", path]);
        return answer.Exit != 0 && (answer.Says("NotFound") || answer.Says("could not find the requested resource") || answer.Says("ServiceUnavailable") || answer.Says("unable to handle the request")) ? null : answer.Document;
    }
}
