using Holdpoint.Expressions;

namespace Holdpoint.Probes.Forges;

/// <summary>
/// Which forge a question goes to: <c>servers: github: main: { url, token, repository }</c> or <c>gitlab</c> of the configuration,
/// else the git remote <c>origin</c> of the folder, where that is on github.com or gitlab.com.
/// </summary>
internal static class ForgeLookup
{
    /// <summary>How each of the probes tells it.</summary>
    public static Argument Server { get; } = new("server", "A github or gitlab server of the configuration: url (GitHub Enterprise https://HOST/api/v3, GitLab https://HOST/api/v4), token, repository (octo/shop). Default: main, else the git remote origin on github.com or gitlab.com");

    private static readonly (string Kind, string PublicHost, string PublicUrl, string Api)[] Kinds =
    [
        ("github", "github.com", "https://api.github.com", "/api/v3"),
        ("gitlab", "gitlab.com", "https://gitlab.com/api/v4", "/api/v4"),
    ];

    /// <exception cref="Unanswered">None is known, or more than one may be meant.</exception>
    public static async Task<IForge> FindAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Option("server") ?? "main";
        var configured = Kinds.Select(k => (k.Kind, Settings: SettingsOf(call, k.Kind, name))).Where(k => k.Settings is not null).ToList();
        if (configured.Count == 0 && call.Option("server") is not null)
            throw new Unanswered($"there is no github or gitlab server `{name}` in the configuration: add servers: github: {name}: {{ token: …, repository: … }}");
        // A configured repository needs no checkout.
        if (configured is [var one] && one.Settings!.GetValueOrDefault("repository") is { } given)
            return Forge(call, one.Kind, name, one.Settings!, given);

        var origin = await OriginAsync(call, cancel);
        foreach (var (kind, settings) in configured)
            if (origin is not null && string.Equals(HostOf(kind, settings!), origin.Host, StringComparison.OrdinalIgnoreCase))
                return Forge(call, kind, name, settings!, settings!.GetValueOrDefault("repository") ?? origin.Path);
        if (configured.Count > 1)
            throw new Unanswered($"servers github and gitlab both have `{name}`, and {Told(origin)}: say server=NAME with a name that only one has");
        if (configured is [var only])
            throw new Unanswered($"the {only.Kind} server `{name}` has no repository, and {Told(origin)}: add repository: OWNER/NAME");
        if (origin is null)
            throw new Unanswered($"no forge is known, and {Told(origin)}: add servers: github: main: {{ token: …, repository: OWNER/NAME }}");
        foreach (var (kind, host, _, _) in Kinds)
            if (string.Equals(host, origin.Host, StringComparison.OrdinalIgnoreCase))
                return Forge(call, kind, name, new Dictionary<string, string>(), origin.Path);
        throw new Unanswered($"{Told(origin)}, which may be GitHub or GitLab: add servers: github (or gitlab): main: {{ url: https://{origin.Host}, token: … }}");
    }

    private static IReadOnlyDictionary<string, string>? SettingsOf(ProbeCall call, string kind, string name)
    {
        if (call.Context.Server(kind, name, out var because) is { } settings)
            return settings;
        // A server that lacks a secret is not one that isn't there: to ask without its token would be another question.
        return because.StartsWith($"there is no {kind} server", StringComparison.Ordinal) ? null : throw new Unanswered(because);
    }

    private static IForge Forge(ProbeCall call, string kind, string name, IReadOnlyDictionary<string, string> settings, string repository)
    {
        var own = new Dictionary<string, string>(settings) { ["url"] = ApiOf(kind, settings) };
        ServerLookup lookup = (string _, string _, out string because) =>
        {
            because = "";
            return own;
        };
        var web = WebApi.Of(call with { Context = call.Context with { Server = lookup } }, kind, name);
        repository = repository.Trim('/');
        if (repository.Split('/') is not [.. { Length: > 0 }, _] || repository.Split('/').Any(p => p.Length == 0) || (kind == "github" && repository.Count(c => c == '/') != 1))
            throw new Unanswered($"`{repository}` is no repository: write OWNER/NAME");
        var hasToken = settings.ContainsKey("token") || settings.Keys.Any(k => k.StartsWith("header_", StringComparison.Ordinal));
        return kind == "github"
            ? new GitHub(new(web.With("Accept", "application/vnd.github+json").With("X-GitHub-Api-Version", "2022-11-28"), "GitHub", kind, hasToken, call.Context.Time), repository, own["url"])
            : new GitLab(new(web, "GitLab", kind, hasToken, call.Context.Time), repository);
    }

    /// <summary>An address without a path is a server's own: its interface has a known place on it.</summary>
    private static string ApiOf(string kind, IReadOnlyDictionary<string, string> settings)
    {
        var (_, host, publicUrl, api) = Kinds.Single(k => k.Kind == kind);
        if (settings.GetValueOrDefault("url") is not { } url)
            return publicUrl;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.AbsolutePath != "/" || address.Host == "api.github.com")
            return url;
        return address.Host == host ? publicUrl : url.TrimEnd('/') + api;
    }

    private static string? HostOf(string kind, IReadOnlyDictionary<string, string> settings) =>
        Uri.TryCreate(ApiOf(kind, settings), UriKind.Absolute, out var address) ? address.Host == "api.github.com" ? "github.com" : address.Host : null;

    private static async Task<ForgeAddress?> OriginAsync(ProbeCall call, CancellationToken cancel)
    {
        var (exit, output, _) = await new GitRepository(call, cancel).AskAsync("remote", "get-url", "origin");
        return exit == 0 ? ForgeAddress.Parse(output.Trim()) : null;
    }

    private static string Told(ForgeAddress? origin) => origin is null ? "the checkout has no remote origin on a server" : $"the remote origin is on {origin.Host}";
}

/// <param name="Path">Without slashes around it and without <c>.git</c>.</param>
internal sealed record ForgeAddress(string Host, string Path)
{
    /// <summary><c>https://host/a/b.git</c>, <c>ssh://git@host:22/a/b</c>, <c>git@host:a/b.git</c> (git-clone(1), GIT URLS); null for a folder of this machine.</summary>
    public static ForgeAddress? Parse(string url)
    {
        if (url.Contains("://", StringComparison.Ordinal))
            return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Host.Length > 0 && address.Scheme != "file" ? new(SshHost(address.Host), Cut(Uri.UnescapeDataString(address.AbsolutePath))) : null;
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !url.AsSpan(0, colon).Contains('/') ? new(SshHost(url[(url.LastIndexOf('@', colon) + 1)..colon]), Cut(url[(colon + 1)..])) : null;
    }

    /// <summary>Both offer ssh on port 443 under another name.</summary>
    private static string SshHost(string host) => host switch { "ssh.github.com" => "github.com", "altssh.gitlab.com" => "gitlab.com", _ => host };

    private static string Cut(string path)
    {
        path = path.Trim('/');
        return path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path;
    }
}
