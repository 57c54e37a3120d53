using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>Why a host did not let us in, in words, from what OpenSSH says on its error output.</summary>
internal static class SshRefusal
{
    /// <param name="said">What ssh and the host said.</param>
    /// <param name="limit">What ssh gave the host to answer.</param>
    /// <param name="patience">It was ended because it took longer than this; null: it ended by itself.</param>
    public static string Explain(HostAddress address, string said, TimeSpan limit, TimeSpan? patience = null)
    {
        var name = address.Name == address.Destination ? address.Name : $"{address.Name} ({address.Destination})";
        var ssh = new Command("ssh", [.. address.Config is { } config ? (string[])["-F", config] : [], address.Destination]);
        bool Says(string text) => said.Contains(text, StringComparison.OrdinalIgnoreCase);
        return said switch
        {
            _ when patience is { } shell => $"{name} has given no shell within {Units.Duration(shell)}; try it: {ssh}",
            _ when Says("timed out") => $"no answer from {name} within {Units.Duration(limit)}: is it up, and does a firewall let ssh through?",
            _ when Says("REMOTE HOST IDENTIFICATION HAS CHANGED") || Says("host key for") && Says("has changed") =>
                $"the host key of {name} is not the one that is known: find out why it changed, then remove the old one with ssh-keygen -R and connect once by hand: {ssh}",
            _ when Says("Host key verification failed") || Says("host key is known for") =>
                $"the host key of {name} is not known here: compare it and accept it once by hand: {ssh}",
            _ when Says("Permission denied") => $"{name} lets us in with none of the keys that ssh offers: add one there (ssh-copy-id), or load it here (ssh-add); try it: {ssh}",
            _ when Says("Connection refused") => $"{name} refuses the connection: does sshd run there, and is the port right?",
            _ when Says("Could not resolve hostname") => address.Name == address.Destination
                ? $"there is no host called {name}: name it under hosts: in holdpoint.yaml, or in your ssh configuration"
                : $"the host {name} is not found: mend its ssh: under hosts: in holdpoint.yaml",
            _ when Says("No route to host") || Says("Network is unreachable") => $"no way leads to {name}: {Line(said)}",
            _ when Says("ssh: not found on PATH") => "hosts are reached over ssh, which is not on PATH: install openssh-client",
            _ when said.Trim().Length == 0 => $"{name} ended the connection without a word; try it: {ssh}",
            _ => $"{name} gave no shell: {Line(said)}; try it: {ssh}",
        };
    }

    /// <summary>The last line is the reason; what comes before is a banner or a warning.</summary>
    private static string Line(string said)
    {
        var line = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return line.Length > 200 ? line[..199] + "…" : line;
    }
}
