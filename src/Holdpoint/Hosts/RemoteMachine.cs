using System.Globalization;
using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>Another machine, read with what POSIX, or GNU and busybox alike, have there: <c>cat</c>, <c>find</c>, <c>stat -L -c</c>, <c>df -P</c>.</summary>
internal sealed class RemoteMachine(ProbeCall call) : Machine
{
    /// <summary>What is read of a file, in characters: 32 Mi.</summary>
    private const int Limit = 32 * 1024 * 1024;

    private string Host => call.Context.Host!;

    public override string Absolute(string path) => HostPath.In(call.Context.Directory, path);

    public override async Task<bool> HasFileAsync(string path, CancellationToken cancel) => (await AskAsync($"[ -f {RemoteShell.Path(path)} ] && echo yes || echo no", cancel)).Trim() == "yes";

    public override Task<string> ReadAsync(string path, CancellationToken cancel) => AskAsync($"cat -- {RemoteShell.Path(path)}", cancel);

    public override async Task<string?> ReadAsync(FoundFile file, Func<string, bool> goesOn, CancellationToken cancel)
    {
        var path = RemoteShell.Path(file.Path);
        if ((await AskAsync($"[ -r {path} ] && echo yes || echo no", cancel)).Trim() != "yes")
            return null;
        var head = await AskAsync($"dd if={path} bs=512 count=1 2>/dev/null", cancel);
        return goesOn(head) ? await ReadAsync(file.Path, cancel) : head;
    }

    public override async Task<Stream> OpenAsync(FoundFile file, CancellationToken cancel)
    {
        const long limit = 24_000_000;
        if (file.Size > limit)
            throw new Unanswered($"{file.Path} is larger than {Units.Bytes(limit)}, and no more is read from {Host}");
        var text = await AskAsync($"base64 < {RemoteShell.Path(file.Path)}", cancel);
        try
        {
            return new MemoryStream(Convert.FromBase64String(text), writable: false);
        }
        catch (FormatException)
        {
            throw new Unanswered($"base64 on {Host} does not write {file.Path} as RFC 4648 has it");
        }
    }

    public override async Task LinesAsync(IReadOnlyList<FoundFile> files, Action<string> onLine, CancellationToken cancel)
    {
        // awk gives a last line its end, so that it does not run into the next file's first.
        if (files.Count > 0)
            await AskAsync($"set -e\nfor f in {string.Join(' ', files.Select(f => RemoteShell.Path(f.Path)))}; do awk 1 \"$f\"; done", cancel, onLine);
    }

    public override async Task<FoundFiles> FilesAsync(string pattern, CancellationToken cancel)
    {
        var patterns = FileGlob.Braces(pattern).Select(p => HostPattern.Of(Absolute(p))).ToList();
        var script = new StringBuilder();
        script.Append($"p={RemoteShell.Path(Absolute(pattern))}\n");
        script.Append("""
            [ ! -d "$p" ] || { echo folder; exit; }
            date +%s
            if [ -f "$p" ]; then echo =; exec stat -L -c '%Y %s %n' -- "$p"; fi
            look() {
              echo "$1 $2"
              d=$2
              while [ ! -e "$d" ] && [ "$d" != / ] && [ "$d" != . ]; do d=$(dirname "$d"); done
              [ -x "$d" ] || { echo "$d: permission denied" >&2; exit 1; }
              [ -d "$2" ] || return 0
              shift
              (cd -- "$1" && shift && "$@" \( -type f -o -type l -exec test -f {} \; \) -exec stat -L -c '%Y %s %n' -- {} +) || exit 1
            }

            """);
        for (var i = 0; i < patterns.Count; i++)
            script.Append($"look {i} {RemoteShell.Path(patterns[i].Folder)} {patterns[i].Find}\n");
        var lines = (await AskAsync(script.ToString(), cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is ["folder"])
            throw new Unanswered($"{pattern} is a folder on {Host}: write {pattern.TrimEnd('/')}/* for the files in it");
        if (lines.Length == 0 || !long.TryParse(lines[0], out var now))
            throw new Unanswered($"{Host} does not tell its time with date +%s");
        return new(Read(pattern, patterns, lines[1..]), DateTimeOffset.FromUnixTimeSeconds(now));
    }

    public override async Task<Space> SpaceAsync(string path, CancellationToken cancel)
    {
        var output = await AskAsync($"p={RemoteShell.Path(path)}\n[ -e \"$p\" ] || {{ echo none; exit; }}\nexec df -P -k -- \"$p\"", cancel);
        if (output.Trim() == "none")
            throw new Unanswered($"{path} does not exist on {Host}: name a path on the disk that is meant");
        // POSIX: device, 1024-blocks, used, available, capacity, mounted on; of these the outer two may hold blanks.
        var words = output.TrimEnd().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var percent = Array.FindIndex(words, w => w.EndsWith('%') || w == "-");
        return percent >= 4 && Number(words[percent - 3]) is { } size && Number(words[percent - 2]) is { } used && Number(words[percent - 1]) is { } free
            ? new(free * 1024, used * 1024, size * 1024)
            : throw new Unanswered($"df on {Host} does not answer as POSIX has it: {output.TrimEnd().Split('\n')[^1]}");
    }

    private static double? Number(string word) => double.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private List<FoundFile> Read(string pattern, IReadOnlyList<HostPattern> patterns, IReadOnlyList<string> lines)
    {
        var found = new Dictionary<string, FoundFile>(StringComparer.Ordinal);
        HostPattern? of = null;
        var folder = "";
        foreach (var line in lines)
        {
            var words = line.Split(' ', 3);
            if (line == "=")
                of = null;
            else if (words.Length == 3 && long.TryParse(words[0], out var written) && long.TryParse(words[1], out var size))
            {
                if (of is null || of.Fits(words[2]))
                {
                    var path = of is null ? words[2] : $"{folder.TrimEnd('/')}/{(words[2].StartsWith("./", StringComparison.Ordinal) ? words[2][2..] : words[2])}";
                    found[path] = new(path, DateTimeOffset.FromUnixTimeSeconds(written).UtcDateTime, size);
                }
            }
            else if (words.Length >= 2 && int.TryParse(words[0], out var number) && number < patterns.Count)
                (of, folder) = (patterns[number], line[(words[0].Length + 1)..]);
            else
                throw new Unanswered($"{pattern} can't be read whole on {Host}: find and stat there answer with \"{line}\"");
        }

        return [.. found.Values.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private Task<string> AskAsync(string script, CancellationToken cancel, Action<string>? onLine = null) => RemoteQuestion.AskAsync(call, script, onLine is null ? Limit : 1024, onLine, cancel);
}
