using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Whether something was changed since the last release: documents, migrations, a file of versions.</summary>
public sealed class ChangedProbe : Probe
{
    public override Signature Signature { get; } = new("changed", "Committed files that have changed since a tag, branch or commit.")
    {
        Arguments = [new("GLOB", "A pattern with * ? [a-z] {a,b} **, or a folder; relative to the checklist's folder.")],
        Options = [new("since", "Tag, branch or commit to compare with. Default: the last tag before the commit that is checked out.")],
        Facts = [new("files", Dimension.Count, "Files added, changed, renamed or removed between there and the commit that is checked out.")],
        DefaultCondition = "files >= 1",
        OnHosts = true,
        Example = "changed docs/** since=v1.4.0",
        Needs = "git",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        try
        {
            var git = new GitRepository(call, cancel);
            var since = call.Option("since") ?? await LastTagAsync(git);
            if (await git.CommitOfAsync(since) is not { } from)
                return new Reading.NoAnswer($"since={since}: no such tag, branch or commit here; fetch it first (git fetch --tags)");
            var paths = FileGlob.Braces(call.Arguments[0]).Select(p => $":(glob){p}");
            var output = await git.TellAsync(["diff", "--name-only", "-z", from, "HEAD", "--", .. paths]);
            var files = output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
            return new Reading.Measured(Facts.Of(("files", Value.Count(files.Length))))
            {
                Evidence = [Evidence.OfText("changed.txt", $"{call.Arguments[0]} since {since}: {files.Length} {(files.Length == 1 ? "file" : "files")}\n{string.Concat(files.Select(f => f + "\n"))}")],
            };
        }
        catch (GitFailure e)
        {
            return new Reading.NoAnswer(e.Message);
        }
    }

    /// <summary>Where the release that is being deployed carries its tag already, the one before it is meant.</summary>
    private static async Task<string> LastTagAsync(GitRepository git)
    {
        var from = (await git.TagsOnAsync("HEAD")).Count > 0 ? "HEAD^" : "HEAD";
        var (exit, output, _) = await git.AskAsync("describe", "--tags", "--abbrev=0", from);
        return exit == 0
            ? output.Trim()
            : throw new GitFailure($"there is no {(from == "HEAD" ? "" : "earlier ")}tag to compare with: say since=REF, or fetch the tags (git fetch --tags)");
    }
}
