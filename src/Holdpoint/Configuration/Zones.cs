using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>IANA time zones, from the machine's database.</summary>
internal static class Zones
{
    public static ScalarKind Kind { get; } = new(text => Find(text).Mistake);

    public static (TimeZoneInfo? Zone, Mistake? Mistake) Find(string name)
    {
        if (name is "UTC" or "Etc/UTC")
            return (TimeZoneInfo.Utc, null);
        // A zone is a file below the database's folder: what is no plain name must not become a path.
        if (name != "Local" && name.Length <= 60 && name.Split('/').All(p => p.Length > 0 && p.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+'))
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            return (zone, null);

        var known = TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).ToList();
        if (known.Count < 20)
            return (null, new($"this machine has no time zone database, so `{name}` can't be found", "install the package tzdata, or write zone: UTC"));
        var near = Nearest.To(name, known)
            ?? known.FirstOrDefault(k => k.EndsWith("/" + name.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase));
        return (null, new($"`{name}` is no time zone", near is null ? "write its IANA name, as Europe/Zurich or UTC" : $"did you mean `{near}`?"));
    }
}
