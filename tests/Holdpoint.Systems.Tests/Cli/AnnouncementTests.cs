namespace Holdpoint.Systems.Tests.Cli;

public sealed class AnnouncementTests
{
    private const string Limited = """
        # Shop

        ## Before

        - [ ] Logins are limited `? ratelimit http://127.0.0.1:1/login method=POST accepted <= 5`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical

        """;

    private const string Announcement = "sends up to 6 POST requests to http://127.0.0.1:1/login";

    [Fact]
    public async Task A_run_says_what_a_check_sends_before_its_verdict()
    {
        using var bench = new CliBench(Limited);

        var said = await bench.CallAsync("deploy", "--release", "2.0");

        var (told, verdict) = (said.Output.IndexOf(Announcement, StringComparison.Ordinal), said.Output.IndexOf("? before/logins-are-limited", StringComparison.Ordinal));
        Assert.True(told >= 0 && told < verdict, said.All);
    }

    [Fact]
    public async Task A_dry_run_says_it_too()
    {
        using var bench = new CliBench(Limited);

        Assert.Contains($"({Announcement})", (await bench.CallAsync("deploy", "--release", "2.0", "--dry-run")).Output, StringComparison.Ordinal);
    }
}
