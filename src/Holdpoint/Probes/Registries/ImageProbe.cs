using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Registries;

/// <summary>An image in its registry: what a deploy would pull. What lies in a machine's own engine is not looked at.</summary>
public sealed class ImageProbe : AskingProbe
{
    private readonly Func<string> _dockerFolder;

    public ImageProbe()
        : this(DockerLogin.DefaultFolder)
    {
    }

    internal ImageProbe(Func<string> dockerFolder) => _dockerFolder = dockerFolder;

    public override Signature Signature { get; } = new("image", "A container image is in its registry, and what it is. A local engine is not asked: what is deployed is pulled.")
    {
        Arguments =
        [
            new("REF", "[HOST[:PORT]/]NAME[:TAG][@sha256:…], as for docker pull. Who asks: user and password of servers: registry: HOST, else what docker login has kept, else nobody."),
        ],
        Options =
        [
            new("platform", "Of an image for several: OS/ARCHITECTURE[/VARIANT]. Default: linux and this machine's architecture."),
            new("server", "A name under servers: registry: (url, user, password, insecure), where it is not called like the host."),
            new("insecure", "true takes any certificate") { OneOf = ["true", "false"] },
        ],
        Facts =
        [
            new("present", Dimension.Boolean, "The registry has it."),
            new("digest", Dimension.Text, "sha256:… of what the name stands for; of an image for several platforms the index's. Computed from what was sent."),
            new("signed", Dimension.Boolean, "There is a signature for that digest: cosign's tag sha256-….sig, or a referrer of cosign or notation. It does not prove that the signature is valid, nor whose it is: sh cosign verify does. An attestation is no signature."),
            new("size", Dimension.Bytes, "Of all layers, compressed, as they are pulled."),
            new("age", Dimension.Duration, "Since it was built (created, in its configuration); unknown where the build does not tell."),
        ],
        DefaultCondition = "present",
        Example = "image registry.example.org/shop/api:${version} signed and age < 2d and size < 500MB",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        if (!ImageReference.TryParse(call.Arguments[0], out var image, out var problem))
            throw new Unanswered(problem);
        var platform = Platform.Of(call.Option("platform"));
        var address = RegistryAddress.Of(call, image.Host);
        Task<RegistryLogin?>? login = null;
        Task<RegistryLogin?> Login(CancellationToken c) => login ??= address.Configured is { } configured ? Task.FromResult<RegistryLogin?>(configured) : DockerLogin.FindAsync(_dockerFolder(), image.Host, call, c);
        var registry = new RegistryClient(address, call, Login, cancel);

        var path = $"{image.Repository}/manifests/{image.Wanted}";
        if (await registry.FindAsync(path) is not { } answer)
            return Missing(image);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(answer.Content.Span));
        if (image.Digest is { } wanted && wanted.StartsWith("sha256:", StringComparison.Ordinal) && wanted != digest)
            throw new Unanswered($"{address.Name} answers the question for {wanted} with something else ({digest})");
        var values = new Dictionary<string, Value> { ["present"] = Value.Of(true), ["digest"] = Value.Of(digest) };
        var evidence = new StringBuilder($"{image}\n{digest}\n");
        var manifest = registry.Parse(path, answer);
        try
        {
            if (call.Wants("signed"))
                values["signed"] = Value.Of(await ImageSignatures.AnyAsync(registry, image.Repository, digest, evidence));
            if (call.Wants("size") || call.Wants("age"))
                await LookAsync(registry, image, manifest, platform, call, values, evidence);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new Unanswered($"what {address.Name} sends for {image} is no manifest as OCI or Docker have it: {e.Message}");
        }

