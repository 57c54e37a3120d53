using System.Text.Json;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Cli;

/// <summary>What a check does beyond a look is told before it is done.</summary>
public sealed class AnnouncementTests : CommandLine
{
    [Fact]
    public async Task Check_says_what_is_sent_beside_its_results()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(429));
        var checklist = Checklist(server.Url);

        var said = await CallAsync("check", checklist);
        Assert.Contains($"! ratelimit {server.Url} accepted <= 5: sends up to 6 GET requests to {server.Url}\n", said.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("sends up to", said.Output, StringComparison.Ordinal);

        using var document = JsonDocument.Parse((await CallAsync("check", checklist, "--json")).Output);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    [Fact]
    public async Task A_dry_run_says_it_and_sends_nothing()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(429));
        var said = await CallAsync("check", Checklist(server.Url), "--dry-run");
        Assert.Equal($"? ratelimit {server.Url} accepted <= 5 (sends up to 6 GET requests to {server.Url})\n", said.Output);
        Assert.Empty(server.Requests);
    }

    private string Checklist(string url) => Write("a.md", $"# A\n\n## Before\n\n- [ ] Logins are limited `? ratelimit {url} accepted <= 5`\n");
}
