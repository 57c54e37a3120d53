using System.Net;
using System.Net.Sockets;
using Holdpoint.Probes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Images in Debian's docker-registry, pushed by its API.</summary>
public sealed class RegistryTests(DockerRegistry registries) : ProbeScratch
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_registry_that_answers_is_up_also_where_it_wants_a_password()
    {
        Assert.StartsWith("passed", await VerdictAsync($"registry {await registries.OpenAsync()} timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await VerdictAsync($"registry {await registries.ClosedAsync()} up and time < 1m timeout 1m"), StringComparison.Ordinal);

        var closed = ClosedPort();
        Assert.Equal($"failed: up is false: 127.0.0.1:{closed} refuses the connection, expected up", await VerdictAsync($"registry 127.0.0.1:{closed}"));
    }

    [Fact]
    public async Task An_image_is_present_and_its_digest_size_and_age_are_told()
    {
        var registry = await registries.OpenAsync();
        var digest = await registries.PushImageAsync(registry, "shop/api", "1.4.0", 150_000, Now.AddHours(-3));
        var image = $"image {registry}/shop/api";

        Assert.StartsWith("passed", await VerdictAsync($"{image}:1.4.0 digest == \"{digest}\" and size == 150kB and age > 2h and age < 4h timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await VerdictAsync($"{image}@{digest} size < 200kB timeout 1m"), StringComparison.Ordinal);
        Assert.Equal("failed: size is 150 kB, expected size < 100kB", await VerdictAsync($"{image}:1.4.0 size < 100kB timeout 1m"));
        Assert.Equal("failed: present is false, expected present", await VerdictAsync($"{image}:1.5.0 timeout 1m"));
        Assert.Equal("failed: present is false, expected present", await VerdictAsync($"image {registry}/shop/nothing:1 age < 1d timeout 1m"));
    }

    [Fact]
    public async Task A_signature_of_cosign_is_found_beside_its_image()
    {
        var registry = await registries.OpenAsync();
        var digest = await registries.PushImageAsync(registry, "shop/signed", "1", 100, Now);
        Assert.Equal("failed: signed is false, expected signed", await VerdictAsync($"image {registry}/shop/signed:1 signed timeout 1m"));

        await registries.PushImageAsync(registry, "shop/signed", digest.Replace(':', '-') + ".sig", 10, Now, """ "dev.cosignproject.cosign/signature":"MEUCIQDXmXWj" """);
        Assert.StartsWith("passed", await VerdictAsync($"image {registry}/shop/signed:1 signed timeout 1m"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_image_for_several_platforms_one_is_measured()
    {
        var registry = await registries.OpenAsync();
        var amd = await registries.PushImageAsync(registry, "shop/multi", "amd", 1000, Now);
        var arm = await registries.PushImageAsync(registry, "shop/multi", "arm", 2000, Now);
        string Entry(string digest, string os, string architecture) => $$"""{"mediaType":"{{DockerRegistry.ManifestType}}","digest":"{{digest}}","size":500,"platform":{"os":"{{os}}","architecture":"{{architecture}}"} }""";
        await registries.PushManifestAsync(registry, "shop/multi", "1", $$"""
            {"schemaVersion":2,"mediaType":"{{DockerRegistry.IndexType}}","manifests":[{{Entry(amd, "linux", "amd64")}},{{Entry(arm, "linux", "arm64")}},{{Entry(amd, "unknown", "unknown")}}]}
            """, DockerRegistry.IndexType);
        var image = $"image {registry}/shop/multi:1";

        Assert.StartsWith("passed", await VerdictAsync($"{image} platform=linux/amd64 size == 1kB timeout 1m"), StringComparison.Ordinal);
        Assert.StartsWith("passed", await VerdictAsync($"{image} platform=linux/arm64 size == 2kB timeout 1m"), StringComparison.Ordinal);
        Assert.Equal($"unknown: {registry}/shop/multi:1 is not there for linux/s390x: it is for linux/amd64, linux/arm64; say platform=", await VerdictAsync($"{image} platform=linux/s390x size < 1GB timeout 1m"));
    }

    [Fact]
    public async Task A_registry_that_wants_a_password_gets_the_configured_one()
    {
        var registry = await registries.ClosedAsync();
        await registries.PushImageAsync(registry, "shop/api", "1.4.0", 100, Now);
        var image = "image registry.example.org/shop/api:1.4.0 server=main timeout 1m";

        Assert.StartsWith("passed", await VerdictAsync(image, Configured($"http://{registry}", ("user", DockerRegistry.User), ("password", DockerRegistry.Password))), StringComparison.Ordinal);
        var wrong = await VerdictAsync(image, Configured($"http://{registry}", ("user", DockerRegistry.User), ("password", "guessed")));
        Assert.StartsWith("unknown: registry.example.org does not let ana read shop/api, or has no such repository: docker login", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_unknown()
    {
        var port = ClosedPort();
        Assert.Equal($"unknown: 127.0.0.1:{port} refuses the connection", await VerdictAsync($"image 127.0.0.1:{port}/shop/api:1"));
    }

    private ProbeContext Configured(string url, params (string Key, string Value)[] settings) => Context() with
    {
        Server = (string kind, string name, out string because) =>
        {
            because = $"there is no {kind} server `{name}` in the configuration";
            return name == "main" ? settings.Append(("url", url)).ToDictionary() : null;
        },
    };

    private ProbeContext Context() => new() { Commands = Runner, Time = TimeProvider.System, Directory = Root };

    private Task<string> VerdictAsync(string mark, ProbeContext? context = null) => ObservedMark.VerdictAsync(mark, context ?? Context());

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
