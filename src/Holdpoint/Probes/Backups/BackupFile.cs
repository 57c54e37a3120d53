using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes.Backups;

/// <summary>A file of a backup, on this machine or on the call's host.</summary>
/// <param name="Size">Bytes, as they lie on the disk.</param>
internal sealed record BackupFile(string Path, DateTimeOffset Written, long Size)
{
    /// <summary>Takes patterns as a shell does and changes nothing in them: they are words, not text of the script.</summary>
    private const string Listing = """
        shopt -s nullglob globstar; IFS=
        for pattern in "$@"; do for file in $pattern; do [ -f "$file" ] && stat -L -c '%Y %s %n' -- "$file"; done; done
        exit 0
        """;

    /// <summary>The newest first.</summary>
    /// <exception cref="Unanswered">They can't be listed.</exception>
    public static async Task<IReadOnlyList<BackupFile>> ListAsync(BackupSettings backup, ProbeCall call, CancellationToken cancel)
    {
        var files = call.Context.Host is { } host ? await ListOnAsync(host, backup, call, cancel) : ListHere(backup);
        return [.. files.OrderByDescending(f => f.Written).ThenByDescending(f => f.Path, StringComparer.Ordinal)];
    }

    private static List<BackupFile> ListHere(BackupSettings backup)
    {
        try
        {
            return [.. from path in FileGlob.Files(backup.Files, backup.Folder)
                       let file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path)
                       select new BackupFile(path, new(file.LastWriteTimeUtc, TimeSpan.Zero), file.Length)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unanswered($"{backup.Files} can't be listed: {e.Message}");
        }
    }

    private static async Task<List<BackupFile>> ListOnAsync(string host, BackupSettings backup, ProbeCall call, CancellationToken cancel)
    {
        if (!backup.Files.StartsWith('/'))
            throw new Unanswered($"on {host} the files of the backup `{backup.Name}` have to be given from the root: /path/{backup.Files}");
        var output = (await BackupPrograms.RunAsync(call, new("bash", ["-c", Listing, "bash", .. FileGlob.Braces(backup.Files)]), cancel)).Output.Text;
        return [.. from line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                   let parts = line.Split(' ', 3)
                   select parts is [var written, var size, var path] && long.TryParse(written, CultureInfo.InvariantCulture, out var seconds) && long.TryParse(size, CultureInfo.InvariantCulture, out var bytes)
                       ? new BackupFile(path, DateTimeOffset.FromUnixTimeSeconds(seconds), bytes)
                       : throw new Unanswered($"stat on {host} answers with something else: {line}")];
    }
}

/// <summary>Runs the programs that read backups.</summary>
internal static class BackupPrograms
{
    /// <exception cref="Unanswered">It can't be started, or did not end in time.</exception>
    public static async Task<CommandResult.Exited> RunAsync(ProbeCall call, Command command, CancellationToken cancel) => await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
    {
        CommandResult.Exited ended => ended,
        CommandResult.TimedOut late => throw new Unanswered(Late(late.Limit)),
        CommandResult.NotStarted refused => throw new Unanswered(refused.Because),
        var other => throw new InvalidOperationException($"no such end of a command: {other}"),
    };

    public static string Late(TimeSpan limit) => $"reading the backup did not end within {Units.Duration(limit)}: give the mark a longer limit, as in `timeout 30m`";
}
