using Holdpoint.Configuration;

namespace Holdpoint.Hosts;

/// <summary>Where a host is.</summary>
/// <param name="Name">As the configuration, or ssh, names it.</param>
/// <param name="Destination">What follows <c>ssh</c>: <c>user@host</c>, or a name of the ssh configuration.</param>
/// <param name="Config">The ssh configuration to use in place of the user's, absolute; null: the user's.</param>
public sealed record HostAddress(string Name, string Destination, string? Config = null)
{
    /// <summary>Names that mean this machine.</summary>
    public static bool IsHere(string name) => name is "localhost" or "127.0.0.1" or "::1";

    /// <summary>A host of <c>hosts:</c>, or a name that ssh knows; null where it is none (then <paramref name="because"/> says why).</summary>
    public static HostAddress? Of(string name, Scope scope, out string because)
    {
        because = WhyNot(name, scope.Project) ?? "";
        if (because.Length > 0)
            return null;
        if (scope.Project.Hosts.GetValueOrDefault(name) is not HostDefinition.Machine machine)
            return new(name, name);
        if (!scope.TryResolve(machine.Ssh.Content, out var destination, out because))
            return null;
        if (destination.StartsWith('-') || destination.Any(char.IsWhiteSpace) || destination.Length == 0)
        {
            because = $"the host {name} leads to `{destination}`, which is no destination: write user@host";
            return null;
        }

        return new(name, destination, machine.Config is { } config ? System.IO.Path.GetFullPath(config.Content, scope.Project.Folder) : null);
    }

    /// <summary>Why a name can't be a host's, with the remedy; null where it can.</summary>
    public static string? WhyNot(string name, Project project) =>
        project.Hosts.GetValueOrDefault(name) is HostDefinition.Group ? $"{name} is a group of hosts: give the section `Each: host in {name}` and write host=${{host}}"
        // ssh would take it for an option, and -oProxyCommand runs a program.
        : name.Length == 0 || name[0] == '-' || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) ? $"`{name}` is no name of a host"
        : null;
}
