using System.Buffers;
using System.IO.Compression;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes.Logs;

/// <summary>Log files of this machine, with those that were rotated away within the window (<c>app.log.1</c>, <c>app.log-20260102.gz</c>). Read from their end, so that the size of what is older does not matter.</summary>
internal static class LogFiles
{
    private const int Block = 256 * 1024;

    /// <summary>No time in so much of a file's end: it has none.</summary>
    private const long SearchedForTime = 4 * 1024 * 1024;

    /// <summary>Kept of one line: 64 Ki characters.</summary>
    private const int LineLimit = 64 * 1024;

    private static readonly SearchValues<char> OfRotations = SearchValues.Create("0123456789-_.T");

    /// <summary>What was last written before the window, by so much, holds nothing of it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    public static async Task ReadAsync(ProbeCall call, string pattern, LogWindow window, LogTally tally, CancellationToken cancel)
    {
        var directory = call.Context.Directory;
        if (Directory.Exists(FileGlob.Absolute(pattern, directory)))
            throw new Unanswered($"{pattern} is a folder: write {pattern.TrimEnd('/')}/* for the files in it");
        var given = LogZone.Given(call.Option("zone"));
        try
        {
            var files = Files(pattern, directory);
            if (files.Count == 0)
                throw new Unanswered($"{pattern}: no file matches in {directory}");
            foreach (var file in files)
                if (file.Written < window.From - Margin)
                    tally.Note($"{file.Path}: last written {file.Written:yyyy-MM-ddTHH:mm:ssZ}, before the window");
                else
                    await Task.Run(() => ReadAsync(file, window, given, call.Context.Time.LocalTimeZone, tally, cancel), cancel);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or InvalidDataException)
        {
            throw new Unanswered($"{pattern} can't be read whole: {e.Message}");
        }
    }

    /// <summary>Oldest first.</summary>
    private static List<Found> Files(string pattern, string directory)
    {
        var named = FileGlob.Files(pattern, directory);
        return [.. named.Concat(named.SelectMany(Rotated)).Distinct(StringComparer.Ordinal)
            .Select(p => new Found(p, new DateTimeOffset(File.GetLastWriteTimeUtc(Target(p)), TimeSpan.Zero))).OrderBy(f => f.Written)];
    }

    /// <summary>What logrotate(8) makes of a file: a number or a date behind its name, and perhaps .gz.</summary>
    private static IEnumerable<string> Rotated(string path)
    {
        var name = Path.GetFileName(path);
        return Directory.EnumerateFiles(Path.GetDirectoryName(path)!, name.Replace("*", "?", StringComparison.Ordinal) + "*")
            .Where(f => IsRotationOf(name, Path.GetFileName(f)));
    }

    internal static bool IsRotationOf(string name, string other)
    {
        if (!other.StartsWith(name, StringComparison.Ordinal) || other.Length < name.Length + 2 || other[name.Length] is not ('.' or '-'))
            return false;
        var ending = other.AsSpan(name.Length + 1);
        if (ending.EndsWith(".gz"))
            ending = ending[..^3];
        return ending.Length > 0 && char.IsAsciiDigit(ending[0]) && !ending.ContainsAnyExcept(OfRotations);
    }

    private static async Task ReadAsync(Found file, LogWindow window, TimeZoneInfo? given, TimeZoneInfo local, LogTally tally, CancellationToken cancel)
    {
        var packed = file.Path.EndsWith(".gz", StringComparison.Ordinal);
        await using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, Block, FileOptions.Asynchronous);
        if (stream.Length == 0)
        {
            tally.Note($"{file.Path}: empty");
            return;
        }

        var last = packed ? await LastOfPackedAsync(stream, window, cancel) : await LastAsync(stream, window, cancel);
        if (last is null)
            throw LogLines.Untimed(file.Path);
        var lines = new LogLines(window, given ?? LogZone.Of(file.Path, last, file.Written, local), tally);
        var before = tally.Lines;
        stream.Position = packed ? 0 : await StartAsync(stream, window, given ?? LogZone.Of(file.Path, last, file.Written, local), cancel);
        if (packed)
        {
            await using var unpacked = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
            await ReadLinesAsync(unpacked, lines.See, cancel);
        }
        else
        {
            await ReadLinesAsync(stream, lines.See, cancel);
        }

        tally.Note($"{file.Path}: {Units.Bytes(stream.Length)}, {tally.Lines - before} lines of the window");
    }

    /// <summary>The last line that begins with a time.</summary>
    private static async Task<LogMoment?> LastAsync(FileStream stream, LogWindow window, CancellationToken cancel)
    {
        for (var end = stream.Length; end > 0 && stream.Length - end < SearchedForTime; end -= Math.Min(end, Block))
        {
            LogMoment? last = null;
            foreach (var line in await BlockAsync(stream, Math.Max(0, end - Block), cancel))
                last = LogMoment.Of(line, window.Now) ?? last;
            if (last is not null)
                return last;
        }

        return null;
    }

    private static async Task<LogMoment?> LastOfPackedAsync(FileStream stream, LogWindow window, CancellationToken cancel)
    {
        LogMoment? last = null;
        await using var unpacked = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        await ReadLinesAsync(unpacked, line => last = LogMoment.Of(line, window.Now) ?? last, cancel);
        return last;
    }

    /// <summary>A place in the file at or before the window's first line: goes back from the end until a time is older than the window.</summary>
    private static async Task<long> StartAsync(FileStream stream, LogWindow window, TimeZoneInfo zone, CancellationToken cancel)
    {
        for (var start = Math.Max(0, stream.Length - Block); start > 0; start = Math.Max(0, start - Block))
        {
            var first = (await BlockAsync(stream, start, cancel)).Select(l => LogMoment.Of(l, window.Now)).FirstOrDefault(m => m is not null);
            if (first is not null && first.In(zone) < window.From)
                return start;
        }

        return 0;
    }

    /// <summary>The lines that begin in a block; what stands before its first line end belongs to the one before.</summary>
    private static async Task<IReadOnlyList<string>> BlockAsync(FileStream stream, long start, CancellationToken cancel)
    {
        stream.Position = start;
        var bytes = new byte[Math.Min(Block, stream.Length - start)];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        var lines = new List<string>();
        var capture = new OutputCapture(LineLimit, lines.Add);
        capture.Append(bytes.AsSpan(0, length));
        capture.Finish(atEnd: true);
        return start > 0 && lines.Count > 0 ? lines[1..] : lines;
    }

    private static async Task ReadLinesAsync(Stream stream, Action<string> onLine, CancellationToken cancel)
    {
        var capture = new OutputCapture(LineLimit, onLine);
        var buffer = new byte[Block];
        while (await stream.ReadAsync(buffer, cancel) is > 0 and var read)
            capture.Append(buffer.AsSpan(0, read));
        capture.Finish(atEnd: true);
    }

    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private sealed record Found(string Path, DateTimeOffset Written);
}
