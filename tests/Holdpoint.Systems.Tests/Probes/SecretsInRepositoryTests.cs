using Holdpoint.Expressions;
using Holdpoint.Probes.Leaks;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary><c>secrets</c> where git says which files count.</summary>
public sealed class SecretsInRepositoryTests : ProbeScratch
{
    // Of two parts, so that no search finds a secret here.
    private const string Secret = "ghp_" + "aZ4kQ9xT2mWb7Rn5Lc8Yv1Hd6Fs3Gj0PeUiO";

    [Fact]
    public async Task What_git_ignores_is_passed_over_and_what_is_tracked_or_new_is_not()
    {
        await RunAsync(new Command("git", ["init", "-q", "-b", "main"]) { WorkingDirectory = Root });
        Directory.CreateDirectory(At("src"));
        await WriteAsync(".gitignore", ".env\n*.log\n");
        await WriteAsync(".env", Secret);
        await WriteAsync("tracked.log", Secret);
        await WriteAsync("src/new.txt", Secret);
        await WriteAsync("gone.txt", Secret);
        await RunAsync(new Command("git", ["add", "-f", "tracked.log", "gone.txt"]) { WorkingDirectory = Root });
        File.Delete(At("gone.txt"));
        File.CreateSymbolicLink(At("link.txt"), At(".env"));

        var reading = await AskAsync(new SecretsProbe(), ["."]);

        Assert.Equal(2, Number(((Holdpoint.Probes.Reading.Measured)reading).Facts, "findings"));
        Assert.Contains("src/new.txt:1 github-token ghp_…\ntracked.log:1 github-token ghp_…\n", Text(reading, "findings.txt"), StringComparison.Ordinal);
        Assert.Equal(1, Number(await MeasureAsync(new SecretsProbe(), ["src"]), "findings"));
    }

    private Task WriteAsync(string name, string content) => File.WriteAllTextAsync(At(name), content + "\n", Cancel);
}
