namespace Holdpoint.Systems.Tests.Cli;

/// <summary>The first command that a newcomer runs.</summary>
public sealed class DemoCommandTests
{
    [Fact]
    public async Task It_deploys_a_good_version_rolls_a_bad_one_back_and_leaves_nothing_running()
    {
        using var bench = new CliBench("# Not used\n");
        var folder = bench.PathOf("demo");

        var said = await bench.CallAsync("demo", "--folder", folder);

        Assert.True(said.ExitCode == 0, said.All);
        Assert.Contains("✓ 1.5.0 passed", said.Output, StringComparison.Ordinal);
        Assert.Contains("! 1.6.0 rolled back", said.Output, StringComparison.Ordinal);
        Assert.Contains("from the breach to the old version serving again", said.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "report-1.6.0.html")));
        Assert.Empty(ServicesOf(folder));
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_left_alone()
    {
        using var bench = new CliBench("# Not used\n");

        var said = await bench.CallAsync("demo", "--folder", ".");

        Assert.Equal(2, said.ExitCode);
        Assert.Contains("is not empty", said.Talk, StringComparison.Ordinal);
    }

    private static IEnumerable<string> ServicesOf(string folder) =>
        from pid in Directory.EnumerateFiles(Path.Combine(folder, "state"), "*.pid").Select(f => File.ReadAllText(f).Trim())
        let path = $"/proc/{pid}/cmdline"
        where File.Exists(path) && File.ReadAllText(path).Contains("demo-service", StringComparison.Ordinal)
        select pid;
}
