using System.Globalization;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Backups;
using Holdpoint.Probes.Postgres;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Makes a backup and proves it; what it says is the run's restore point.</summary>
public sealed class BackupAction : ActionVerb
{
    /// <summary>Files are dated by a clock that the kernel moves on a few times in a hundredth of a second.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Arguments: the file, and what it is called until it is whole.</summary>
    private const string Dump = """
        umask 077
        mkdir -p -- "$(dirname -- "$1")"
        [ ! -e "$1" ] || { echo "$1 is there already" >&2; exit 1; }
        trap 'rm -f -- "$2"' EXIT
        pg_dump --format=custom --no-password --file="$2"
        sync -- "$2"
        mv -- "$2" "$1"
        """;

    public override Signature Signature { get; } = new("backup", "Makes a backup and proves it: a new file, not empty, read to its end. Its name, size and SHA-256 are recorded as the run's restore point.")
    {
        Kind = "action",
        Arguments = [new("NAME", "an entry of backups: in holdpoint.yaml; its make: is run by bash, or without that pg_dump makes an archive of its database:")],
        Example = "backup shop timeout 1h",
        Needs = "bash, coreutils and util-linux; without make: pg_dump, not older than the server, and the pattern files: with one * for the time; pg_restore to read archives",
    };

    /// <summary>Another backup harms nothing.</summary>
    public override bool Repeatable => true;

    public override async Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        try
        {
            var question = DataScript.Question(call);
            var backup = BackupSettings.Of(question);
            var earlier = await BackupFile.ListAsync(backup, question, cancel);
            if (earlier.Count > 0 && Cramped(earlier[0]) is { } cramped)
                return new Deed.Refused(cramped);
            var database = backup.Database is { } name ? PostgresServer.Of(question, name) : null;
            var make = call.World.Project.Backups[backup.Name].Make is { } script ? DataScript.Of(script) : DumpOf(backup, database, call.Context.Time.GetUtcNow());
            return new Deed.Detached(DataScript.In(call, make, database), async (outcome, token) => outcome is ActionOutcome.Ended { ExitCode: 0 }
                ? await ProveAsync(backup, question, call.World.Since(), token)
                : OutcomeVerdict.Of(outcome));
        }
        catch (Unanswered e)
        {
            return new Deed.Refused(e.Message);
        }
    }

    private static async Task<Verdict> ProveAsync(BackupSettings backup, ProbeCall question, DateTimeOffset? since, CancellationToken cancel)
    {
        try
        {
            if (await BackupFile.ListAsync(backup, question, cancel) is not [var newest, ..])
                return new Verdict.Failed($"a new file that matches {backup.Files}", "there is none");
            if (since is not { } start || !IsNewer(newest.Written, start))
                return new Verdict.Failed($"a new file that matches {backup.Files}", $"the newest, {newest.Path}, is of {newest.Written:yyyy-MM-ddTHH:mm:ssZ}, from before the start");
            return (await (await BackupContent.OfAsync(newest, question, cancel)).ReadAsync(newest, question, cancel)) switch
            {
                (Value.Boolean { Is: true }, _) => new Verdict.Passed((await RestorePoint.OfAsync(newest, cancel)).ToString()),
                (Value.Boolean, var because) => new Verdict.Failed("a backup that can be read to its end", $"{newest.Path}: {because}"),
                (_, var because) => new Verdict.Unknown($"made, and not proven: {because}"),
            };
        }
        catch (Unanswered e)
        {
            return new Verdict.Unknown($"made, and not proven: {e.Message}");
        }
    }

    /// <summary>Some file systems keep whole seconds only.</summary>
    private static bool IsNewer(DateTimeOffset written, DateTimeOffset start) =>
        written >= start - Tick || (written.Ticks % TimeSpan.TicksPerSecond == 0 && written.AddSeconds(1) > start);

    private static string? Cramped(BackupFile last)
    {
        var free = new DriveInfo(Path.GetDirectoryName(last.Path)!).AvailableFreeSpace;
        return free >= last.Size ? null : $"the last backup takes {Units.Bytes(last.Size)}, and {Units.Bytes(free)} is free beside it: make room, or move older backups away";
    }

    private static Command DumpOf(BackupSettings backup, PostgresServer? database, DateTimeOffset now)
    {
        if (database is null)
            throw new Unanswered($"the backup `{backup.Name}` can't be made: give backups: {backup.Name}: a make:, or a database: for pg_dump");
        if (BackupDefinition.WhyNoDump(backup.Name, backup.Files) is var (what, fix))
            throw new Unanswered($"{what}: {fix}");
        var pattern = FileGlob.Absolute(backup.Files, backup.Folder);
        var (folder, name) = (Path.GetDirectoryName(pattern)!, Path.GetFileName(pattern));
        // To the thousandth: two backups of one second are two files.
        var file = name.Replace("*", now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture), StringComparison.Ordinal);
        // A pattern does not take a name with a leading dot, so nobody finds half an archive.
        return new("bash", ["-euo", "pipefail", "-c", Dump, "backup", Path.Combine(folder, file), Path.Combine(folder, $".{file}.part")]);
    }
}
