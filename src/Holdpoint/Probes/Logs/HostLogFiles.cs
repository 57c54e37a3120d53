using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Logs;

/// <summary>Log files of another machine: their ends come over its shell.</summary>
internal static class HostLogFiles
{
    /// <summary>How much of a file's end is brought here: 64 MiB.</summary>
    private const long Brought = 64 * 1024 * 1024;

    /// <summary>How much of it is looked at for its last time.</summary>
    private const long Ending = 64 * 1024;

    // The pattern is the shell's to fill in and nothing else: without IFS it is one word, and no command can be made of it.
    private const string Listing = """
        IFS=
        for pattern; do
          for file in $pattern; do
            for each in "$file" "$file"[.-][0-9]*; do
              [ -f "$each" ] && stat -L -c '%Y %s %n' -- "$each"
            done
          done
        done
        exit 0
        """;

    public static async Task ReadAsync(LogCommands commands, string pattern)
    {
        if (pattern.Contains("**", StringComparison.Ordinal))
            throw new Unanswered($"{pattern}: ** is only understood on this machine; on a host name the folders");
        var given = LogZone.Given(commands.Option("zone"));
        var listing = await commands.TellAsync("sh", ["-c", Listing, "list", .. FileGlob.Braces(pattern)]);
        var files = listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).DistinctBy(f => f.Path).OrderBy(f => f.Written).ToList();
        if (files.Count == 0)
            throw new Unanswered($"{pattern}: no file matches on the host");
        foreach (var file in files)
            if (file.Size == 0 || file.Written < commands.Window.From - TimeSpan.FromMinutes(1))
                commands.Tally.Note($"{file.Path}: {(file.Size == 0 ? "empty" : "last written before the window")}");
            else
                await ReadAsync(commands, file, given);
    }

    private static async Task ReadAsync(LogCommands commands, Found file, TimeZoneInfo? given)
    {
        var packed = file.Path.EndsWith(".gz", StringComparison.Ordinal);
        LogMoment? last = null;
        await commands.TellAsync("sh", Tail(packed, file.Path, Ending), line => last = LogMoment.Of(line, commands.Window.Now) ?? last);
        if (last is null)
            throw LogLines.Untimed(file.Path);
        // The host's zone is not this machine's: where the lines name none, UTC or zone=.
        var lines = new LogLines(commands.Window, given ?? LogZone.Of(file.Path, last, file.Written, TimeZoneInfo.Utc), commands.Tally);
        await commands.TellAsync("sh", Tail(packed, file.Path, Brought), lines.See);
        if (!packed && file.Size > Brought && lines.First >= commands.Window.From)
            throw new Unanswered($"{file.Path} holds more than {Units.Bytes(Brought)} of the window: look less far back with over");
        commands.Tally.Note($"{file.Path}: {Units.Bytes(file.Size)}, read");
    }

    private static string[] Tail(bool packed, string path, long bytes) =>
        ["-c", packed ? "gzip -dc -- \"$1\" | tail -c \"$2\"" : "exec tail -c \"$2\" -- \"$1\"", "tail", path, bytes.ToString(CultureInfo.InvariantCulture)];

    private static Found Parse(string line) =>
        line.Split(' ', 3) is [var written, var size, var path] && long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new(path, DateTimeOffset.FromUnixTimeSeconds(seconds), bytes)
            : throw new Unanswered($"stat on the host answers '{line}', not time, size and name");

    private sealed record Found(string Path, DateTimeOffset Written, long Size);
}
