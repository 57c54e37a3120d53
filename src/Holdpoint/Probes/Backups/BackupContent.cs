using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes.Backups;

/// <summary>What a backup's file is made of, as its first bytes tell.</summary>
/// <param name="Unpack">The program that unpacks it; <c>cat</c> where it is not packed.</param>
internal sealed record BackupContent(string Unpack, BackupForm Form)
{
    /// <summary>Unpacks <c>$2</c> by <c>$1</c>. Of what reads only a part, the rest is read as well: a checksum stands at the end.</summary>
    private const string Unpacking = """
        unpack() { if [ "$1" = cat ]; then cat -- "$2"; else "$1" -dc -- "$2"; fi; }
        rest() { "$@"; local status=$?; cat >/dev/null; return "$status"; }

        """;

    /// <summary>
    /// A line of psql's own that leaves the database that it is restored to or runs a program (\connect, \! …). Lines of data never look like it: COPY writes
    /// a backslash as \\ and begins an escape with one of N b f n r t v (https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS-TEXT).
    /// </summary>
    private const string Leaving = """unpack "$1" "$2" 2>/dev/null | { LC_ALL=C grep -a -m 1 -E '^\\[^Nbfnrtvu\\.]'; status=$?; cat >/dev/null; [ "$status" -le 1 ] || echo "grep ended with $status"; }""";

    private const string WholeTar = "rest tar -tf - >/dev/null";

    /// <summary>https://www.rfc-editor.org/rfc/rfc1952, https://www.rfc-editor.org/rfc/rfc8878, and the formats of xz, bzip2 and lz4.</summary>
    private static readonly (string Magic, string Program)[] Packers = [("1f8b", "gzip"), ("28b52ffd", "zstd"), ("fd377a585a00", "xz"), ("425a68", "bzip2"), ("04224d18", "lz4")];

    /// <exception cref="Unanswered">The file can't be opened, or the program that unpacks it is missing.</exception>
    public static async Task<BackupContent> OfAsync(BackupFile file, ProbeCall call, CancellationToken cancel)
    {
        var packed = await HeadAsync("cat", file, call, cancel);
        var hex = Convert.ToHexStringLower(packed);
        var program = Packers.FirstOrDefault(p => hex.StartsWith(p.Magic, StringComparison.Ordinal)).Program;
        return program is null ? new("cat", FormOf(packed)) : new(program, FormOf(await HeadAsync(program, file, call, cancel)));
    }

    /// <summary>Reads it to its end.</summary>
    /// <returns>True; false with what is wrong with it; unknown where nothing can tell.</returns>
    public async Task<(Value Readable, string Because)> ReadAsync(BackupFile file, ProbeCall call, CancellationToken cancel)
    {
        if (file.Size == 0)
            return (Value.Of(false), "it is empty");
        var reader = Form switch
        {
            BackupForm.Archive => "rest pg_restore --file=/dev/null",
            // pg_restore does not notice that the last part of a tar is cut short; tar does not notice that whole parts are missing.
            BackupForm.TarArchive => $"{WholeTar} && unpack \"$1\" \"$2\" | rest pg_restore --file=/dev/null",
            BackupForm.Tar => "rest tar -tf - | wc -l",
            BackupForm.Sql or BackupForm.ClusterSql or BackupForm.OtherSql => "tail -c 4096",
            _ => "cat >/dev/null",
        };
        var ended = await RunAsync($"unpack \"$1\" \"$2\" | {reader}\n", file, call, cancel);
        var because = FirstLine(ended.Error.Text);
        if (ended.ExitCode == 127)
            return Unknown($"a program is missing: {because}");
        if (ended.Error.Text.Contains("unsupported version", StringComparison.Ordinal))
            return Unknown($"pg_restore here is older than the pg_dump that wrote it: {because}");
        if (ended.ExitCode != 0)
            return (Value.Of(false), because);
        if (Form == BackupForm.Hollow || (Form == BackupForm.Tar && ended.Output.Text.Trim() == "0"))
            return (Value.Of(false), "there is nothing in it");
        if (Form == BackupForm.Complaint)
            return (Value.Of(false), "what is in it is the message of a dump that failed");
        if (EndOf(Form) is { } end && !ended.Output.Text.Contains(end, StringComparison.Ordinal))
            return (Value.Of(false), "it does not end with the line that the dump is complete");
        return Form == BackupForm.Other && Unpack == "cat"
            ? Unknown($"{file.Path} is neither packed nor a dump, so nothing in it tells whether it is whole")
            : (Value.Of(true), "read to its end");

        static (Value, string) Unknown(string why) => (new Value.Unknown(why), why);
    }

