using System.Text.RegularExpressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>What a machine tells of its processes in /proc: of this one read as it is asked, of another all at one moment.</summary>
internal abstract partial class ProcessTable
{
    /// <exception cref="IOException">There is no such folder.</exception>
    public static async Task<ProcessTable> LookAsync(ProbeCall call, string proc, CancellationToken cancel) => call.Context.Host is null
        ? new Local(proc)
        : new Snapshot(await RemoteQuestion.AskAsync(call, $"cd {RemoteShell.Path(proc)} && {{ cat uptime && grep -aH '' [0-9]*/stat [0-9]*/cmdline; grep -aH '^VmRSS' [0-9]*/status; }} 2>/dev/null; true", 32 * 1024 * 1024, null, cancel));

    /// <summary>The numbers of all processes.</summary>
    public abstract IEnumerable<string> Ids { get; }

    /// <summary>Seconds since the machine's start, and another number, as <c>/proc/uptime</c> has them.</summary>
    public abstract string? Uptime { get; }

    /// <summary>Null where the process has ended meanwhile: it is then none of those that run.</summary>
    public abstract string? Read(string id, string file);

    private sealed class Local(string proc) : ProcessTable
    {
        public override IEnumerable<string> Ids => Directory.EnumerateDirectories(proc).Select(d => Path.GetFileName(d)).Where(d => d.All(char.IsAsciiDigit));

        public override string? Uptime => File.ReadAllText(Path.Combine(proc, "uptime"));

        public override string? Read(string id, string file)
        {
            try
            {
                return File.ReadAllText(Path.Combine(proc, id, file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>Lines as grep -H prints them: <c>4711/stat:4711 (nginx) S …</c>; the first is the uptime.</summary>
    private sealed partial class Snapshot : ProcessTable
    {
        private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

        public Snapshot(string text)
        {
            var lines = text.Split('\n');
            Uptime = Line().IsMatch(lines[0]) ? null : lines[0];
            if (string.IsNullOrWhiteSpace(Uptime))
                throw new IOException("there is no uptime in it");
            foreach (var line in lines)
                if (Line().Match(line) is { Success: true } match)
                    // Of an argument of several lines the first is enough.
                    _files.TryAdd(match.Groups[1].Value, line[match.Length..]);
        }

        public override IEnumerable<string> Ids => _files.Keys.Where(k => k.EndsWith("/stat", StringComparison.Ordinal)).Select(k => k[..^5]);

        public override string? Uptime { get; }

        public override string? Read(string id, string file) => _files.GetValueOrDefault($"{id}/{file}");

        [GeneratedRegex(@"^(\d+/(?:stat|cmdline|status)):")]
        private static partial Regex Line();
    }
}
