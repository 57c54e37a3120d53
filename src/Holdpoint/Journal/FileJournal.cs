namespace Holdpoint.Journal;

/// <summary>
/// The journal in a folder of its own, readable with any text tool: <c>journal.jsonl</c> (an entry a line, see <see cref="EntryLine"/>),
/// <c>head</c> (how far it is valid), <c>evidence/</c>, <c>lock</c> (flock(2), held for each append), and while deploying <c>reserve</c>.
/// </summary>
/// <remarks>
/// An append writes behind what <c>head</c> names, flushes, and only then replaces <c>head</c> durably: until then nothing of it counts.
/// What lies past <c>head</c> is cut by the next writer, under the lock; readers stop at <c>head</c>.
/// </remarks>
public sealed class FileJournal : IJournal
{
    /// <summary>Between two looks at <c>head</c>: 100 ms; after a second the waiting ends anyway.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private const int Looks = 10;

    /// <summary>Bytes kept for a rollback on a full disk: 1 MiB, some thousand events.</summary>
    private const int ReserveBytes = 1 << 20;

    private readonly IDurableFiles files;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly JournalChain chain = new();
    private JournalUnwritable? unwritable;

    private FileJournal(string folder, IDurableFiles files, TimeProvider time)
    {
        Folder = folder;
        this.files = files;
        this.time = time;
    }

    /// <summary>Absolute path of the run's folder.</summary>
    public string Folder { get; }

    public string RunId => Path.GetFileName(Folder);

    private string Lines => Path.Combine(Folder, JournalFiles.Lines);

    private string Head => Path.Combine(Folder, JournalFiles.Head);

    private string Evidence => Path.Combine(Folder, JournalFiles.Evidence);

    private string Reserve => Path.Combine(Folder, JournalFiles.Reserve);

    /// <summary>Opens an existing journal; changes nothing, so that a reader needs no right to write.</summary>
    /// <exception cref="DamagedJournal">There is no journal in the folder.</exception>
    public static FileJournal Open(string folder, TimeProvider? time = null) => Open(folder, DurableFiles.Disk, time ?? TimeProvider.System);

    /// <summary>Creates the folder, its missing parents and an empty journal, all of it durable.</summary>
    /// <exception cref="JournalUnwritable">The folder can't be made, or holds a journal already.</exception>
    public static FileJournal Create(string folder, TimeProvider? time = null) => Create(folder, DurableFiles.Disk, time ?? TimeProvider.System);

