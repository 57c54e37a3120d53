using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>What continuous integration says of a commit.</summary>
public sealed class CiProbe(Func<string, string?> environment) : AskingProbe
{
    public CiProbe()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    public override Signature Signature { get; } = new("ci", "Continuous integration of a commit on GitHub or GitLab: check runs and commit statuses, or the jobs of its pipelines")
    {
        Options =
        [
            new("ref", "commit, branch or tag; the commit that is checked out by default"),
            new("workflow", "only this one: a workflow of Actions by name or file (ci.yml), a pipeline of GitLab by name"),
            ForgeLookup.Server,
        ],
        Facts =
        [
            new("total", Dimension.Count, "checks, the latest of each; skipped ones are left out, and the run of Actions or the job of GitLab that asks. Where there is none, the other facts are unknown"),
            new("failed", Dimension.Count, "those that failed, were cancelled or ran out of time; a job of GitLab that is allowed to fail is none of them"),
            new("pending", Dimension.Count, "those that run, wait, or need a person to start them"),
            new("age", Dimension.Duration, "since the newest of them ended"),
        ],
        DefaultCondition = "total >= 1 and failed == 0 and pending == 0",
        Example = "ci workflow=ci.yml failed == 0 and pending == 0 and total >= 3 within 10m",
        Needs = "git, where the repository or the commit is taken from the checkout",
        StandIn = "GitHub and GitLab by their documented JSON",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var forge = await ForgeLookup.FindAsync(call, cancel);
        var reference = call.Option("ref") ?? await HeadAsync(call, cancel);
        var checks = await forge.ChecksAsync(reference, call.Option("workflow"), environment, cancel);
        var counted = checks.Where(c => c.State != CheckState.Skipped).ToList();
        // What did not run has not failed, and has not passed either.
        var nothing = new Value.Unknown($"{forge.Name} has no check of {reference}{Of(call)}");
        Value Count(CheckState state) => counted.Count == 0 ? nothing : Value.Count(counted.Count(c => c.State == state));
        return new Reading.Measured(Facts.Of(
            ("total", Value.Count(counted.Count)),
            ("failed", Count(CheckState.Failed)),
            ("pending", Count(CheckState.Pending)),
            ("age", counted.Max(c => c.At) is { } newest ? Age(newest, call.Context.Time.GetUtcNow()) : nothing)))
        {
            Evidence = [Evidence.OfText("checks.txt", Listing(forge, reference + Of(call), checks))],
        };
    }

    /// <exception cref="Unanswered">There is no checkout, or it has no commit.</exception>
    internal static async Task<string> HeadAsync(ProbeCall call, CancellationToken cancel) =>
        await new GitRepository(call, cancel).CommitOfAsync("HEAD") ?? throw new Unanswered($"the repository at {call.Context.Directory} has no commit yet: say ref=");

    private static string Of(ProbeCall call) => call.Option("workflow") is { } workflow ? $" of workflow {workflow}" : "";

    private static Value Age(DateTimeOffset at, DateTimeOffset now) => Value.Duration(now > at ? now - at : TimeSpan.Zero);

    private static string Listing(IForge forge, string reference, IReadOnlyList<ForgeCheck> checks)
    {
        var text = new StringBuilder().Append($"{forge.Name}, {reference}: {checks.Count} {(checks.Count == 1 ? "check" : "checks")}\n");
        foreach (var check in checks.OrderBy(c => c.State switch { CheckState.Failed => 0, CheckState.Pending => 1, CheckState.Passed => 2, _ => 3 }).ThenBy(c => c.Name, StringComparer.Ordinal))
            text.Append($"{check.State.ToString().ToLowerInvariant(),-8} {check.Name} ({check.Told}{(check.At is { } at ? $", {at.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "")}) {check.Address}".TrimEnd()).Append('\n');
        return text.ToString();
    }
}