    /// <summary>The line at the end of a dump as text; that of a cluster holds one for each of its databases before its own.</summary>
    private static string? EndOf(BackupForm form) => form switch
    {
        BackupForm.Sql => "dump complete",
        BackupForm.ClusterSql => "PostgreSQL database cluster dump complete",
        BackupForm.OtherSql => "-- Dump completed",
        _ => null,
    };

    /// <summary>Runs a script with <c>unpack "$1" "$2"</c> in it; further words are its <c>$3</c> and so on.</summary>
    public Task<CommandResult.Exited> RunAsync(string script, BackupFile file, ProbeCall call, CancellationToken cancel, IReadOnlyDictionary<string, string?>? environment = null, params string[] words) =>
        BackupPrograms.RunAsync(call, new("bash", ["-c", "set -o pipefail\n" + Unpacking + script, "bash", Unpack, file.Path, .. words])
        {
            Environment = environment ?? new Dictionary<string, string?> { ["LC_ALL"] = "C" },
        }, cancel);

    /// <summary>The first line of a dump as text that would go on elsewhere or run a program; null: there is none.</summary>
    public async Task<string?> LeavingAsync(BackupFile file, ProbeCall call, CancellationToken cancel) =>
        (await RunAsync(Leaving, file, call, cancel)).Output.Text is { Length: > 0 } leaving ? FirstLine(leaving) : null;

    public static string FirstLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "it gives no reason";

    /// <summary>The first 512 bytes, unpacked.</summary>
    private static async Task<byte[]> HeadAsync(string program, BackupFile file, ProbeCall call, CancellationToken cancel)
    {
        var ended = await new BackupContent(program, BackupForm.Other).RunAsync("unpack \"$1\" \"$2\" | od -An -v -tx1 -N 512\nexit \"${PIPESTATUS[0]}\"\n", file, call, cancel);
        if (ended.ExitCode == 127)
            throw new Unanswered($"{file.Path} is packed by {program}, which is missing: install {program}");
        var hex = ended.Output.Text.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);
        // A packed file that is cut short has a head all the same, or shows below what is wrong with it.
        if (program == "cat" && hex.Length == 0 && file.Size > 0)
            throw new Unanswered($"{file.Path} can't be read: {FirstLine(ended.Error.Text)}");
        return Convert.FromHexString(hex);
    }

    /// <summary>Custom archives begin with PGDMP; a tar has "ustar" at 257 (POSIX.1-1988).</summary>
    private static BackupForm FormOf(byte[] head)
    {
        var text = Encoding.Latin1.GetString(head);
        if (text.StartsWith("PGDMP", StringComparison.Ordinal))
            return BackupForm.Archive;
        if (text.Length > 262 && text[257..262] == "ustar")
            return text.StartsWith("toc.dat\0", StringComparison.Ordinal) ? BackupForm.TarArchive : BackupForm.Tar;
        if (head.All(b => b == 0))
            return BackupForm.Hollow;
        if (text.StartsWith("mysqldump: ", StringComparison.Ordinal) || text.StartsWith("mariadb-dump: ", StringComparison.Ordinal) || text.StartsWith("pg_dump", StringComparison.Ordinal))
            return BackupForm.Complaint;
        if (text.Contains("-- PostgreSQL database cluster dump", StringComparison.Ordinal))
            return BackupForm.ClusterSql;
        if (text.Contains("-- PostgreSQL database", StringComparison.Ordinal))
            return BackupForm.Sql;
        return text.Contains("-- MySQL dump", StringComparison.Ordinal) || text.Contains("-- MariaDB dump", StringComparison.Ordinal) ? BackupForm.OtherSql : BackupForm.Other;
    }
}

internal enum BackupForm
{
    Other,

    /// <summary>pg_dump --format=custom.</summary>
    Archive,

    /// <summary>pg_dump --format=tar.</summary>
    TarArchive,

    /// <summary>pg_dump as text.</summary>
    Sql,

    /// <summary>pg_dumpall: one dump after another.</summary>
    ClusterSql,

    /// <summary>mysqldump, mariadb-dump.</summary>
    OtherSql,
    Tar,

    /// <summary>Nothing at all, or a tar without a file: zeros.</summary>
    Hollow,

    /// <summary>What a dump said that could not be made, in place of a dump.</summary>
    Complaint,
}
