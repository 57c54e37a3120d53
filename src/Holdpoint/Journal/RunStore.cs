using System.Text.Json;
namespace Holdpoint.Journal;

/// <summary>The newest entry of a run, by which a later run of the same environment is chained to it.</summary>
/// <param name="Hash">SHA-256, lower-case hex.</param>
public sealed record RunHead(string RunId, long Sequence, string Hash);

/// <summary>One run as a list shows it.</summary>
/// <param name="Entries">As many as the journal's head names.</param>
/// <param name="First">Null for a run that has recorded nothing, and with a problem.</param>
/// <param name="Last">Likewise.</param>
/// <param name="Problem">Why the run can't be read; null where it can.</param>
public sealed record RunSummary(string Id, long Entries, JournalEntry? First, JournalEntry? Last, string? Problem);

/// <summary>No run, or more than one, is called that; the message says what there is.</summary>
public sealed class UnknownRun(string what) : Exception(what);

/// <summary>The record folder (<c>.holdpoint</c> by default) with its <c>runs/ID/</c>.</summary>
public sealed class RunStore(string recordFolder, TimeProvider? time = null)
{
    /// <summary>What <see cref="FindRun"/> takes for the newest run.</summary>
    public const string Latest = "latest";

    /// <summary>Bytes read at once when looking for a single line.</summary>
    private const int Piece = 4096;

    /// <summary>Absolute path.</summary>
    public string Folder { get; } = Path.GetFullPath(recordFolder);

    private string Runs => Path.Combine(Folder, "runs");

    public string FolderOf(string runId) => Path.Combine(Runs, runId);

    /// <exception cref="JournalUnwritable">The folder can't be made, or the run exists.</exception>
    public FileJournal CreateRun(string runId) => RunId.IsValid(runId)
        ? FileJournal.Create(FolderOf(runId), time)
        : throw new ArgumentException($"'{runId}' is not the name of a run; one is made by {nameof(RunId)}.{nameof(RunId.New)}", nameof(runId));

    /// <exception cref="UnknownRun">There is no such run.</exception>
    /// <exception cref="DamagedJournal">Its journal can't be read.</exception>
    public FileJournal OpenRun(string runId) => RunId.IsValid(runId) && Directory.Exists(FolderOf(runId))
        ? FileJournal.Open(FolderOf(runId), time)
        : throw new UnknownRun($"there is no run '{runId}' in {Runs}");

    /// <summary>Names of all runs, the newest first.</summary>
    public IReadOnlyList<string> Ids()
    {
        if (!Directory.Exists(Runs))
        {
            return [];
        }

        var ids = Directory.EnumerateDirectories(Runs).Select(f => Path.GetFileName(f)!).Where(RunId.IsValid).ToArray();
        Array.Sort(ids, (a, b) => string.CompareOrdinal(b, a));
        return ids;
    }

    /// <summary>False where its driver died before its first event: nothing was begun, and nothing is lost.</summary>
    public bool HasBegun(string runId) => JournalFiles.HasBegun(FolderOf(runId));

    /// <summary>The newest first; each is read as the caller comes to it, and only its two ends.</summary>
    public IEnumerable<RunSummary> List() => Ids().Select(Summarize);

    /// <param name="prefixOrLatest">The beginning of a run's name, or <see cref="Latest"/>, or nothing for the same.</param>
    /// <exception cref="UnknownRun">None, or several.</exception>
    public string FindRun(string? prefixOrLatest)
    {
        var ids = Ids().Where(HasBegun).ToList();
        if (ids.Count == 0)
        {
            throw new UnknownRun($"there is no run in {Runs}");
        }

        if (string.IsNullOrEmpty(prefixOrLatest) || prefixOrLatest == Latest)
        {
            return Newest(ids);
        }

        var found = ids.Where(id => id.StartsWith(prefixOrLatest, StringComparison.Ordinal)).ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new UnknownRun($"no run begins with '{prefixOrLatest}'; the newest is {ids[0]}"),
            _ when found.Contains(prefixOrLatest) => prefixOrLatest,
            _ => throw new UnknownRun($"'{prefixOrLatest}' is the beginning of {found.Length} runs: {string.Join(", ", found.Take(5))}{(found.Length > 5 ? ", …" : "")}; write more of it"),
        };
    }

    /// <summary>A run may rehearse inside of itself: it, and not its rehearsal, is what somebody looks for afterwards.</summary>
    private string Newest(IReadOnlyList<string> ids)
    {
        if (Summarize(ids[0]) is not { Last: { } end } newest || !IsRehearsal(newest))
        {
            return ids[0];
        }

        var around = ids.Skip(1).Select(Summarize).FirstOrDefault(r => !IsRehearsal(r));
        return around?.Last is { } last && last.At >= end.At ? around.Id : ids[0];
    }

    private static bool IsRehearsal(RunSummary run) => run.First?.Data is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("rehearsal", out _);

    /// <returns>Null for a run that has recorded nothing.</returns>
    /// <exception cref="DamagedJournal">The run's head can't be read.</exception>
    public RunHead? HeadOf(string runId)
    {
        var head = JournalFiles.ReadHead(FolderOf(runId));
        return head.Sequence == 0 ? null : new(runId, head.Sequence, head.Hash);
    }

    /// <summary>The head of the newest run of an environment, for the first event of its next run.</summary>
    /// <param name="except">The next run itself, where its folder exists already.</param>
    /// <exception cref="DamagedJournal">That run's head can't be read.</exception>
    public RunHead? PreviousOf(string environment, string? except = null) =>
        Ids().Where(id => id != except && RunId.IsOf(id, environment) && HasBegun(id)).Select(HeadOf).FirstOrDefault(h => h is not null);

    private RunSummary Summarize(string id)
    {
        var folder = FolderOf(id);
        try
        {
            var head = JournalFiles.ReadHead(folder);
            return head.Sequence == 0
                ? new(id, 0, null, null, null)
                : new(id, head.Sequence, FirstLine(folder, head.Length), LastLine(folder, head.Length), null);
        }
        catch (DamagedJournal e)
        {
            return new(id, 0, null, null, e.Message);
        }
    }

    private static JournalEntry FirstLine(string folder, long length)
    {
        for (long size = Piece; ; size *= 4)
        {
            var bytes = JournalFiles.ReadRange(folder, 0, Math.Min(size, length));
            var end = bytes.AsSpan().IndexOf((byte)'\n');
            if (end >= 0 || bytes.Length == length)
            {
                return Entry(folder, bytes.AsSpan(0, end < 0 ? bytes.Length : end), "first");
            }
        }
    }

    private static JournalEntry LastLine(string folder, long length)
    {
        for (long size = Piece; ; size *= 4)
        {
            var from = Math.Max(0, length - size);
            var bytes = JournalFiles.ReadRange(folder, from, length);
            var line = bytes.AsSpan(0, bytes.Length - 1);
            var before = line.LastIndexOf((byte)'\n');
            if (before >= 0 || from == 0)
            {
                return Entry(folder, line[(before + 1)..], "last");
            }
        }
    }

    private static JournalEntry Entry(string folder, ReadOnlySpan<byte> line, string which) =>
        EntryLine.Read(line, out var fault) ?? throw new DamagedJournal($"the {which} line of {Path.Combine(folder, JournalFiles.Lines)}: {fault!.What}");
}
