using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Backups;

/// <summary>A backup: how old, how large, whether it can be read to its end, and when it was last restored for a trial.</summary>
public sealed class BackupProbe : AskingProbe
{
    /// <summary>Further a file's clock must not be ahead of this machine's for its age to mean anything.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    /// <summary>How many earlier backups the newest is compared with.</summary>
    private const int Compared = 7;

    public override Signature Signature { get; } = new("backup", "A backup is fresh, whole, and was restored for a trial")
    {
        Arguments = [new("NAME", "an entry of backups: in holdpoint.yaml: files (a pattern; the newest file is the backup), database, rehearse: { into, tables }")],
        Options = [new("rehearse", "restore it now into a scratch database of rehearse: into:, unless that was done within this time; needs a longer timeout as well", Dimension.Duration)],
        Facts =
        [
            new("age", Dimension.Duration, "time since the newest file was last written"),
            new("size", Dimension.Bytes, "of the newest file, as it lies on the disk"),
            new("size_ratio", Dimension.Ratio, $"the newest file's size over the median of up to {Compared} earlier ones; unknown where there is none"),
            new("readable", Dimension.Boolean, "the newest file was read to its end: gzip, zstd, xz, bzip2 and lz4 by their checksums, archives of pg_dump and tar through all their parts, a dump as text by its last line"),
            new("restored.age", Dimension.Duration, "time since the last rehearsal that restored a backup and found its rows; unknown where there was none, and where the last one failed"),
            new("restored.rows", Dimension.Ratio, "in that rehearsal, rows restored over rows of database: at the time, of the table of rehearse: tables: that lacks most"),
        ],
        OnHosts = true,
        Example = "backup shop age < 24h and size_ratio > 80% and readable timeout 10m",
        Needs = "bash, and what the backup was packed with; pg_restore for archives of pg_dump; for rehearse= also psql and a postgres server whose user has CREATEDB",
    };

    public override TimeSpan Farewell => Rehearsal.DropLimit;

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var began = call.Context.Time.GetTimestamp();
        var backup = BackupSettings.Of(call);
        TimeSpan? rehearse = call.Option("rehearse") is { } text ? Units.ParseDuration(text) ?? throw new Unanswered($"rehearse={text} is no duration: write rehearse=7d") : null;
        var files = await BackupFile.ListAsync(backup, call, cancel);
        if (files.Count == 0)
            throw new Unanswered($"there is no backup: no file matches {backup.Files} in {call.Context.Host ?? backup.Folder}");
        var newest = files[0];
        var notes = new StringBuilder();
        var values = new Dictionary<string, Value>
        {
            ["age"] = Age(newest, call.Context.Time.GetUtcNow()),
            ["size"] = Value.Bytes(newest.Size),
            ["size_ratio"] = Ratio(files),
        };
        try
        {
            if (call.Wants("readable"))
                values["readable"] = await ReadableAsync(newest, call, notes, cancel);
            if (rehearse is not null || call.Wants("restored.age") || call.Wants("restored.rows"))
                (values["restored.age"], values["restored.rows"]) = await RestoredAsync(backup, newest, rehearse, call, notes, cancel);
        }
        catch (OperationCanceledException) when (call.Context.Time.GetElapsedTime(began) >= 0.9 * call.Timeout)
        {
            throw new Unanswered(BackupPrograms.Late(call.Timeout));
        }

        return new Reading.Measured(new(values)) { Evidence = [Seen(backup, files, notes)] };
    }

    private static async Task<Value> ReadableAsync(BackupFile newest, ProbeCall call, StringBuilder notes, CancellationToken cancel)
    {
        try
        {
            var (readable, because) = await (await BackupContent.OfAsync(newest, call, cancel)).ReadAsync(newest, call, cancel);
            notes.Append($"readable: {readable}: {because}\n");
            return readable;
        }
        catch (Unanswered e)
        {
            return new Value.Unknown(e.Message);
        }
    }

    private static async Task<(Value Age, Value Rows)> RestoredAsync(BackupSettings backup, BackupFile newest, TimeSpan? rehearse, ProbeCall call, StringBuilder notes, CancellationToken cancel)
    {
        try
        {
            if (call.Context.Host is { } host)
                throw new Unanswered($"restoring is rehearsed from the files of this machine, not from those of {host}: leave host= away");
            var record = RehearsalRecord.Read(backup);
            var now = call.Context.Time.GetUtcNow();
            if (rehearse is { } every && (record.IsBroken || record.Succeeded is not { } last || now - last.At > every))
                record = await RehearseAsync(backup, newest, record, call, cancel);
            foreach (var (table, rows) in record.Succeeded?.Rows ?? new Dictionary<string, RestoredRows>())
                notes.Append($"{table}: {rows.Restored} rows restored{(rows.Live is { } live ? $", {live} in {backup.Database}" : "")}\n");
            if (record.Succeeded is { } succeeded)
                notes.Append($"last restored: {succeeded.File} at {succeeded.At:yyyy-MM-ddTHH:mm:ssZ} in {Units.Duration(succeeded.Seconds)}\n");
            if (record is { IsBroken: true, Failed: { } failed })
                notes.Append($"last failed: {failed.Because}\n");
            return (record.Age(call.Context.Time.GetUtcNow()), record.Share());
        }
        catch (Unanswered e)
        {
            return (new Value.Unknown(e.Message), new Value.Unknown(e.Message));
        }
    }

    private static async Task<RehearsalRecord> RehearseAsync(BackupSettings backup, BackupFile newest, RehearsalRecord before, ProbeCall call, CancellationToken cancel)
    {
        try
        {
            var content = await BackupContent.OfAsync(newest, call, cancel);
            return (before with { Succeeded = await new Rehearsal(backup, newest, content, call).RunAsync(cancel) }).Write(backup);
        }
        catch (RestoreFailed e)
        {
            return (before with { Failed = new(call.Context.Time.GetUtcNow(), newest.Path, e.Message) }).Write(backup);
        }
    }

    private static Value Age(BackupFile file, DateTimeOffset now) => now - file.Written is var age && age < -Ahead
        ? new Value.Unknown($"{file.Path} is dated {Units.Duration(-age)} in the future: compare the clocks")
        : Value.Duration(age < TimeSpan.Zero ? TimeSpan.Zero : age);

    private static Value Ratio(IReadOnlyList<BackupFile> files)
    {
        var earlier = files.Skip(1).Take(Compared).Select(f => (double)f.Size).Order().ToList();
        if (earlier.Count == 0)
            return new Value.Unknown("there is no earlier backup to compare its size with");
        var median = (earlier[(earlier.Count - 1) / 2] + earlier[earlier.Count / 2]) / 2;
        return median > 0 ? Value.Ratio(files[0].Size / median) : new Value.Unknown("the earlier backups are empty, so there is no size to compare with");
    }

    private static Evidence Seen(BackupSettings backup, IReadOnlyList<BackupFile> files, StringBuilder notes)
    {
        var text = new StringBuilder($"{backup.Files}: {files.Count} {(files.Count == 1 ? "file" : "files")}\n");
        foreach (var file in files.Take(Compared + 1))
            text.Append($"{file.Written:yyyy-MM-ddTHH:mm:ssZ}  {Units.Bytes(file.Size),10}  {file.Path}\n");
        return Evidence.OfText("backup.txt", text.Append(notes).ToString());
    }
}
