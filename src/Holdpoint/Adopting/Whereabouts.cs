using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>
/// Where a block runs for whoever types the blocks of a chapter one after the other: a <c>cd</c> or <c>ssh</c> in one of them holds for those
/// behind it, and a mark runs in the checklist's folder.
/// </summary>
/// <param name="Dir">From the checklist's folder, placeholders as variables; empty: there itself; null: nobody could say.</param>
/// <param name="Because">Why nobody could.</param>
internal sealed partial record Whereabouts(string? Dir, string Because)
{
    private static readonly Whereabouts Home = new("", "");

    /// <summary>Programs to which it is all one where they run, as long as no argument is a file near by.</summary>
    private static readonly HashSet<string> Anywhere = new(StringComparer.Ordinal)
    {
        "helm", "curl", "wget", "http", "ping", "dig", "nslookup", "host", "nc", "telnet", "openssl", "systemctl", "service", "journalctl", "df", "free", "uptime", "ps", "top", "vmstat", "iostat", "nproc", "date", "echo", "printf", "sleep",
        "ss", "netstat", "lsof", "kubectl", "oc", "docker", "podman", "redis-cli", "psql", "pg_isready", "mysql", "mariadb", "mongosh", "aws", "gcloud", "gsutil", "az", "nginx", "certbot", "apt", "apt-get", "yum", "dnf", "grep", "awk", "sed", "jq", "head", "tail", "wc", "sort", "pm2", "supervisorctl", "pg_dump", "true", "cat", "ls", "mkdir", "chmod", "chown", "cp", "mv",
    };

    /// <summary>Only where something is done: elsewhere each block stands for itself.</summary>
    public static Whereabouts Of(ReadBlock read, PartSurroundings here)
    {
        if (!here.MayAct(here.Part.Heading) || !DependsOnPlace(read))
            return Home;
        var place = here.Outline.Parts.Where(p => p.Line <= here.Part.Line && ReferenceEquals(here.ChapterOf(p), here.Chapter)).SelectMany(p => p.Blocks)
            .Where(b => b.LastLine < read.Block.Line && BlockReader.IsShell(b.Language) && !b.Lines.Any(DrawnBoxes.IsLine) && !b.Lines.Any(l => l.TrimStart().StartsWith("- [", StringComparison.Ordinal))).OrderBy(b => b.Line).Aggregate(Home, After);
        // Words that send a person elsewhere send no run.
        if (place is { Dir: "" } && here.Part.Steps.LastOrDefault(s => s.Line < read.Block.Line && Elsewhere().IsMatch(s.Text) && !s.Text.Contains(" or ", StringComparison.OrdinalIgnoreCase)) is { } step)
            place = Named().Match(step.Text) is { Success: true } named ? To(named.Groups["dir"].Value.TrimEnd('/'), "", step.Line) : new(null, $"line {step.Line} goes elsewhere first: give the section **Dir:**");
        if (read.Pipelines[0].Head is not { Program: "cd" or "pushd", Arguments: [var first, ..] })
            return place;
        if (first.StartsWith("..", StringComparison.Ordinal))
            return place is { Dir: "" } ? new(null, $"it begins with `cd {first}`, and nothing says from where") : place;
        return first[0] is '/' or '~' or '$' || place.Dir is { Length: > 0 } dir && dir[0] is not ('/' or '$') ? Home : place;
    }

    /// <summary>The option for a mark that takes a body; empty where none is needed.</summary>
    public string Option => Dir is { Length: > 0 } ? $" dir={Dir}" : "";

    /// <summary>A command of <c>sh</c>, which takes no such option and gets variables from its environment.</summary>
    public string InShell(string command) => Dir is { Length: > 0 } dir ? $"cd {Variable().Replace(dir, m => m.Value.ToUpperInvariant())} && {command}" : command;

