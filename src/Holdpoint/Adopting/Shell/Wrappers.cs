namespace Holdpoint.Adopting.Shell;

/// <summary>What a program that starts another one starts.</summary>
internal abstract record Wrapped
{
    public sealed record Words(IReadOnlyList<string> Inner) : Wrapped;

    /// <summary>A text for a shell.</summary>
    public sealed record Script(string Text) : Wrapped;

    /// <summary>A shell for a person.</summary>
    public sealed record Nothing : Wrapped;

    private Wrapped() { }
}

/// <summary>Programs that only start another one: that one is judged.</summary>
internal static class Wrappers
{
    private static readonly HashSet<string> SudoValues = ["-u", "-g", "-h", "-p", "-C", "-T", "-U", "--user", "--group"];
    private static readonly HashSet<string> SshValues = ["-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-p", "-Q", "-R", "-S", "-W", "-w"];
    private static readonly HashSet<string> DockerExecValues = ["-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "--index", "--detach-keys"];
    private static readonly HashSet<string> ComposeValues = ["-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory", "--context"];
    private static readonly HashSet<string> KubectlValues = ["-n", "--namespace", "-c", "--container", "--context", "--kubeconfig", "-f", "--cluster"];
    private static readonly HashSet<string> Shells = ["bash", "sh", "zsh", "dash"];

    /// <summary>Null where the command starts no other one.</summary>
    public static Wrapped? Unwrap(IReadOnlyList<string> words) => words switch
    {
        [] => null,
        ["sudo", ..] => Behind(words, 1, SudoValues),
        ["env" or "command" or "exec" or "nice" or "rtk", _, ..] => Behind(words, 1, []),
        ["time", _, ..] => Behind(words, 1, []),
        ["timeout" or "gtimeout", ..] => Rest(words, AfterOptions(words, 1, ["-s", "-k"]) + 1),
        ["xargs", ..] => Rest(words, AfterOptions(words, 1, ["-n", "-I", "-P", "-d", "-L"])),
        ["poetry" or "uv" or "pipenv" or "pdm" or "hatch", "run", ..] => Rest(words, AfterOptions(words, 2, ["--with", "--python", "--directory", "--project"])),
        ["bundle", "exec", ..] => Rest(words, 2),
        ["npx" or "pnpx" or "bunx", ..] => Rest(words, AfterOptions(words, 1, ["-p", "--package"])),
        ["npm" or "pnpm" or "yarn", "exec", ..] => Rest(words, words.Count > 2 && words[2] == "--" ? 3 : 2),
        ["ssh", ..] => Remote(words),
        ["docker" or "podman", "exec", ..] => Behind(words, 2, DockerExecValues, skip: 1),
        ["docker", "compose", ..] => Compose(words, 2),
        ["docker-compose", ..] => Compose(words, 1),
        ["kubectl" or "oc" or "k3s", ..] => Kubectl(words),
        [var shell, ..] when Shells.Contains(shell) => Shell(words),
        _ => null,
    };

    private static Wrapped? Rest(IReadOnlyList<string> words, int from) => from < words.Count ? new Wrapped.Words([.. words.Skip(from)]) : null;

    private static Wrapped Behind(IReadOnlyList<string> words, int from, HashSet<string> values, int skip = 0)
    {
        var at = AfterOptions(words, from, values) + skip;
        while (at < words.Count && skip == 0 && words[at].Contains('=', StringComparison.Ordinal) && !words[at].StartsWith('='))
            at++;
        return at < words.Count ? new Wrapped.Words([.. words.Skip(at)]) : new Wrapped.Nothing();
    }

    private static Wrapped Remote(IReadOnlyList<string> words)
    {
        var host = AfterOptions(words, 1, SshValues);
        if (host + 1 >= words.Count)
            return new Wrapped.Nothing();
        return new Wrapped.Script(string.Join(' ', words.Skip(host + 1)));
    }

    private static Wrapped? Compose(IReadOnlyList<string> words, int from)
    {
        var verb = AfterOptions(words, from, ComposeValues);
        if (verb >= words.Count || words[verb] is not ("exec" or "run"))
            return null;
        var service = AfterOptions(words, verb + 1, DockerExecValues);
        if (service + 1 >= words.Count)
            return words[verb] == "run" ? null : new Wrapped.Nothing();
        return new Wrapped.Words([.. words.Skip(service + 1)]);
    }

    private static Wrapped? Kubectl(IReadOnlyList<string> words)
    {
        var verb = AfterOptions(words, 1, KubectlValues);
        if (verb >= words.Count || words[verb] != "exec")
            return null;
        for (var i = verb + 1; i < words.Count; i++)
            if (words[i] == "--")
                return Rest(words, i + 1);
        var pod = AfterOptions(words, verb + 1, KubectlValues);
        return Rest(words, pod + 1) ?? new Wrapped.Nothing();
    }

    private static Wrapped? Shell(IReadOnlyList<string> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].StartsWith('-') && words[i].EndsWith('c') && !words[i].StartsWith("--", StringComparison.Ordinal))
                return i + 1 < words.Count ? new Wrapped.Script(words[i + 1]) : null;
            if (!words[i].StartsWith('-'))
                return new Wrapped.Words([words[i].Contains('/', StringComparison.Ordinal) ? words[i] : "./" + words[i], .. words.Skip(i + 1)]);
        }

        return words.Count == 1 ? new Wrapped.Nothing() : null;
    }

    private static int AfterOptions(IReadOnlyList<string> words, int from, HashSet<string> values)
    {
        var at = from;
        while (at < words.Count && words[at].StartsWith('-') && words[at] != "-")
        {
            if (words[at] == "--")
                return at + 1;
            at += values.Contains(words[at]) ? 2 : 1;
        }

        return at;
    }
}
