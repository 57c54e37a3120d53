namespace Holdpoint.Probes.Logs;

/// <summary>Logs of a pod, or of all pods with a label, by kubectl.</summary>
internal static class PodLogs
{
    public static async Task ReadAsync(LogCommands commands, string name)
    {
        if (name.Contains('/', StringComparison.Ordinal) && !name.Contains('=', StringComparison.Ordinal))
            throw new Unanswered($"of {name} kubectl would ask one pod alone: name the pod, or all of them by their label: pod:app=NAME");
        string[] where = [.. Given(commands, "--context", "cluster"), .. Given(commands, "--namespace", "namespace")];
        string[] which = name.Contains('=', StringComparison.Ordinal) ? ["--selector", name] : [name];
        // Logs of no pod are empty, and kubectl is content with that.
        var pods = (await commands.TellAsync("kubectl", ["get", "pods", .. which, .. where, "--output=name"]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (pods.Length == 0)
            throw new Unanswered($"no pod has the label {name}: are label and namespace= right?");
        foreach (var pod in pods)
        {
            var before = commands.Tally.Lines;
            await commands.TellAsync(
                "kubectl",
                ["logs", pod, .. where, .. commands.Option("container") is { } container ? ["--container", container] : (string[])["--all-containers"], $"--since={commands.Seconds}s", "--tail=-1"],
                line => commands.Tally.See(line));
            commands.Tally.Note($"{pod}: {commands.Tally.Lines - before} lines");
        }
    }

    private static string[] Given(LogCommands commands, string flag, string option) => commands.Option(option) is { } value ? [flag, value] : [];
}