    private static Whereabouts After(Whereabouts place, Block block)
    {
        for (var i = 0; i < block.Lines.Count; i++)
        {
            var line = block.Lines[i];
            if (Session().IsMatch(line))
                place = new(null, $"line {block.Line + 1 + i} goes to another machine first (`{BlockReader.Shortened(line.Trim())}`): give the section **Host:**, or run the checklist there");
            else if (Change().Match(line) is { Success: true } change)
                place = place.Dir is null && change.Groups["dir"].Value[0] is not '/' ? place : To(change.Groups["dir"].Value.Trim('"', '\''), place.Dir ?? "", block.Line + 1 + i);
        }

        return place;
    }

    private static Whereabouts To(string written, string from, int line)
    {
        var dir = written;
        foreach (var placeholder in Placeholders.In(written))
            dir = dir.Replace(placeholder.Written, $"${{{placeholder.Variable}}}", StringComparison.Ordinal);
        if (!Path().IsMatch(dir) || dir.StartsWith("..", StringComparison.Ordinal) && from.Split('/').Length < dir.Split('/').Count(p => p == ".."))
            return new(null, $"line {line} goes to `{written}` first: give the section **Dir:**");
        // A chapter's folders are told from the checklist's own, unless it went to one of the machine's.
        var isOfMachine = from.StartsWith('/') || from.StartsWith("${", StringComparison.Ordinal);
        var whole = dir[0] is '/' or '$' || !isOfMachine && !dir.StartsWith("..", StringComparison.Ordinal) ? dir : $"{from}/{dir}";
        var parts = new List<string>();
        foreach (var part in whole.TrimEnd('/').Split('/'))
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ".")
                parts.Add(part);
        return new(string.Join('/', parts), "");
    }

    private static bool DependsOnPlace(ReadBlock read) => read.Pipelines.SelectMany(p => p.Commands).Any(c => c.Words.Count > 0 && DependsOnPlace(Judge.Inner(c.Words)));

    private static bool DependsOnPlace(IReadOnlyList<string> words)
    {
        var program = words.Count > 0 ? words[0] : "";
        return program is not ("cd" or "pushd" or "export" or "source")
            && (!Anywhere.Contains(program) && !program.StartsWith('/') || program is "docker" or "podman" && words.Any(w => w is "build" or "compose" or "stack") || words.Skip(1).Any(NearBy().IsMatch));
    }

    /// <summary>A relative path: with a folder, or a file with an ending.</summary>
    [GeneratedRegex(@"^(?![a-z]+://)(?!.*@.*:)(?:\.{1,2}(?:/|$)|[A-Za-z0-9_-]+/$|[A-Za-z0-9_./-]+\.(?:ya?ml|json|sh|sql|py|js|ts|env|toml|conf|tar|gz|zip|txt|md|tf|php|rb)$)(?<!^/.*)")]
    private static partial Regex NearBy();

    [GeneratedRegex(@"^\s*(?:cd|pushd)\s+(?<dir>""[^""]+""|'[^']+'|[^\s;&|""']+)\s*(?:$|&&|;|#)")]
    private static partial Regex Change();

    [GeneratedRegex(@"\b(?:change|go|switch|navigate|cd) (?:to|into)\b.{0,40}\b(?:directory|folder)\b|\b(?:change|go|switch|navigate|cd) (?:to|into) (?:the )?`[^`]*/[^`]*`|`cd [^`]+`", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"`(?:cd )?(?<dir>[^`\s]*/[^`\s]*)`|`cd (?<dir>[^`\s]+)`")]
    private static partial Regex Named();

    /// <summary>Without a command behind the host.</summary>
    [GeneratedRegex(@"^\s*(?:\$\s+)?ssh\s+(?:-\S+\s+(?:[^\s@-]\S*\s+)?)*[^\s-]\S*\s*(?:#.*)?$")]
    private static partial Regex Session();

    [GeneratedRegex(@"^(?:\$\{[a-z_0-9]+\}|[A-Za-z0-9_.-]|/)+$")]
    private static partial Regex Path();

    [GeneratedRegex(@"\$\{[a-z_0-9]+\}")]
    private static partial Regex Variable();
}
