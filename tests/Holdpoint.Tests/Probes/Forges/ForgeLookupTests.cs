using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Forges;

namespace Holdpoint.Tests.Probes.Forges;

/// <summary>Which forge is asked.</summary>
public sealed class ForgeLookupTests
{
    private readonly ScriptedCommands _commands = new();
    private readonly Dictionary<(string, string), Dictionary<string, string>> _servers = [];

    [Theory]
    [InlineData("https://github.com/octo/shop.git", "github.com", "octo/shop")]
    [InlineData("git@github.com:octo/shop.git", "github.com", "octo/shop")]
    [InlineData("ssh://git@ssh.github.com:443/octo/shop", "github.com", "octo/shop")]
    [InlineData("https://ana:pw@gitlab.example.com/group/sub/shop.git/", "gitlab.example.com", "group/sub/shop")]
    public void A_remote_s_address_is_read_in_each_usual_form(string url, string host, string path) => Assert.Equal(new ForgeAddress(host, path), ForgeAddress.Parse(url));

    [Theory]
    [InlineData("/srv/git/shop.git"), InlineData("../shop"), InlineData("file:///srv/git/shop.git")]
    public void A_remote_on_this_machine_is_on_no_forge(string url) => Assert.Null(ForgeAddress.Parse(url));

    [Theory]
    [InlineData("git@github.com:octo/shop.git", "GitHub octo/shop")]
    [InlineData("https://gitlab.com/group/sub/shop.git", "GitLab group/sub/shop")]
    public async Task The_remote_on_a_public_forge_needs_no_configuration(string origin, string name)
    {
        _commands.Exits(0, origin + "\n");
        Assert.Equal(name, (await FindAsync()).Name);
    }

    [Fact]
    public async Task A_remote_on_a_configured_server_s_host_is_found_there()
    {
        _servers[("github", "main")] = new() { ["url"] = "https://code.example.com/api/v3", ["token"] = "t" };
        _servers[("gitlab", "main")] = new() { ["url"] = "https://lab.example.com" };
        _commands.Exits(0, "git@lab.example.com:group/shop.git\n");

        Assert.Equal("GitLab group/shop", (await FindAsync()).Name);
    }

    [Fact]
    public async Task A_configured_repository_needs_no_checkout()
    {
        _servers[("gitlab", "main")] = new() { ["url"] = "https://lab.example.com", ["repository"] = "group/shop" };

        Assert.Equal("GitLab group/shop", (await FindAsync()).Name);
        Assert.Empty(_commands.Asked);
    }

    [Fact]
    public async Task What_is_missing_is_told_with_the_remedy()
    {
        _commands.Exits(2, "", "error: No such remote 'origin'").Exits(0, "git@code.example.com:octo/shop.git\n").Exits(0, "git@other.example.com:octo/shop.git\n");

        Assert.Contains("add servers: github: main: { token: …, repository: OWNER/NAME }", await WhyNotAsync(), StringComparison.Ordinal);
        Assert.Contains("is on code.example.com, which may be GitHub or GitLab", await WhyNotAsync(), StringComparison.Ordinal);
        _servers[("github", "main")] = new() { ["url"] = "https://code.example.com" };
        Assert.Contains("has no repository, and the remote origin is on other.example.com", await WhyNotAsync(), StringComparison.Ordinal);
        Assert.Contains("no github or gitlab server `old`", await WhyNotAsync("old"), StringComparison.Ordinal);
        _servers[("github", "main")]["repository"] = "octo";
        Assert.Contains("`octo` is no repository", await WhyNotAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_secret_is_missing_is_not_asked_without_it()
    {
        var because = Assert.IsType<Verdict.Unknown>((await SupplyMark.RunAsync("issues", Context() with
        {
            Server = (string _, string _, out string why) =>
            {
                why = "the secret `github_token` is not there";
                return null;
            },
        })).Verdict).Because;

        Assert.Equal("the secret `github_token` is not there", because);
        Assert.Empty(_commands.Asked);
    }

    [Fact]
    public void The_configuration_tells_a_missing_server_as_the_lookup_expects()
    {
        var scope = new Holdpoint.Configuration.Scope(Holdpoint.Configuration.Project.Empty("/"), new("/", _ => null));
        Assert.Null(scope.Server("github", "main", out var because));
        Assert.StartsWith("there is no github server", because, StringComparison.Ordinal);
    }

    private async Task<IForge> FindAsync(string? server = null) =>
        await ForgeLookup.FindAsync(new([], server is null ? new Dictionary<string, string>() : new() { ["server"] = server }, []) { Context = Context() }, TestContext.Current.CancellationToken);

    private async Task<string> WhyNotAsync(string? server = null) => (await Assert.ThrowsAnyAsync<Exception>(() => FindAsync(server))).Message;

    private ProbeContext Context() => new()
    {
        Commands = _commands,
        Time = TimeProvider.System,
        Directory = "/",
        Server = (string kind, string name, out string because) =>
        {
            because = $"there is no {kind} server `{name}`";
            return _servers.GetValueOrDefault((kind, name));
        },
    };
}
