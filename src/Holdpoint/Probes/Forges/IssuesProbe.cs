using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>Open issues of the repository.</summary>
public sealed class IssuesProbe : AskingProbe
{
    public override Signature Signature { get; } = new("issues", "Open issues of the repository on GitHub or GitLab")
    {
        Options =
        [
            new("label", "only issues with this label; several, parted by commas: with all of them"),
            ForgeLookup.Server,
        ],
        Facts = [new("open", Dimension.Count, "open issues; pull requests are none")],
        DefaultCondition = "open == 0",
        Example = "issues label=release-blocker",
        Needs = "git, where the repository is taken from the checkout",
        StandIn = "GitHub and GitLab by their documented JSON",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var forge = await ForgeLookup.FindAsync(call, cancel);
        var labels = (call.Option("label") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var issues = await forge.OpenIssuesAsync(labels, cancel);
        var text = new StringBuilder().Append($"{forge.Name}: {issues.Count} open{(labels.Length == 0 ? "" : $" with {string.Join(", ", labels)}")}\n");
        foreach (var issue in issues.Take(100))
            text.Append($"{issue.Reference} {issue.Title} {issue.Address}\n");
        return new Reading.Measured(Facts.Of(("open", Value.Count(issues.Count)))) { Evidence = [Evidence.OfText("issues.txt", text.ToString())] };
    }
}
