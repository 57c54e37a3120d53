using System.Text.RegularExpressions;

namespace Holdpoint.Rollouts;

/// <param name="Releases">The folder of releases, absolute.</param>
/// <param name="IsUsers">The user's own systemd, not the machine's.</param>
/// <param name="Reloads">Unit files are read again ahead of each restart.</param>
internal sealed record SystemdSettings(IReadOnlyList<SystemdService> Services, string Releases, bool IsUsers, bool Reloads)
{
    /// <summary>An option of systemctl.</summary>
    public string Scope => IsUsers ? "--user" : "--system";

    /// <summary>Why a version can't be the name of a folder; null: it can.</summary>
    public static string? WhyNoRelease(string version) =>
        version is "" or "." or ".." || version[0] is '.' or '-' || version.Any(c => c == '/' || char.IsControl(c)) ? $"the version is '{version}'" : null;
}

/// <summary>A unit and its link.</summary>
/// <param name="Name">As the configuration has it: <c>web@1</c>.</param>
/// <param name="Unit">As systemd has it: <c>web@1.service</c>.</param>
/// <param name="Link">Absolute.</param>
internal sealed partial record SystemdService(string Name, string Unit, string Link)
{
    private static readonly string[] OtherKinds = [".socket", ".timer", ".target", ".path", ".mount", ".slice", ".scope", ".device", ".swap", ".automount"];

    /// <summary>Why there can be no such service; null: there can.</summary>
    public static (string What, string Fix)? WhyNot(string name, string current) =>
        !UnitName().IsMatch(name) ? ($"`{name}` can't be the name of a unit", "letters, digits and : - _ . \\ @")
        : OtherKinds.FirstOrDefault(k => name.EndsWith(k, StringComparison.Ordinal)) is { } kind ? ($"`{name}` is a {kind[1..]}; only services run releases", "name a service")
        : name.EndsWith('@') || name.EndsWith("@.service", StringComparison.Ordinal) ? ($"`{name}` is a template", $"name its instances, {name.Replace(".service", "", StringComparison.Ordinal)}1")
        : current.Contains("%i", StringComparison.Ordinal) && InstanceOf(name).Length == 0 ? ($"`{name}` is no instance of a template, so current: can't have %i", "write %n, or a path without either")
        : null;

    /// <exception cref="ArgumentException">There can be no such service.</exception>
    public static SystemdService Of(string name, string current, string directory)
    {
        if (WhyNot(name, current) is var (what, fix))
            throw new ArgumentException($"systemd: {what}: {fix}");
        var unit = name.EndsWith(".service", StringComparison.Ordinal) ? name : name + ".service";
        var link = Specifier().Replace(current, s => s.ValueSpan[1] switch { 'i' => InstanceOf(name), 'n' => unit, _ => "%" });
        return new(name, unit, Path.GetFullPath(link, directory).TrimEnd('/'));
    }

    private static string InstanceOf(string name) => Instance().Match(name).Groups[1].Value;

    [GeneratedRegex(@"^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]{0,254}$", RegexOptions.CultureInvariant)]
    private static partial Regex UnitName();

    [GeneratedRegex(@"@(.+?)(\.service)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Instance();

    [GeneratedRegex("%[in%]", RegexOptions.CultureInvariant)]
    private static partial Regex Specifier();
}
