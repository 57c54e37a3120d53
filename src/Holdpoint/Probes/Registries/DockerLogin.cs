using System.Text;
using System.Text.Json;
using Holdpoint.Processes;

namespace Holdpoint.Probes.Registries;

/// <summary>What <c>docker login</c> has kept: <c>auths</c> of <c>$DOCKER_CONFIG/config.json</c> or <c>~/.docker/config.json</c>, or a credential helper that it names.</summary>
internal static class DockerLogin
{
    public static string DefaultFolder() =>
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    /// <summary>Null where nobody has logged in there.</summary>
    /// <exception cref="Unanswered">The file or its helper can't be understood.</exception>
    public static async Task<RegistryLogin?> FindAsync(string folder, string host, ProbeCall call, CancellationToken cancel)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
            return null;
        string[] names = host == "docker.io" ? ["https://index.docker.io/v1/", "index.docker.io", "docker.io"] : [host, $"https://{host}", $"http://{host}"];
        try
        {
            using var config = JsonDocument.Parse(await File.ReadAllTextAsync(path, cancel));
            var root = config.RootElement;
            foreach (var name in names)
                if (Text(Member(root, "credHelpers"), name) is { Length: > 0 } helper)
                    return await AskHelperAsync(helper, name, call, cancel);
            foreach (var name in names)
                if (Member(Member(root, "auths"), name) is { } entry && OfEntry(entry) is { } login)
                    return login;
            return Text(root, "credsStore") is { Length: > 0 } store && names.FirstOrDefault(n => Member(Member(root, "auths"), n) is not null) is { } known
                ? await AskHelperAsync(store, known, call, cancel)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or UnauthorizedAccessException or IOException)
        {
            throw new Unanswered($"{path}, where docker login keeps who asks, can't be read: {e.Message}");
        }
    }

    private static RegistryLogin? OfEntry(JsonElement entry)
    {
        if (Text(entry, "identitytoken") is { Length: > 0 } token)
            return new("<token>", token) { IsIdentityToken = true };
        if (Text(entry, "auth") is not { Length: > 0 } auth)
            return null;
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth)).Split(':', 2);
        return pair.Length == 2 ? new(pair[0], pair[1].TrimEnd('\0')) : null;
    }

    /// <summary>https://github.com/docker/docker-credential-helpers: the address on standard input, a document on standard output.</summary>
    private static async Task<RegistryLogin?> AskHelperAsync(string helper, string address, ProbeCall call, CancellationToken cancel)
    {
        var program = $"docker-credential-{helper}";
        var asked = await call.Context.Commands.RunAsync(new Command(program, ["get"]) { Input = address }, call.Timeout, cancel);
        if (asked is not CommandResult.Exited ended)
            throw new Unanswered($"{program}, which docker login uses, can't be asked");
        if (ended.ExitCode != 0)
            return ended.Output.Text.Contains("not found", StringComparison.OrdinalIgnoreCase) ? null : throw new Unanswered($"{program}, which docker login uses, ended with {ended.ExitCode}");
        using var document = JsonDocument.Parse(ended.Output.Text);
        return Text(document.RootElement, "Username") is { } user && Text(document.RootElement, "Secret") is { } secret ? new(user, secret) { IsIdentityToken = user == "<token>" } : null;
    }

    private static JsonElement? Member(JsonElement? of, string name) => of is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
