using System.Globalization;

namespace Holdpoint.Probes.Kubernetes;

/// <summary>Amounts as the API writes them: <c>250m</c>, <c>1.5</c>, <c>512Mi</c>, <c>1e9</c> (k8s.io/apimachinery/pkg/api/resource).</summary>
internal static class KubernetesQuantity
{
    private static readonly (string Suffix, double Factor)[] Suffixes =
    [
        ("Ki", 1024d), ("Mi", 1048576d), ("Gi", 1073741824d), ("Ti", 1099511627776d), ("Pi", 1125899906842624d), ("Ei", 1152921504606846976d),
        ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18),
    ];

    /// <summary>In processors or bytes; null where the text is no amount.</summary>
    public static double? Parse(string? text)
    {
        if (text is null)
            return null;
        // "1e3" and "1E3" are exponents; "1E" is a suffix.
        var (suffix, factor) = char.IsAsciiDigit(text.LastOrDefault()) ? ("", 1) : Suffixes.FirstOrDefault(s => text.EndsWith(s.Suffix, StringComparison.Ordinal));
        return suffix is not null && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? number * factor
            : null;
    }
}
