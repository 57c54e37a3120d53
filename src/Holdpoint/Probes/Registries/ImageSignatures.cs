using System.Text;
using System.Text.Json;

namespace Holdpoint.Probes.Registries;

/// <summary>
/// Whether a digest has a signature beside it in the registry. cosign's are manifests tagged <c>sha256-HEX.sig</c> whose layers carry <c>dev.cosignproject.cosign/signature</c>
/// (SIGNATURE_SPEC.md), newer ones and notation's are referrers (OCI distribution 1.1; where a registry does not know them, an index tagged <c>sha256-HEX</c>).
/// </summary>
internal static class ImageSignatures
{
    private const string CosignSignature = "dev.cosignproject.cosign/signature";
    private const string CosignPredicate = "https://sigstore.dev/cosign/sign/v1";

    public static async Task<bool> AnyAsync(RegistryClient registry, string repository, string digest, StringBuilder evidence)
    {
        var tag = digest.Replace(':', '-');
        if (await registry.DocumentAsync($"{repository}/manifests/{tag}.sig") is { } cosign && Each(cosign, "layers").Any(l => Annotation(l, CosignSignature) is { Length: > 0 }))
        {
            evidence.Append($"signature: {tag}.sig\n");
            return true;
        }

        var referrers = await registry.DocumentAsync($"{repository}/referrers/{digest}", isOptional: true) ?? await registry.DocumentAsync($"{repository}/manifests/{tag}");
        var any = false;
        foreach (var referrer in referrers is { } index ? Each(index, "manifests") : [])
        {
            var kind = Text(referrer, "artifactType") ?? "";
            var signs = IsSignature(referrer, kind);
            evidence.Append($"{(signs ? "signature" : "other referrer")}: {kind} {Text(referrer, "digest")}\n");
            any |= signs;
        }

        if (!any)
            evidence.Append($"no signature for {digest}\n");
        return any;
    }

    private static bool IsSignature(JsonElement referrer, string kind) => kind switch
    {
        "application/vnd.dev.cosign.artifact.sig.v1+json" or "application/vnd.cncf.notary.signature" => true,
        // A bundle holds a signature or an attestation (of how it was built, of what is in it): BUNDLE_SPEC.md.
        _ when kind.StartsWith("application/vnd.dev.sigstore.bundle", StringComparison.Ordinal) =>
            Annotation(referrer, "dev.sigstore.bundle.content") == "message-signature" || Annotation(referrer, "dev.sigstore.bundle.predicateType") == CosignPredicate,
        _ => false,
    };

    private static IEnumerable<JsonElement> Each(JsonElement of, string name) => of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? Annotation(JsonElement of, string name) => of.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object ? Text(annotations, name) : null;

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
