using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>A unit of the machine's systemd, from <c>systemctl show</c> (systemctl(1), org.freedesktop.systemd1(5)).</summary>
public sealed class SystemdProbe : AskingProbe
{
    private static readonly string[] Properties = ["Id", "Description", "LoadState", "ActiveState", "SubState", "Result", "NRestarts", "MemoryCurrent", "ActiveEnterTimestamp", "InactiveEnterTimestamp"];

    public override Signature Signature { get; } = new("systemd", "A unit of systemd.")
    {
        Arguments = [new("UNIT", "nginx, nginx.service, worker@2.service, backup.timer; without an ending it is a service.")],
        Facts =
        [
            new("up", Dimension.Boolean, "Its active state is active (or reloading), as systemctl is-active has it; false where it is starting, failed, masked or stopped."),
            new("restarts", Dimension.Count, "How often systemd has restarted it by itself since it was last started or reset; services only."),
            new("memory", Dimension.Bytes, "Memory of its control group; unknown where memory is not accounted for."),
            new("age", Dimension.Duration, "Time since it last became active. Unknown while it is not."),
        ],
        DefaultCondition = "up",
        Example = "systemd nginx.service up and restarts == 0",
        Needs = "systemctl",
        OnHosts = true,
        StandIn = "a program in place of systemctl, with its output",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var unit = call.Arguments[0];
        // In UTC, because the abbreviations of other zones mean several.
        var systemctl = new AskedProgram(call, "systemctl", cancel) { Environment = new Dictionary<string, string?> { ["TZ"] = "UTC" }, Remedy = "is this machine run by systemd?" };
        var answer = await systemctl.AskAsync("show", "--no-pager", $"--property={string.Join(',', Properties)}", "--", unit);
        if (answer.Says("not been booted with systemd") || answer.Says("Failed to connect to bus"))
            throw new Unanswered($"systemd does not run on this machine: {answer.Complaint}");
        var shown = Read(answer.Text);
        string Property(string name) => shown.GetValueOrDefault(name, "");
        if (Property("LoadState") is "" || Property("ActiveState") is "")
            throw new Unanswered($"systemctl show does not tell the state of {unit}");
        if (Property("LoadState") == "not-found")
            throw new Unanswered($"systemd has no unit {Property("Id")}{await NearestAsync(systemctl, Property("Id"))}");
        if (Property("LoadState") is "bad-setting" or "error")
            throw new Unanswered($"systemd can't load {Property("Id")} ({Property("LoadState")}): systemctl status {Property("Id")} tells why");

        var isUp = Property("ActiveState") is "active" or "reloading" or "refreshing";
        var stopped = new Value.Unknown($"{Property("Id")} is {Property("ActiveState")}");
        return Reading.Of(
            ("up", Value.Of(isUp)),
            ("restarts", Restarts(Property("NRestarts"), Property("Id"))),
            ("memory", !isUp ? stopped : Memory(Property("MemoryCurrent"), Property("Id"))),
            ("age", !isUp ? stopped : Age(Property("ActiveEnterTimestamp"), call.Context.Time.GetUtcNow(), Property("Id")))) with
        {
            Evidence = [Evidence.OfText("unit.txt", string.Concat(Properties.Where(shown.ContainsKey).Select(p => $"{p}={shown[p]}\n")))],
        };
    }

    /// <summary>Lines <c>Name=value</c>.</summary>
    private static Dictionary<string, string> Read(string output)
    {
        var shown = new Dictionary<string, string>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                shown[line[..equals]] = line[(equals + 1)..].Trim();
        return shown;
    }

    private static async Task<string> NearestAsync(AskedProgram systemctl, string unit)
    {
        var listed = await systemctl.AskAsync("list-unit-files", "--no-pager", "--no-legend");
        var names = listed.Output.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 0).Select(w => w[0]);
        return listed.Exit == 0 && Nearest.To(unit, names) is { } near ? $"; did you mean `{near}`?" : "";
    }

    private static Value Restarts(string text, string unit) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var restarts) ? Value.Count(restarts) : new Value.Unknown($"systemd does not count restarts of {unit}: it counts those of services, since version 235");

    /// <summary>The greatest number of 64 bits stands for "not known", as does the text "[not set]".</summary>
    private static Value Memory(string text, string unit) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes != ulong.MaxValue
            ? Value.Bytes(bytes)
            : new Value.Unknown($"systemd does not account for the memory of {unit}: set MemoryAccounting=yes");

    /// <summary><c>Sat 2026-11-21 03:18:07 UTC</c>.</summary>
    private static Value Age(string text, DateTimeOffset now, string unit) =>
        text.Split(' ') is [_, var day, var hour, "UTC"]
        && DateTimeOffset.TryParseExact($"{day} {hour}", ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.ffffff"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? Value.Duration(now > since ? now - since : TimeSpan.Zero)
            : new Value.Unknown($"systemd does not tell since when {unit} is active");
}
