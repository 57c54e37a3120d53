using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdpoint.Journal;

/// <summary>
/// A run's name: <c>20261120-235912-production-7f3a</c>: the start in UTC, the environment, four random digits.
/// Sorted as text they are sorted by time.
/// </summary>
public static partial class RunId
{
    private const string TimeFormat = "yyyyMMdd-HHmmss";

    public static string New(DateTimeOffset at, string environment, Random random) =>
        $"{at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{SafeName.OfEnvironment(environment)}-{random.Next(0x10000):x4}";

    public static bool IsValid(string id) => Shape().IsMatch(id);

    /// <summary>Whether the run was started for that environment, as far as its name tells.</summary>
    public static bool IsOf(string id, string environment) =>
        Shape().Match(id) is { Success: true } match && match.Groups["environment"].Value == SafeName.OfEnvironment(environment);

    [GeneratedRegex(@"^\d{8}-\d{6}-(?<environment>[a-z0-9_-]+)-[0-9a-f]{4}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