    internal static FileJournal Open(string folder, IDurableFiles files, TimeProvider time)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        JournalFiles.ReadHead(full);
        return new(full, files, time);
    }

    internal static FileJournal Create(string folder, IDurableFiles files, TimeProvider time)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        try
        {
            files.MakeFolder(full);
            using var held = Flock.TryTake(Path.Combine(full, JournalFiles.Lock));
            if (held is null || File.Exists(Path.Combine(full, JournalFiles.Head)))
            {
                throw new JournalUnwritable($"{full} holds a journal already; open it, or choose another run");
            }

            files.MakeFolder(Path.Combine(full, JournalFiles.Evidence));
            files.WriteWhole(Path.Combine(full, JournalFiles.Lines), []);
            files.Replace(Path.Combine(full, JournalFiles.Head), JournalHead.Empty.Render());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(full, e);
        }

        return new(full, files, time);
    }

    public async ValueTask<IReadOnlyList<JournalEntry>> ReadAsync(long after, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            JournalFiles.CatchUp(Folder, chain);
            return chain.After(after);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(long expected, int epoch, IReadOnlyList<NewEntry> entries, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            using var held = await LockAsync(cancel);
            JournalFiles.CatchUp(Folder, chain);
            chain.Admit(expected, epoch);
            var lines = chain.Compose(epoch, entries);
            if (lines.Count > 0)
            {
                cancel.ThrowIfCancellationRequested();
                Changing(() => Write(lines));
            }

            return [.. lines.Select(l => l.Entry)];
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask<EvidenceReference> StoreEvidenceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var safe = SafeName.OfEvidence(name);
        var temporary = Path.Combine(Evidence, $".{Guid.NewGuid():n}.tmp");
        if (unwritable is not null)
        {
            throw unwritable;
        }

        Changing(() => files.WriteWhole(temporary, content.Span));

        // The name is chosen under the lock, so that two processes never take the same one.
        using var held = await LockAsync(cancel);
        var number = 1;
        while (File.Exists(Path.Combine(Evidence, SafeName.Numbered(safe, number))))
        {
            number++;
        }

        var chosen = SafeName.Numbered(safe, number);
        Changing(() =>
        {
            files.Rename(temporary, Path.Combine(Evidence, chosen));
            files.FlushFolder(Evidence);
        });
        return JournalFiles.Refer(chosen, content.Span);
    }

    public async ValueTask<byte[]> ReadEvidenceAsync(EvidenceReference evidence, CancellationToken cancel)
    {
        if (!SafeName.IsOfEvidence(evidence.Name))
        {
            throw new DamagedJournal($"'{evidence.Name}' is not a name of evidence");
        }

        try
        {
            var content = await File.ReadAllBytesAsync(Path.Combine(Evidence, evidence.Name), cancel);
            return JournalFiles.Refer(evidence.Name, content) == evidence
                ? content
                : throw new DamagedJournal($"the evidence {evidence.Name} of {RunId} has changed since it was stored");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DamagedJournal($"the evidence {evidence.Name} of {RunId} can't be read: {e.Message}");
        }
    }

    public async Task WaitForChangeAsync(long sequence, CancellationToken cancel)
    {
        for (var look = 0; look < Looks && JournalFiles.ReadHead(Folder).Sequence <= sequence; look++)
        {
            await Task.Delay(Look, time, cancel);
        }
    }

    /// <summary>Keeps room on the disk for what a rollback has to record; called when <c>deploy</c> starts. Idempotent.</summary>
    /// <exception cref="JournalUnwritable">There is no room: better known before anything has changed.</exception>
    public void ReserveSpace()
    {
        if (File.Exists(Reserve) && new FileInfo(Reserve).Length == ReserveBytes)
        {
            return;
        }

        Changing(() =>
        {
            // A file system that compresses would reserve next to nothing for zeros.
            var filling = new byte[ReserveBytes];
            System.Security.Cryptography.RandomNumberGenerator.Fill(filling);
            files.Replace(Reserve, filling);
        });
    }

    /// <summary>Gives the reserved room back; without one nothing happens. Works on an instance that has met a full disk; to write again, open the folder anew.</summary>
    /// <exception cref="JournalUnwritable">The reserve can't be deleted.</exception>
    public void ReleaseReserve()
    {
        try
        {
            if (File.Exists(Reserve))
            {
                files.Delete(Reserve);
                files.FlushFolder(Folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(Folder, e);
        }
    }

    /// <summary>The same run for a rollback that nothing may stop: writes into the released reserve, and goes on from memory when even that fails.</summary>
    public async ValueTask<SalvagedJournal> SalvageAsync(CancellationToken cancel)
    {
        IReadOnlyList<JournalEntry> known;
        try
        {
            known = await ReadAsync(0, cancel);
            ReleaseReserve();
        }
        catch (Exception e) when (e is DamagedJournal or JournalUnwritable)
        {
            // The disk is worse than full; what is known already must do, and the next append finds out what can be written.
            known = chain.After(0);
        }

        return new(new FileJournal(Folder, files, time), known, time);
    }

    public IJournal Again() => new FileJournal(Folder, files, time);

    public ValueTask DisposeAsync()
    {
        turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write(List<(byte[] Line, JournalEntry Entry)> lines)
    {
        var bytes = lines.SelectMany(l => l.Line).ToArray();
        var head = chain.Head;
        using (var journal = files.Open(Lines))
        {
            if (RandomAccess.GetLength(journal) > head.Length)
            {
                files.Cut(journal, head.Length);
            }

            files.Write(journal, head.Length, bytes);
            files.Flush(journal, Lines);
        }

        files.Replace(Head, new JournalHead(lines[^1].Entry.Sequence, head.Length + bytes.Length, lines[^1].Entry.Hash).Render());
        foreach (var (line, entry) in lines)
        {
            chain.Add(entry, line.Length);
        }
    }

    private async ValueTask<Flock> LockAsync(CancellationToken cancel)
    {
        if (unwritable is not null)
        {
            throw unwritable;
        }

        try
        {
            return await Flock.TakeAsync(Path.Combine(Folder, JournalFiles.Lock), cancel);
        }
        catch (IOException e)
        {
            throw unwritable = Unwritable(Folder, e);
        }
    }

    /// <summary>After any failed change this instance changes nothing more: what the disk holds of it is not known.</summary>
    private void Changing(Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw unwritable = Unwritable(Folder, e);
        }
    }

    private static JournalUnwritable Unwritable(string folder, Exception e) =>
        new($"the journal in {folder} can't be written: {e.Message.TrimEnd('.')}. Check the disk's free space and the folder's permissions", e);
}
