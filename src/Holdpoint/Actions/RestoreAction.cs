using System.Globalization;
using System.Text;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Backups;
using Holdpoint.Probes.Postgres;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Brings a backup back, once a person has said so.</summary>
public sealed class RestoreAction : ActionVerb
{
    /// <summary>PostgreSQL's names are 63 bytes long at most; the longest ending takes 32 of these.</summary>
    private const int LongestStem = 30;

    public override Signature Signature { get; } = new("restore", "Brings a backup back in place of what is there now. Always asks a person first, in a rollback too; on failure the data of before are still there, and after it they are kept under another name.")
    {
        Kind = "action",
        Arguments = [new("NAME", "an entry of backups: in holdpoint.yaml; its restore: is run by bash with $HOLDPOINT_FILE, or without that a dump of PostgreSQL is restored into a new database, which then takes the place of its database: by renames")],
        Options = [new("from", "a file of it, from the folder of holdpoint.yaml; by default the backup that this run has made, else the newest")],
        Example = "restore shop",
        Needs = "bash, coreutils and util-linux; without restore: psql and pg_restore, and a user who owns the database and has CREATEDB",
    };

    public override async Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        try
        {
            var question = DataScript.Question(call);
            var backup = BackupSettings.Of(question);
            var definition = call.World.Project.Backups[backup.Name];
            if (definition.WhyNotRestored is var (what, fix))
                return new Deed.Refused($"{what}: {fix}");
            var (file, made) = await FileAsync(call, backup, question, cancel);
            if (!call.Forced)
                return new Deed.Asks($"restoring {Path.GetFileName(file.Path)} of {file.Written:yyyy-MM-ddTHH:mm:ssZ} replaces what {backup.Database ?? backup.Name} holds now: a person decides");
            if (made is not null && await RestorePoint.OfAsync(file, cancel) is var now && now.Sha256 != made.Sha256)
                return new Deed.Refused($"{file.Path} is not the backup any more that this run has made: its SHA-256 is {now.Sha256}; name another with from=");
            var database = backup.Database is { } name ? PostgresServer.Of(question, name) : null;
            var content = await BackupContent.OfAsync(file, question, cancel);
            if (await content.ReadAsync(file, question, cancel) is (Value.Boolean { Is: false }, var cut))
                return new Deed.Refused($"{file.Path} can't be restored: {cut}");
            var command = definition.Restore is { } script ? ByScript(call, script, file, database) : await BesideAsync(call, question, file, content, database!, cancel);
            return new Deed.Detached(command, (outcome, _) => Task.FromResult(outcome is ActionOutcome.Ended { ExitCode: 0, Output.Text: var said }
                ? new Verdict.Passed(said.TrimEnd().Split('\n')[^1])
                : OutcomeVerdict.Of(outcome)));
        }
        catch (Unanswered e)
        {
            return new Deed.Refused(e.Message);
        }
    }

    /// <returns>With the restore point, where it is the one that this run has made.</returns>
    private static async Task<(BackupFile File, RestorePoint? Made)> FileAsync(ActionCall call, BackupSettings backup, ProbeCall question, CancellationToken cancel)
    {
        var made = call.World.BackupMade(backup.Name) is { } said ? RestorePoint.Parse(said) : null;
        var wanted = call.Options.GetValueOrDefault("from") is { } from ? FileGlob.Absolute(from, backup.Folder) : made?.Path;
        if (wanted is null)
            return (await BackupFile.ListAsync(backup, question, cancel) is [var newest, ..] ? newest : throw new Unanswered($"there is no backup: no file matches {backup.Files}"), null);
        var info = new FileInfo(wanted);
        if (!info.Exists)
            throw new Unanswered($"the backup {wanted} is not there: name a file with from=");
        return (new(wanted, new(info.LastWriteTimeUtc, TimeSpan.Zero), info.Length), wanted == made?.Path ? made : null);
    }

    private static Command ByScript(ActionCall call, PlacedText script, BackupFile file, PostgresServer? database)
    {
        var own = DataScript.Of(script);
        return DataScript.In(call, Bash("script", "", file, database?.Database ?? "", "", "", "", [own.Program, .. own.Arguments]), Between(database), ("HOLDPOINT_FILE", file.Path));
    }

    private static async Task<Command> BesideAsync(ActionCall call, ProbeCall question, BackupFile file, BackupContent content, PostgresServer database, CancellationToken cancel)
    {
        if (content.Form is not (BackupForm.Archive or BackupForm.TarArchive or BackupForm.Sql))
            throw new Unanswered($"{file.Path} is no dump of PostgreSQL: give backups: {question.Arguments[0]}: a restore:");
        if (content.Form == BackupForm.Sql && await content.LeavingAsync(file, question, cancel) is { } leaving)
            throw new Unanswered($"{file.Path} would leave the database that it is restored to ({leaving}): dump one database, without --create");
        var stamp = call.Context.Time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        var stem = Stem(database.Database);
        return DataScript.In(call, Bash(content.Form == BackupForm.Sql ? "sql" : "archive", content.Unpack, file, database.Database,
            $"{stem}_restoring_{stamp}", $"{stem}_before_restore_{stamp}", $"{stem}_restoring_", []), Between(database));
    }

    /// <summary>One that is always there, and neither of the two: nobody renames what he is connected to.</summary>
    private static PostgresServer? Between(PostgresServer? database) => database?.With(database.Database == "postgres" ? "template1" : "postgres");

    private static Command Bash(string how, string unpacker, BackupFile file, string live, string fresh, string kept, string left, IEnumerable<string> command) =>
        new("bash", ["-euo", "pipefail", "-c", RestoreScript.Text, "restore", how, unpacker, file.Path, live, fresh, kept, left, .. command]);

    private static string Stem(string database)
    {
        while (Encoding.UTF8.GetByteCount(database) > LongestStem)
            database = database[..^1];
        return database;
    }
}
