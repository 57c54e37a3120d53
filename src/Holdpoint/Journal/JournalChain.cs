namespace Holdpoint.Journal;

/// <summary>The verified entries of a journal in memory, and the rules for what may come next; the same for every store.</summary>
internal sealed class JournalChain
{
    private readonly List<JournalEntry> entries = [];

    public JournalHead Head { get; private set; } = JournalHead.Empty;

    /// <summary>The highest epoch appended so far; 0 before any driver wrote.</summary>
    public int Epoch { get; private set; }

    public IReadOnlyList<JournalEntry> After(long sequence) =>
        sequence >= entries.Count ? [] : entries.GetRange((int)Math.Max(0, sequence), entries.Count - (int)Math.Max(0, sequence));

    /// <summary>The fence comes first: a driver that has been superseded must hear that, and not be told to try again.</summary>
    /// <exception cref="FencedOff">A higher epoch drives.</exception>
    /// <exception cref="JournalConflict">The newest sequence number is another.</exception>
    public void Admit(long expected, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (epoch > 0 && epoch < Epoch)
        {
            throw new FencedOff(epoch, Epoch);
        }

        if (expected != Head.Sequence)
        {
            throw new JournalConflict(expected, Head.Sequence);
        }
    }

    /// <summary>The lines that would follow; the chain itself stays as it is until they are added.</summary>
    public List<(byte[] Line, JournalEntry Entry)> Compose(int epoch, IReadOnlyList<NewEntry> added)
    {
        var lines = new List<(byte[] Line, JournalEntry Entry)>(added.Count);
        var (sequence, previous) = (Head.Sequence, Head.Hash);
        foreach (var entry in added)
        {
            var line = EntryLine.Compose(entry, ++sequence, epoch, previous);
            lines.Add(line);
            previous = line.Entry.Hash;
        }

        return lines;
    }

    /// <param name="bytes">Of the entry's line, line feed included.</param>
    /// <exception cref="DamagedJournal">The entry does not follow the one before it.</exception>
    public void Add(JournalEntry entry, int bytes)
    {
        var line = Head.Sequence + 1;
        if (entry.Sequence != line)
        {
            throw new DamagedJournal($"line {line} has sequence {entry.Sequence} where {line} must stand");
        }

        if (entry.Previous != Head.Hash)
        {
            throw new DamagedJournal($"line {line}, sequence {entry.Sequence}: it does not follow the entry before it (prev is not that entry's hash)");
        }

        entries.Add(entry);
        Head = new(entry.Sequence, Head.Length + bytes, entry.Hash);
        Epoch = Math.Max(Epoch, entry.Epoch);
    }

    /// <summary>Adds the lines of a piece of <c>journal.jsonl</c> that begins where this chain ends.</summary>
    /// <exception cref="DamagedJournal">A line that is wrong, or that doesn't follow; those before it have been added.</exception>
    public void AddLines(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var line = Head.Sequence + 1;
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
            {
                throw new DamagedJournal($"line {line} does not end with a line feed (byte {Head.Length + bytes.Length})");
            }

            var entry = EntryLine.Read(bytes[..end], out var fault)
                ?? throw new DamagedJournal($"line {line} (from byte {Head.Length}): {fault!.What}");
            Add(entry, end + 1);
            bytes = bytes[(end + 1)..];
        }
    }
}
