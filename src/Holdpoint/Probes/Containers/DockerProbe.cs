using Holdpoint.Expressions;

namespace Holdpoint.Probes.Containers;

/// <summary>One container of a Docker engine.</summary>
public sealed class DockerProbe : AskingProbe
{
    public override Signature Signature { get; } = new("docker", "A container of a Docker engine.")
    {
        Arguments = [new("CONTAINER", "Its name or id.")],
        Facts =
        [
            new("up", Dimension.Boolean, "It runs, is not paused or restarting, and its health check, if any, has not failed; false where there is no such container."),
            new("restarts", Dimension.Count, "How often the engine has restarted it since it was created."),
            new("cpu_used", Dimension.Ratio, "Processor time now; 100% is one processor, so it may be more. Unknown while it does not run."),
            new("memory", Dimension.Bytes, "Memory in use, without the page cache. Unknown while it does not run."),
            new("age", Dimension.Duration, "Time since it was last started. Unknown while it does not run."),
        ],
        DefaultCondition = "up",
        Example = "docker shop-db up and restarts == 0 and memory < 2GB",
        Needs = "docker; the engine is that of the current context or DOCKER_HOST",
        OnHosts = true,
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        var engine = new DockerEngine(call, cancel);
        if (await engine.FindAsync(name) is not { } container)
            return Down($"there is no container {name}{(Nearest.To(name, await engine.NamesAsync()) is { } near ? $"; did you mean `{near}`?" : "")}");

        var now = call.Context.Time.GetUtcNow();
        var stopped = new Value.Unknown($"{container.Name} does not run: it is {container.Condition}");
        var usage = container.IsRunning && (call.Wants("cpu_used") || call.Wants("memory")) ? await engine.UsageAsync(container.Id) : new(null, null);
        Value Used(double? amount, Dimension dimension) => !container.IsRunning ? stopped
            : amount is { } a ? new Value.Number(a, dimension)
            : new Value.Unknown($"docker stats does not tell what {container.Name} uses");
        return Reading.Of(
            ("up", Value.Of(container.IsUp)),
            ("restarts", Value.Count(container.Restarts)),
            ("cpu_used", Used(usage.CpuUsed, Dimension.Ratio)),
            ("memory", Used(usage.Memory, Dimension.Bytes)),
            ("age", container.IsRunning && container.Age(now) is { } age ? Value.Duration(age) : stopped)) with
        {
            Evidence = [Evidence.OfText("container.txt", Describe(container, now))],
        };
    }

    private static string Describe(DockerContainer container, DateTimeOffset now)
    {
        var table = EvidenceTable.Of(
            ["CONTAINER", "IMAGE", "STATE", "RESTARTS", "SINCE"],
            [[container.Name, container.Image, container.Condition, $"{container.Restarts}", container.SinceText(now)]]);
        return container.HealthOutput.Length > 0 ? $"{table}\nThe last health check wrote:\n{container.HealthOutput.TrimEnd()}\n" : table;
    }
}
