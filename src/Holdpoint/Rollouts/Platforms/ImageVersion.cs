using System.Text.RegularExpressions;

namespace Holdpoint.Rollouts;

/// <summary>The version in the name of an image, as its author wrote it: its tag, or where it has none, its digest.</summary>
internal static partial class ImageVersion
{
    /// <summary><c>registry:5000/shop/api:v2@sha256:…</c> is v2; without tag and digest it is latest.</summary>
    public static string Of(string image)
    {
        var (name, digest) = image.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? (image[..at], image[(at + 1)..]) : (image, null);
        var last = name[(name.LastIndexOf('/') + 1)..];
        return last.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? last[(colon + 1)..] : digest ?? "latest";
    }

    /// <summary>Whether the last part of a name has a tag or a digest already.</summary>
    public static bool IsIn(string image) => image[(image.LastIndexOf('/') + 1)..].AsSpan().ContainsAny(':', '@');

    public static string With(string image, string version) => version.StartsWith("sha256:", StringComparison.Ordinal) ? $"{image}@{version}" : $"{image}:{version}";

    /// <summary>Whether a version can be a tag or a digest (github.com/distribution/reference).</summary>
    public static bool CanBe(string version) => Tag().IsMatch(version);

    [GeneratedRegex(@"^(?:\w[\w.-]{0,127}|sha256:[0-9a-f]{64})$", RegexOptions.ECMAScript)]
    private static partial Regex Tag();
}
