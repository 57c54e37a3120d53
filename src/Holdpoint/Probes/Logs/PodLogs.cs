using Holdpoint.Probes.Kubernetes;

namespace Holdpoint.Probes.Logs;

/// <summary>Logs of a pod, or of all pods with a label, by kubectl.</summary>
internal static class PodLogs
{
    public static async Task ReadAsync(LogCommands commands, ProbeCall call, string name, CancellationToken cancel)
    {
        var isLabel = name.Contains('=', StringComparison.Ordinal);
        if (!isLabel && name.Contains('/', StringComparison.Ordinal))
            throw new Unanswered($"of {name} kubectl would ask one pod alone: name the pod, or all of them by their label: pod:app=NAME");
        var cluster = new KubernetesCluster(call, cancel);
        // Logs of no pod are empty, and kubectl is content with that.
        var pods = (await cluster.AskAsync(["get", "pods", .. isLabel ? ["--selector", name] : (string[])[name], "--output=name"])).Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (pods.Length == 0)
            throw new Unanswered($"no pod has the label {name}: are label and namespace= right?");
        string[] containers = call.Option("container") is { } container ? ["--container", container] : ["--all-containers"];
        foreach (var pod in pods)
        {
            var before = commands.Tally.Lines;
            await commands.TellAsync("kubectl", ["logs", pod, .. containers, $"--since={commands.Seconds}s", "--tail=-1", .. cluster.Where], line => commands.Tally.See(line));
            commands.Tally.Note($"{pod}: {commands.Tally.Lines - before} lines");
        }
    }
}
