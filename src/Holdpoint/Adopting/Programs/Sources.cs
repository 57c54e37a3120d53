using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>Version control, forges, and tools that look for secrets in sources.</summary>
internal static class Sources
{
    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("git")
        {
            ValuesOf = "-C -c --git-dir --work-tree",
            Proves = "fsck, verify-commit, verify-tag, rev-parse --verify, secrets --scan, secrets, merge-base",
            Shows = "status, log, diff, show, rev-parse, describe, ls-files, ls-remote, ls-tree, blame, shortlog, rev-list, cat-file, cherry, grep, reflog, stash list, remote, whatchanged, name-rev, show-ref, version, count-objects",
            Changes = "fetch, pull, checkout, switch, merge, commit, push, add, clone, cherry-pick, revert, init, rm, mv, restore, submodule, worktree, apply, am, stash, lfs, bundle, archive, config",
            Destroys = "reset, clean, filter-branch, rebase, gc, prune, filter-repo",
            First = c => c.Plain switch
            {
                ["push", ..] when c.Has("--force", "-f", "--delete", "--force-with-lease", "--mirror") => Effect.Destroys,
                ["reset", ..] when !c.Has("--hard") => Effect.Changes,
                ["branch", ..] => c.Has("-d", "-D", "--delete") ? Effect.Destroys : c.Plain.Count > 1 || c.Has("-m", "-M", "-c", "-u", "--set-upstream-to") ? c.Has("--list", "-r", "-a", "--contains", "--merged") ? Effect.Shows : Effect.Changes : Effect.Shows,
                ["tag"] when !c.Has("-d", "--delete") => Effect.Shows,
                ["tag", ..] => c.Has("-l", "--list", "--contains", "--points-at", "--sort") ? Effect.Shows : c.Has("-d", "--delete") ? Effect.Destroys : c.Has("-v", "--verify") ? Effect.Proves : Effect.Changes,
                ["remote", "add" or "remove" or "rename" or "set-url" or "prune" or "update", ..] => Effect.Changes,
                ["config", ..] => c.Has("--get", "--list", "-l", "--get-all") ? Effect.Shows : Effect.Changes,
                ["diff", ..] => c.Has("--exit-code", "--quiet", "--check") ? Effect.Proves : Effect.Shows,
                ["merge", ..] when c.Has("--abort") => Effect.Changes,
                ["secrets", ..] => c.Has("--scan", "--scan-history", "--list") ? Effect.Proves : Effect.Changes,
                ["submodule", "status", ..] or ["worktree", "list", ..] or ["stash", "list", ..] or ["lfs", "ls-files" or "status", ..] => Effect.Shows,
                _ => null,
            },
        },
        new("gh")
        {
            ValuesOf = "-R --repo -L --limit -b --branch -w --workflow --json -q --jq -s --state -l --label",
            Proves = "pr checks, auth status, run watch, attestation verify",
            Shows = "pr view, pr list, pr status, pr diff, run list, run view, release list, release view, issue list, issue view, repo view, workflow list, workflow view, secret list, variable list, search, status",
            Changes = "pr create, pr merge, pr comment, pr review, pr edit, release create, release upload, release edit, workflow run, run rerun, issue create, issue comment, issue edit, secret set, variable set, repo clone, repo sync, run download, release download, workflow enable, workflow disable",
            Destroys = "release delete, repo delete, issue delete, pr close, secret delete, run delete, run cancel",
            First = c => c.Plain is ["api", ..] ? c.Has("-X", "--method", "-f", "-F", "--field", "--raw-field", "--input") ? Effect.Unknown : Effect.Shows : null,
        },
        new("glab") { Shows = "mr view, mr list, ci status, ci list, release list, issue list", Changes = "mr create, mr merge, release create, ci run" },
        new("gitleaks detect-secrets trufflehog ggshield git-secrets") { First = c => c.Program == "detect-secrets" && c.Has("--baseline") ? Effect.Unknown : c.Program == "detect-secrets" && c.Plain is ["scan", ..] || c.Program == "trufflehog" && !c.Has("--fail") ? Effect.Shows : Effect.Proves },
        new("svn hg") { Shows = "status, log, info, diff, summary, identify", Changes = "update, commit, checkout, pull, push" },
    ];
}
