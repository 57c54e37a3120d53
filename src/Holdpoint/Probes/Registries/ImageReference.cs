using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Registries;

/// <summary>
/// An image by its name, as docker and podman read it (distribution's reference grammar): <c>shop/api:1.2.3</c>, <c>registry.example.org:5000/shop/api@sha256:…</c>.
/// Without a host it is Docker Hub's, there without a folder <c>library/</c>'s, and without a tag <c>latest</c>.
/// </summary>
/// <param name="Host">With its port, where it has one.</param>
/// <param name="Digest">Wins over the tag.</param>
internal sealed partial record ImageReference(string Host, string Repository, string Tag, string? Digest)
{
    private const string Hub = "docker.io";

    public bool IsOnHub => Host == Hub;

    /// <summary>What is asked for in the repository.</summary>
    public string Wanted => Digest ?? Tag;

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, out string problem)
    {
        (reference, problem) = (null, "");
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var hasHost = first == "localhost" || first.AsSpan().ContainsAny('.', ':');
        var host = hasHost && first != "index.docker.io" ? first : Hub;
        if (Name().Match(hasHost ? text[(slash + 1)..] : text) is not { Success: true } name)
        {
            problem = text.Contains("://", StringComparison.Ordinal) ? $"'{text}' is no image: leave {text.Split("://")[0]}:// out"
                : text.Any(char.IsAsciiLetterUpper) ? $"'{text}' is no image: names are in small letters"
                : $"'{text}' is no image: write HOST/NAME:TAG or HOST/NAME@sha256:DIGEST";
            return false;
        }

        var repository = name.Groups["name"].Value;
        if (host == Hub && !repository.Contains('/', StringComparison.Ordinal))
            repository = "library/" + repository;
        reference = new(host, repository, name.Groups["tag"] is { Success: true } tag ? tag.Value : "latest", name.Groups["digest"] is { Success: true } digest ? digest.Value : null);
        return true;
    }

    public override string ToString() => $"{Host}/{Repository}{(Digest is null ? $":{Tag}" : $"@{Digest}")}";

    [GeneratedRegex(@"^(?<name>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$")]
    private static partial Regex Name();
}
