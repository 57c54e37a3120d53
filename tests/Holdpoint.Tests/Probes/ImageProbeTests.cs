using System.Security.Cryptography;
using System.Text;
using Holdpoint.Probes;
using Holdpoint.Probes.Registries;

namespace Holdpoint.Tests.Probes;

/// <summary>Names, who asks, tokens, signatures: what a plain registry does not show. A real one is asked by the tests of systems.</summary>
public sealed class ImageProbeTests : IDisposable
{
    private const string Manifest = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"digest":"sha256:c0"},"layers":[{"size":1000},{"size":500}]}""";

    private readonly Machine _machine = new();

    private static string Digest => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Manifest)));

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("nginx", "docker.io/library/nginx:latest")]
    [InlineData("shop/api:1.2.3", "docker.io/shop/api:1.2.3")]
    [InlineData("localhost:5000/api", "localhost:5000/api:latest")]
    [InlineData("registry.example.org/shop/api:1.2.3", "registry.example.org/shop/api:1.2.3")]
    [InlineData("ghcr.io/shop/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ghcr.io/shop/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ghcr.io/shop/api:1.2.3@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ghcr.io/shop/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_name_is_read_as_docker_reads_it(string text, string image)
    {
        Assert.True(ImageReference.TryParse(text, out var reference, out _));
        Assert.Equal(image, reference.ToString());
    }

    [Theory]
    [InlineData("https://ghcr.io/shop/api", "leave https:// out")]
    [InlineData("Shop/Api", "small letters")]
    [InlineData("shop/api:", "write HOST/NAME:TAG")]
    [InlineData("shop//api", "write HOST/NAME:TAG")]
    [InlineData("api@sha256:abc", "write HOST/NAME:TAG")]
    public void What_is_no_name_is_told(string text, string problem)
    {
        Assert.False(ImageReference.TryParse(text, out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auths", """{"auths":{"HOST":{"auth":"YW5hOnNlY3JldA=="}}}""")]
    [InlineData("helper", """{"credHelpers":{"HOST":"vault"}}""")]
    [InlineData("store", """{"auths":{"HOST":{}},"credsStore":"vault"}""")]
    public async Task Who_asks_is_whom_docker_login_knows_and_a_token_is_fetched_for_them(string kind, string config)
    {
        await using var registry = WithTokens();
        if (kind != "auths")
            _machine.Commands.Exits(0, """{"ServerURL":"x","Username":"ana","Secret":"secret"}""");
        _machine.Write("config.json", config.Replace("HOST", $"127.0.0.1:{registry.Port}", StringComparison.Ordinal));

        Assert.Equal("passed: present (true)", await VerdictAsync(registry, "present"));
        Assert.Contains(registry.Requests, r => r.StartsWith("GET /token?service=registry%20of%20shop&scope=repository%3Ashop%2Fapi%3Apull ", StringComparison.Ordinal) && r.Contains("Basic YW5hOnNlY3JldA==", StringComparison.Ordinal));
        Assert.Equal(kind == "auths" ? 0 : 1, _machine.Commands.Asked.Count);
    }

    [Fact]
    public async Task Who_asks_is_whom_the_configuration_names()
    {
        await using var registry = WithTokens();
        var context = Context.With("registry", ("url", registry.Url), ("user", "ana"), ("password", "secret"));
        Assert.StartsWith("passed", await ObservedMark.VerdictAsync("image registry.example.org/shop/api:1 server=main", context, Probe), StringComparison.Ordinal);
        Assert.Equal("unknown: there is no registry server `other` in the configuration", await ObservedMark.VerdictAsync("image registry.example.org/shop/api:1 server=other", context, Probe));
    }

    [Fact]
    public async Task A_wrong_password_is_unknown_and_not_shown()
    {
        await using var registry = WithTokens();
        _machine.Write("config.json", """{"auths":{"HOST":{"auth":"YW5hOmd1ZXNzZWQ="}}}""".Replace("HOST", $"127.0.0.1:{registry.Port}", StringComparison.Ordinal));
        Assert.Equal($"unknown: 127.0.0.1 gives no token for 127.0.0.1:{registry.Port} (401): it does not know ana by that password", await VerdictAsync(registry, "present"));

        _machine.Write("config.json", "{}");
        Assert.Equal($"unknown: 127.0.0.1 gives no token for 127.0.0.1:{registry.Port} (401): it does not know strangers", await VerdictAsync(registry, "present"));

        _machine.Write("config.json", "{ half");
        Assert.Contains("can't be read", await VerdictAsync(registry, "present"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_goes_nowhere_in_the_clear()
    {
        await using var registry = Loopback.Http(_ => Loopback.Reply(401, "", "WWW-Authenticate: Bearer realm=\"http://tokens.example.org/t\",service=\"x\"\r\n"));
        _machine.Write("config.json", """{"auths":{"HOST":{"auth":"YW5hOnNlY3JldA=="}}}""".Replace("HOST", $"127.0.0.1:{registry.Port}", StringComparison.Ordinal));
        Assert.Contains("nothing is sent", await VerdictAsync(registry, "present"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sig", """{"layers":[{"annotations":{"dev.cosignproject.cosign/signature":"MEUC"}}]}""", "passed")]
    [InlineData("sig", """{"layers":[{"annotations":{}}]}""", "failed")]
    [InlineData("referrers", """{"manifests":[{"artifactType":"application/vnd.cncf.notary.signature","digest":"sha256:1"}]}""", "passed")]
    [InlineData("referrers", """{"manifests":[{"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","annotations":{"dev.sigstore.bundle.predicateType":"https://sigstore.dev/cosign/sign/v1"}}]}""", "passed")]
    [InlineData("referrers", """{"manifests":[{"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","annotations":{"dev.sigstore.bundle.predicateType":"https://slsa.dev/provenance/v1"}}]}""", "failed")]
    [InlineData("referrers", """{"manifests":[]}""", "failed")]
    [InlineData("tag", """{"manifests":[{"artifactType":"application/vnd.cncf.notary.signature","digest":"sha256:1"}]}""", "passed")]
    [InlineData("none", "", "failed")]
    public async Task A_signature_is_one_of_cosign_or_notation_and_an_attestation_is_none(string where, string document, string verdict)
    {
        await using var registry = Serve(path => path switch
        {
            "/v2/shop/api/manifests/1" => Manifest,
            _ when path == $"/v2/shop/api/manifests/{Digest.Replace(':', '-')}.sig" && where == "sig" => document,
            _ when path == $"/v2/shop/api/referrers/{Digest}" && where == "referrers" => document,
            _ when path == $"/v2/shop/api/manifests/{Digest.Replace(':', '-')}" && where == "tag" => document,
            _ => null,
        });
        Assert.StartsWith(verdict, await VerdictAsync(registry, "signed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"created":"CREATED"}""", "passed: present (true) and age (2h) < 1d")]
    [InlineData("""{"created":"1970-01-01T00:00:00Z"}""", "unknown: 127.0.0.1:PORT/shop/api:1 says that it was built in 1970: its build leaves the time out, so that it can be repeated")]
    [InlineData("""{"created":"2126-01-01T00:00:00Z"}""", "in the future: compare the clocks")]
    [InlineData("{}", "unknown: 127.0.0.1:PORT/shop/api:1 does not tell when it was built")]
    public async Task The_age_is_what_the_build_says(string config, string verdict)
    {
        var created = TimeProvider.System.GetUtcNow().AddHours(-2).ToString("O");
        await using var registry = Serve(path => path.EndsWith("/1", StringComparison.Ordinal) ? Manifest : path.EndsWith("/blobs/sha256:c0", StringComparison.Ordinal) ? config.Replace("CREATED", created, StringComparison.Ordinal) : null);
        Assert.Contains(verdict.Replace("PORT", $"{registry.Port}", StringComparison.Ordinal), await VerdictAsync(registry, "age < 1d"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>", "answers with no JSON: is this a registry?")]
    [InlineData(200, "{\"layers\":", "answers with no JSON: is this a registry?")]
    [InlineData(404, "<html>", "answers 404, but not as a registry: is this its address?")]
    [InlineData(401, "", "does not say how to log in: is this a registry?")]
    [InlineData(403, "{}", "does not let strangers read shop/api, or has no such repository")]
    [InlineData(500, "", "answers 500")]
    public async Task Any_other_answer_is_unknown(int status, string body, string because)
    {
        await using var registry = Loopback.Http(_ => Loopback.Reply(status, body));
        var verdict = await VerdictAsync(registry, "present");
        Assert.StartsWith("unknown: ", verdict, StringComparison.Ordinal);
        Assert.Contains(because, verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "", "Docker-Distribution-Api-Version: registry/2.0\r\n", "passed: up (true)")]
    [InlineData(200, "{}", "", "passed: up (true)")]
    [InlineData(401, "{}", "WWW-Authenticate: Bearer realm=\"https://auth.example.org/token\"\r\n", "passed: up (true)")]
    [InlineData(503, "", "", "failed: up is false: URL/v2/ answers 503, expected up")]
    [InlineData(200, "<html>", "", "unknown: URL/v2/ answers 200, but not as a registry: is this its address?")]
    [InlineData(404, "<html>", "", "unknown: URL/v2/ answers 404, but not as a registry: is this its address?")]
    [InlineData(401, "", "WWW-Authenticate: Basic realm=\"intranet\"\r\n", "unknown: URL/v2/ answers 401, but not as a registry: is this its address?")]
    public async Task A_registry_is_told_from_other_web_servers(int status, string body, string headers, string verdict)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(status, body, headers));
        Assert.Equal(verdict.Replace("URL", server.Url, StringComparison.Ordinal), await ObservedMark.VerdictAsync("registry main", NetworkQuestion.Context().With("registry", ("url", server.Url))));
    }

    private ProbeContext Context => NetworkQuestion.Context() with { Commands = _machine.Commands };

    private ImageProbe Probe => new(() => _machine.Directory);

    private Task<string> VerdictAsync(Loopback registry, string condition) => ObservedMark.VerdictAsync($"image 127.0.0.1:{registry.Port}/shop/api:1 {condition}", Context, Probe);

    private static Loopback Serve(Func<string, string?> document) => Loopback.Http(request => document(request.Split(' ')[1]) is { } found
        ? Loopback.Reply(200, found, "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n")
        : Loopback.Reply(404, """{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"""));

    /// <summary>Gives ana, by her password, a token for what is asked, and takes only that.</summary>
    private static Loopback WithTokens()
    {
        Loopback? server = null;
        return server = Loopback.Http(request => request.Split(' ')[1].Split('?')[0] switch
        {
            "/token" => request.Contains("Basic YW5hOnNlY3JldA==", StringComparison.Ordinal) ? Loopback.Reply(200, """{"token":"t0ken","expires_in":300}""") : Loopback.Reply(401, "{}"),
            _ when request.Contains("Authorization: Bearer t0ken", StringComparison.Ordinal) => Loopback.Reply(200, Manifest, "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n"),
            _ => Loopback.Reply(401, """{"errors":[{"code":"UNAUTHORIZED"}]}""", $"WWW-Authenticate: Bearer realm=\"{server!.Url}/token\",service=\"registry of shop\",scope=\"repository:shop/api:pull\"\r\n"),
        });
    }
}
