namespace Holdpoint.Probes.Registries;

/// <summary>Where a registry's API is, and what proves who asks.</summary>
/// <param name="Name">As a person calls it: the host.</param>
/// <param name="Url">Without a path.</param>
/// <param name="Configured">User and password of the configuration; null where it has none.</param>
internal sealed record RegistryAddress(string Name, string Url, bool Insecure, RegistryLogin? Configured)
{
    /// <summary>
    /// A server <c>registry</c> of the configuration that is called so (a port, which a name can't hold, left out), or the host itself: by HTTPS, on this machine by HTTP, as docker does.
    /// </summary>
    /// <exception cref="Unanswered">A secret of the configuration is missing, or the address is none.</exception>
    public static RegistryAddress Of(ProbeCall call, string host)
    {
        if (WhyNot(host) is { } why)
            throw new Unanswered(why);
        var named = call.Option("server");
        var settings = Settings(call, named ?? host.Split(':')[0], named is not null);
        var insecure = call.Option("insecure") == "true" || settings?.GetValueOrDefault("insecure") == "true";
        var plain = settings?.GetValueOrDefault("url")?.TrimEnd('/') ?? (IsHere(host) ? $"http://{host}" : $"https://{(host is "docker.io" or "index.docker.io" ? "registry-1.docker.io" : host)}");
        if (!HttpProbe.TryAddress(plain, out _, out var problem))
            throw new Unanswered($"the registry {host} can't be asked: {problem}");
        return new(host, plain, insecure, settings?.GetValueOrDefault("user") is { } user ? new(user, settings.GetValueOrDefault("password") ?? "") : null);
    }

    /// <summary>Why a text is no registry; null: it is one.</summary>
    public static string? WhyNot(string host) => host.Contains("://", StringComparison.Ordinal)
        ? $"'{host}' is an address, and a registry is named by its host: write {host[(host.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/')}"
        : null;

    private static IReadOnlyDictionary<string, string>? Settings(ProbeCall call, string name, bool mustBe)
    {
        var settings = call.Context.Server("registry", name, out var because);
        // A registry need not be configured; one that is, and lacks a secret, is not asked as a stranger.
        return settings is null && (mustBe || !because.StartsWith("there is no registry server", StringComparison.Ordinal)) ? throw new Unanswered(because) : settings;
    }

    private static bool IsHere(string host) => HostAndPort.TryParse(host, 443, out var target, out _)
        && (target.Host == "localhost" || (System.Net.IPAddress.TryParse(target.Host, out var address) && System.Net.IPAddress.IsLoopback(address)));
}

internal sealed record RegistryLogin(string User, string Password)
{
    /// <summary>A token of identity, which is exchanged for one of access, in place of a password.</summary>
    public bool IsIdentityToken { get; init; }

    // Never in a message by mistake.
    public override string ToString() => $"{User}:(not shown)";
}
