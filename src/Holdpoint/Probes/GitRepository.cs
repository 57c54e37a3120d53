using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>Asks git about the repository around the call's folder. It changes nothing that a person sees there, and goes to the network only in <see cref="RemoteTipAsync"/>.</summary>
internal sealed class GitRepository(ProbeCall call, CancellationToken cancel)
{
    private static readonly Dictionary<string, string?> Quiet = new()
    {
        // Reading the status must not take the lock of the index from somebody who commits.
        ["GIT_OPTIONAL_LOCKS"] = "0",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["LC_ALL"] = "C",
    };

    /// <summary>What git answers, whatever its exit code.</summary>
    /// <exception cref="GitFailure">git is missing, late, or not in a repository.</exception>
    public async Task<(int Exit, string Output, string Error)> AskAsync(params string[] arguments)
    {
        var command = new Command("git", arguments) { WorkingDirectory = call.Context.Directory, Environment = Quiet, OutputLimit = 16 * 1024 * 1024 };
        switch (await call.Context.Commands.RunAsync(command, call.Timeout, cancel))
        {
            case CommandResult.Exited ended when ended.Error.Text.Contains("not a git repository", StringComparison.Ordinal):
                throw new GitFailure($"{call.Context.Directory} is in no git repository: set the section's Dir to the checkout");
            case CommandResult.Exited { Output.IsWhole: false }:
                throw new GitFailure($"git {arguments[0]} answers with more than 16 MiB");
            case CommandResult.Exited ended:
                return (ended.ExitCode, ended.Output.Text, ended.Error.Text);
            case CommandResult.TimedOut late:
                throw new GitFailure($"git {arguments[0]} did not end within {Units.Duration(late.Limit)}");
            case CommandResult.NotStarted refused:
                throw new GitFailure($"git can't be asked: {refused.Because}");
            case var other:
                throw new InvalidOperationException($"no such end of a command: {other}");
        }
    }

    /// <summary>The answer of a question that must succeed.</summary>
    /// <exception cref="GitFailure">git says no; with its own words.</exception>
    public async Task<string> TellAsync(params string[] arguments)
    {
        var (exit, output, error) = await AskAsync(arguments);
        return exit == 0 ? output : throw new GitFailure($"git {arguments[0]} ended with {exit}: {FirstLine(error)}");
    }

    /// <summary>The commit behind a name, or null.</summary>
    public async Task<string?> CommitOfAsync(string name)
    {
        var (exit, output, _) = await AskAsync("rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}");
        return exit == 0 ? output.Trim() : null;
    }

    /// <summary>
    /// The commit that a remote's branch is at now. Its objects are brought here and no name is moved, not even origin/main:
    /// two questions at once do not meet, and the next command of a person works with what it did before.
    /// </summary>
    /// <param name="tracking">A branch of a remote as it is kept here: <c>refs/remotes/origin/main</c>.</param>
    /// <exception cref="GitFailure">There is no such remote or branch, or the remote can't be reached.</exception>
    public async Task<string> RemoteTipAsync(string tracking)
    {
        var name = tracking["refs/remotes/".Length..];
        var remotes = (await TellAsync("remote")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var remote = remotes.Where(r => name.StartsWith(r + "/", StringComparison.Ordinal)).MaxBy(r => r.Length) ?? throw new GitFailure($"{name} belongs to no remote of this checkout");
        var branch = "refs/heads/" + name[(remote.Length + 1)..];
        var (exit, output, error) = await AskAsync("ls-remote", "--exit-code", "--", remote, branch);
        if (exit != 0)
            throw new GitFailure(exit == 2 ? $"{remote} has no branch {name[(remote.Length + 1)..]} any more" : $"{remote} can't be asked: {FirstLine(error)}");
        var tip = output.Split('\t')[0].Trim();
        if (await CommitOfAsync(tip) is null)
            await TellAsync("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=", "--", remote, branch);
        return await CommitOfAsync(tip) ?? throw new GitFailure($"{name} has moved on while it was fetched: ask again");
    }

    /// <summary>In a shallow clone distances are wrong and yet look right.</summary>
    public async Task<bool> IsShallowAsync() => (await TellAsync("rev-parse", "--is-shallow-repository")).Trim() == "true";

    /// <summary>Tags on a commit, the highest version first.</summary>
    public async Task<IReadOnlyList<string>> TagsOnAsync(string commit) =>
        (await TellAsync("tag", "--points-at", commit, "--sort=-version:refname")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static string FirstLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "it gives no reason";
}

/// <summary>git gives no answer that can be judged; the message is for a person.</summary>
internal sealed class GitFailure(string because) : Unanswered(because);
