using System.Text.RegularExpressions;
using Holdpoint.Systems.Tests.Cli;

namespace Holdpoint.Systems.Tests.Examples;

/// <summary>Each example from its first check to its last signature with a version that is good, and back with one that is bad once it has users.</summary>
public sealed partial class ShopTests(ShopStack stack) : IClassFixture<ShopStack>
{
    [Theory]
    [InlineData("rolling.md")]
    [InlineData("blue-green.md")]
    [InlineData("canary.md")]
    [InlineData("preflight.md")]
    [InlineData("components.md")]
    public async Task It_passes_with_a_good_version_and_goes_back_with_a_bad_one(string file)
    {
        using var bench = Bench();

        bench.Write(file, Hurried(file));
        var good = await DeployAsync(bench, file, "1.1.0");
        Assert.True(good.ExitCode == 0, good.All);

        // Staging was gone through there and back with the good version; what is asked now is what users make of a bad one.
        bench.Write(file, Rehearsal().Replace(Hurried(file), ""));
        var bad = await DeployAsync(bench, file, "1.2.0");
        Assert.True(bad.ExitCode == 4, bad.All);
        Assert.Contains("rolled back", bad.All, StringComparison.Ordinal);
    }

    private static string Source(string name) => File.ReadAllText(Path.Combine(ShopStack.Sources, name));

    /// <summary>The example as it is, but for how long it is watched, and how long its rules must have held.</summary>
    private static string Hurried(string file) => Pause().Replace(Held().Replace(Watch().Replace(Source(file), "**Watch:** every 2s until 8s"), "${rule} for 3s`"), " pause=2s");

    private CliBench Bench()
    {
        var bench = new CliBench("", Source("holdpoint.yaml"));
        Directory.CreateDirectory(bench.PathOf("stack"));
        foreach (var name in (string[])["migrate", "migrations"])
            File.CreateSymbolicLink(bench.PathOf(Path.Combine("stack", name)), Path.Combine(ShopStack.Sources, "stack", name));
        File.CreateSymbolicLink(bench.PathOf("stack/state"), stack.State);
        foreach (var (name, value) in stack.Variables)
            bench.Variables[name] = value;
        bench.Variables["HOLDPOINT_USER"] = "ci@shop.example";
        return bench;
    }

    /// <summary>A run at which the people sit: whoever is asked signs at once.</summary>
    private static async Task<Said> DeployAsync(CliBench bench, string file, string version)
    {
        var signatures = new List<Task<Said>>();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var before = Runs(bench);
        var said = await bench.CallAsync(line =>
        {
            foreach (Match wait in Waiting().Matches(line))
                foreach (Match role in Role().Matches(wait.Groups["who"].Value))
                    if (asked.Add($"{wait.Groups["step"]} {role.Groups["name"]}"))
                        signatures.Add(bench.CallAsync("sign", wait.Groups["step"].Value, "--run", Runs(bench).Except(before).Single(), "--role", role.Groups["name"].Value, "--by", role.Groups["people"].Value.Split(", ")[^1]));
        }, "deploy", file, "--env", "production", "--release", version, "--wait");
        foreach (var signature in await Task.WhenAll(signatures))
            Assert.True(signature.ExitCode == 0, signature.All + said.All);
        return said;
    }

    /// <summary>Of production: a rehearsal on staging is a run of its own.</summary>
    private static List<string> Runs(CliBench bench) => Directory.Exists(bench.PathOf(".holdpoint/runs")) ? [.. Directory.GetDirectories(bench.PathOf(".holdpoint/runs"), "*-production-*").Select(f => Path.GetFileName(f)!)] : [];

    [GeneratedRegex(@"^\*\*Watch:\*\* .*$", RegexOptions.Multiline)]
    private static partial Regex Watch();

    [GeneratedRegex(@"(?<rule>`! (?:rollback|hold|tell \w+) (?:when|unless) [^`]*?) for \w+`")]
    private static partial Regex Held();

    [GeneratedRegex(@" pause=\w+")]
    private static partial Regex Pause();

    [GeneratedRegex(@"`! rehearse [^`]*` ")]
    private static partial Regex Rehearsal();

    [GeneratedRegex(@"→ (?<who>[^→]*?) can sign: holdpoint sign (?<step>[^\s;]+)")]
    private static partial Regex Waiting();

    [GeneratedRegex(@"(?<name>[\w-]+) \((?<people>[^)]+)\)")]
    private static partial Regex Role();
}
