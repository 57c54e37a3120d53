using System.Globalization;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>The state of the checkout, and how it stands to another branch: as last fetched, or with <c>fetch=true</c> as the remote has it now.</summary>
public sealed partial class GitProbe : Probe
{
    public override Signature Signature { get; } = new("git", "The state of the git checkout, and how it stands to a base.")
    {
        Options =
        [
            new("base", "Branch, tag or commit to compare with. Default: the branch's upstream, else origin's default branch."),
            new("fetch", "true asks the remote where the base is now, and leaves origin/main as it is. Default: false, the base as last fetched.") { OneOf = ["true", "false"] },
        ],
        Facts =
        [
            new("clean", Dimension.Boolean, "Nothing is changed, staged or untracked."),
            new("branch", Dimension.Text, "The branch that is checked out; absent where none is (detached)."),
            new("tag", Dimension.Text, "The tag on the commit that is checked out, the highest version of several; absent where there is none."),
            new("commit", Dimension.Text, "The commit that is checked out: its whole hash."),
            new("ahead", Dimension.Count, "Commits that the base lacks."),
            new("behind", Dimension.Count, "Commits of the base that are lacking here."),
            new("conflicts", Dimension.Count, "Files that would conflict in a merge with the base."),
            new("conventional", Dimension.Boolean, "Every commit since the base, merges left out, follows Conventional Commits 1.0.0; unknown where there is none."),
        ],
        Example = "git base=origin/main fetch=true clean and behind == 0",
        Needs = "git; 2.38 for conflicts; with fetch=true access to the remote without a question",
        OnHosts = true,
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        try
        {
            var git = new GitRepository(call, cancel);
            var status = await git.TellAsync("status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none");
            if (await git.CommitOfAsync("HEAD") is not { } commit)
                return new Reading.NoAnswer($"the repository at {call.Context.Directory} has no commit yet");

            var branch = await git.AskAsync("symbolic-ref", "--quiet", "--short", "HEAD");
            var tags = await git.TagsOnAsync(commit);
            var values = new Dictionary<string, Value>
            {
                ["clean"] = Value.Of(status.Length == 0),
                ["branch"] = branch.Exit == 0 ? Value.Of(branch.Output.Trim()) : new Value.Absent("no branch is checked out (HEAD is detached)"),
                ["tag"] = tags.Count > 0 ? Value.Of(tags[0]) : new Value.Absent($"no tag is on {commit[..10]}, which is checked out (git fetch --tags brings those of the remote)"),
                ["commit"] = Value.Of(commit),
            };
            List<Evidence> evidence = status.Length > 0 ? [Evidence.OfText("status.txt", status)] : [];
            if (call.Option("base") is not null || new[] { "ahead", "behind", "conflicts", "conventional" }.Any(call.Wants))
                await CompareAsync(git, call, values, evidence);
            return new Reading.Measured(new Facts(values)) { Evidence = evidence };
        }
        catch (GitFailure e)
        {
            return new Reading.NoAnswer(e.Message);
        }
    }

    private static async Task CompareAsync(GitRepository git, ProbeCall call, Dictionary<string, Value> values, List<Evidence> evidence)
    {
        var unknown = (string because) =>
        {
            foreach (var fact in (string[])["ahead", "behind", "conflicts", "conventional"])
                values[fact] = new Value.Unknown(because);
        };
        var given = call.Option("base");
        var against = given is not null
            ? await git.CommitOfAsync(given) ?? throw new GitFailure($"base={given}: no such branch, tag or commit here; fetch it first, or write origin/{given}")
            : await git.CommitOfAsync("@{upstream}") ?? await git.CommitOfAsync("refs/remotes/origin/HEAD");
        if (against is not null && call.Option("fetch") == "true")
            against = await git.RemoteTipAsync(await TrackingAsync(git, given));
        if (against is null)
        {
            unknown("there is nothing to compare with: say base=BRANCH (the branch has no upstream)");
            return;
        }

        if (await git.IsShallowAsync())
        {
            unknown("the clone is shallow, so the commits between can't be known: fetch with the whole history (git fetch --unshallow, or fetch-depth: 0)");
            return;
        }

        var counts = (await git.TellAsync("rev-list", "--left-right", "--count", $"{against}...HEAD")).Split('\t');
        values["behind"] = Value.Count(long.Parse(counts[0], CultureInfo.InvariantCulture));
        values["ahead"] = Value.Count(long.Parse(counts[1], CultureInfo.InvariantCulture));
        if (call.Wants("conflicts"))
            values["conflicts"] = await ConflictsAsync(git, against, evidence);
        if (call.Wants("conventional"))
            values["conventional"] = await ConventionalAsync(git, against, evidence);
    }

    /// <summary>The remote's branch that the base is.</summary>
    private static async Task<string> TrackingAsync(GitRepository git, string? given)
    {
        foreach (var name in given is not null ? (string[])[given] : ["@{upstream}", "refs/remotes/origin/HEAD"])
            if (await git.AskAsync("rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", name) is (0, var full, _) && full.Trim() is { Length: > 0 } found)
                return found.StartsWith("refs/remotes/", StringComparison.Ordinal) ? found
                    : throw new GitFailure($"fetch=true needs a branch of a remote as base, and {found.Split('/', 3)[^1]} is only here{(found.StartsWith("refs/heads/", StringComparison.Ordinal) ? $": write base=origin/{found.Split('/', 3)[^1]}" : "")}");
        throw new GitFailure($"fetch=true needs a branch of a remote as base, and {given} is a commit");
    }

    /// <summary>Merges without touching the checkout: exit 0 is a clean merge, 1 one with conflicts (git-merge-tree(1)).</summary>
    private static async Task<Value> ConflictsAsync(GitRepository git, string against, List<Evidence> evidence)
    {
        var (exit, output, error) = await git.AskAsync("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", against, "HEAD");
        if (exit is not (0 or 1))
            return new Value.Unknown($"git merge-tree can't tell conflicts (git 2.38 is needed): {GitRepository.FirstLine(error)}");
        var files = output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        if (files.Count > 0)
            evidence.Add(Evidence.OfText("conflicts.txt", string.Join('\n', files) + "\n"));
        return Value.Count(files.Count);
    }

    private static async Task<Value> ConventionalAsync(GitRepository git, string against, List<Evidence> evidence)
    {
        var log = await git.TellAsync("log", "--no-merges", "-z", "--format=%h %B", $"{against}..HEAD");
        var commits = log.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        if (commits.Length == 0)
            return new Value.Unknown("no commit follows the base");
        var others = commits.Where(c => !IsConventional(c[(c.IndexOf(' ') + 1)..])).ToList();
        if (others.Count > 0)
            evidence.Add(Evidence.OfText("commits.txt", string.Join('\n', others.Select(GitRepository.FirstLine)) + "\n"));
        return Value.Of(others.Count == 0);
    }

    /// <summary>https://www.conventionalcommits.org/en/v1.0.0/: the first line, an empty line before any body, BREAKING CHANGE in capitals.</summary>
    internal static bool IsConventional(string message)
    {
        var lines = message.TrimEnd().Split('\n');
        return FirstLine().IsMatch(lines[0])
            && (lines.Length == 1 || string.IsNullOrWhiteSpace(lines[1]))
            && lines.Skip(2).All(l => !BreakingChange().IsMatch(l) || l.StartsWith("BREAKING", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^[A-Za-z][\w-]*(\([^()\r\n]+\))?!?: \S")]
    private static partial Regex FirstLine();

    [GeneratedRegex(@"^breaking[ -]change(: | #)", RegexOptions.IgnoreCase)]
    private static partial Regex BreakingChange();
}