        return new Reading.Measured(new Facts(values)) { Evidence = [Evidence.OfText("image.txt", evidence.ToString())] };
    }

    private Reading.Measured Missing(ImageReference image)
    {
        var because = $"{image} is not in the registry";
        return new Reading.Measured(new(Signature.Facts.ToDictionary(f => f.Name, f => f.Name == "present" ? Value.Of(false) : (Value)new Value.Unknown(because))))
        {
            Evidence = [Evidence.OfText("image.txt", because + "\n")],
        };
    }

    private static async Task LookAsync(RegistryClient registry, ImageReference image, JsonElement manifest, Platform platform, ProbeCall call, Dictionary<string, Value> values, StringBuilder evidence)
    {
        if (manifest.TryGetProperty("manifests", out var manifests))
        {
            var (chosen, others) = platform.In(manifests);
            if (chosen is null)
            {
                values["size"] = values["age"] = new Value.Unknown($"{image} is not there for {platform}: {(others.Count == 0 ? "it names no platform" : $"it is for {string.Join(", ", others)}")}; say platform=");
                return;
            }

            evidence.Append(CultureInfo.InvariantCulture, $"{platform}: {chosen}\n");
            manifest = await registry.DocumentAsync($"{image.Repository}/manifests/{chosen}") ?? throw new Unanswered($"{registry.Address.Name} lacks {chosen}, which {image} names for {platform}: it can't be pulled");
        }

        var size = Size(manifest);
        values["size"] = size is { } bytes ? Value.Bytes(bytes) : new Value.Unknown($"the manifest of {image} does not tell the size of its layers (an old format: push it again)");
        if (size is { } told)
            evidence.Append(CultureInfo.InvariantCulture, $"{Units.Bytes(told)} in layers\n");
        if (call.Wants("age"))
            values["age"] = await AgeAsync(registry, image, manifest, call.Context.Time.GetUtcNow(), evidence);
    }

    private static double? Size(JsonElement manifest)
    {
        if (!manifest.TryGetProperty("layers", out var layers) || layers.ValueKind != JsonValueKind.Array)
            return null;
        double sum = 0;
        foreach (var layer in layers.EnumerateArray())
        {
            if (!layer.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number)
                return null;
            sum += size.GetDouble();
        }

        return sum;
    }

    private static async Task<Value> AgeAsync(RegistryClient registry, ImageReference image, JsonElement manifest, DateTimeOffset now, StringBuilder evidence)
    {
        if (!manifest.TryGetProperty("config", out var config) || !config.TryGetProperty("digest", out var digest))
            return new Value.Unknown($"the manifest of {image} names no configuration");
        var document = await registry.DocumentAsync($"{image.Repository}/blobs/{digest.GetString()}") ?? throw new Unanswered($"{registry.Address.Name} lacks the configuration of {image}: it can't be pulled");
        if (!document.TryGetProperty("created", out var text) || !DateTimeOffset.TryParse(text.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created))
            return new Value.Unknown($"{image} does not tell when it was built");
        evidence.Append(CultureInfo.InvariantCulture, $"built {created.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n");
        // What builds reproducibly leaves the clock out: 1970, or 1980 where a zip file is on the way.
        if (created.Year <= 1980)
            return new Value.Unknown($"{image} says that it was built in {created.Year}: its build leaves the time out, so that it can be repeated");
        return now - created < TimeSpan.FromMinutes(-1) ? new Value.Unknown($"{image} was built {Units.Duration(created - now)} in the future: compare the clocks") : Value.Duration(now < created ? TimeSpan.Zero : now - created);
    }

    /// <summary>As the OCI image index names it.</summary>
    private sealed record Platform(string System, string Architecture, string? Variant)
    {
        public static Platform Of(string? text) => (text ?? "linux/" + This).Split('/') switch
        {
            [{ Length: > 0 } system, { Length: > 0 } architecture] => new(system, architecture, null),
            [{ Length: > 0 } system, { Length: > 0 } architecture, { Length: > 0 } variant] => new(system, architecture, variant),
            _ => throw new Unanswered($"platform={text} is no platform: write linux/amd64 or linux/arm/v7"),
        };

        private static string This => RuntimeInformation.OSArchitecture switch
        {
            global::System.Runtime.InteropServices.Architecture.X64 => "amd64",
            global::System.Runtime.InteropServices.Architecture.X86 => "386",
            global::System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
            global::System.Runtime.InteropServices.Architecture.Arm => "arm",
            var other => other.ToString().ToLowerInvariant(),
        };

        /// <summary>The digest of the manifest for it, and what else there is. What belongs to no platform (attestations) is none.</summary>
        public (string? Digest, IReadOnlyList<string> Others) In(JsonElement manifests)
        {
            var all = manifests.EnumerateArray().Where(m => m.TryGetProperty("platform", out _)).Select(m => (Platform: m.GetProperty("platform"), Digest: m.GetProperty("digest").GetString()))
                .Select(m => (Is: new Platform(Text(m.Platform, "os"), Text(m.Platform, "architecture"), m.Platform.TryGetProperty("variant", out var v) ? v.GetString() : null), m.Digest))
                .Where(m => m.Is.System != "unknown").ToList();
            return (all.FirstOrDefault(m => m.Is.System == System && m.Is.Architecture == Architecture && (Variant is null || m.Is.Variant == Variant)).Digest, [.. all.Select(m => m.Is.ToString())]);
        }

        public override string ToString() => $"{System}/{Architecture}{(Variant is null ? "" : "/" + Variant)}";

        private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }
}
