namespace Holdpoint.Journal;

/// <summary>Names what is wrong with lines that are known not to be intact: judged one by one first, then by their order, then against <c>head</c>.</summary>
internal sealed class LineAudit(byte[] bytes, JournalHead? head, List<AuditFinding> findings)
{
    private sealed record Line(long Number, long From, long To, JournalEntry? Entry, EntryLine.Fault? Fault);

    /// <returns>The entries of the lines that are intact in themselves.</returns>
    public IReadOnlyList<JournalEntry> Run()
    {
        var lines = Split();
        var before = findings.Count;
        var next = CheckOrder(lines);
        if (head is not null)
        {
            CheckHead(head, lines, next, linesAreIntact: findings.Count == before);
        }

        return [.. lines.Select(l => l.Entry).OfType<JournalEntry>()];
    }

    private List<Line> Split()
    {
        var lines = new List<Line>();
        for (var from = 0; from < bytes.Length;)
        {
            var length = bytes.AsSpan(from).IndexOf((byte)'\n');
            var end = length < 0 ? bytes.Length : from + length;
            var entry = EntryLine.Read(bytes.AsSpan(from, end - from), out var fault);
            if (entry is not null && length < 0)
            {
                (entry, fault) = (null, new("the line feed at its end is missing", end - from));
            }

            lines.Add(new(lines.Count + 1, from, end, entry, fault));
            from = end + 1;
        }

        return lines;
    }

    /// <returns>The sequence number that would come next.</returns>
    private long CheckOrder(List<Line> lines)
    {
        var anywhere = lines.Select(l => l.Entry?.Sequence ?? 0).ToHashSet();
        var seen = new HashSet<long>();
        var next = 1L;
        Line? before = null;
        foreach (var line in lines)
        {
            if (line.Entry is not { } entry)
            {
                ReportChanged(line, next++, lines);
                before = null;
                continue;
            }

            if (!seen.Add(entry.Sequence))
            {
                Report(AuditFault.Repeated, line, entry.Sequence, "this entry is there already");
                continue;
            }

            if (entry.Sequence < next)
            {
                Report(AuditFault.Moved, line, entry.Sequence, $"this entry stands behind sequence {next - 1}");
                before = null;
                continue;
            }

            for (; next < entry.Sequence; next++)
            {
                Report(
                    anywhere.Contains(next) ? AuditFault.Moved : AuditFault.Missing, line, next,
                    anywhere.Contains(next) ? "the entry that must stand here stands elsewhere" : "the entry that must stand here is missing");
                before = null;
            }

            var previous = entry.Sequence == 1 ? EntryLine.NoHash : before?.Entry?.Hash;
            if (previous is not null && entry.Previous != previous)
            {
                Report(AuditFault.BrokenChain, line, entry.Sequence, $"it does not follow the entry before it: it names {entry.Previous}, that entry is {previous}");
            }

            before = line;
            next++;
        }

        return next;
    }

    private void ReportChanged(Line line, long sequence, List<Line> lines)
    {
        var fault = line.Fault!;
        var follower = lines.FirstOrDefault(l => l.Number == line.Number + 1)?.Entry?.Previous ?? (head?.Sequence == sequence ? head.Hash : null);
        if (fault.ComputedHash is { } computed && fault.StatedHash is { } stated && computed != stated && follower == computed)
        {
            var digit = computed.Zip(stated).TakeWhile(pair => pair.First == pair.Second).Count();
            findings.Add(new(AuditFault.Changed, JournalFiles.Lines, line.Number, sequence, line.To - 66 + digit, "the line's own hash was changed; its content is as it was written"));
            return;
        }

        var at = fault.Byte is { } inLine ? line.From + inLine : line.From;
        findings.Add(new(AuditFault.Changed, JournalFiles.Lines, line.Number, sequence, at, $"the line was changed: {fault.What}"));
    }

    private void Report(AuditFault fault, Line line, long sequence, string what) =>
        findings.Add(new(fault, JournalFiles.Lines, line.Number, sequence, line.From, what));

    private void CheckHead(JournalHead head, List<Line> lines, long next, bool linesAreIntact)
    {
        if (lines is [.., { Entry: { } last }] && last.Hash == head.Hash && last.Sequence != head.Sequence)
        {
            findings.Add(new(AuditFault.BadHead, JournalFiles.Head, 1, last.Sequence, 0, $"it names sequence {head.Sequence}; the entry with its hash is {last.Sequence}"));
            return;
        }

        if (head.Sequence >= next)
        {
            var gone = head.Sequence == next ? $"sequence {next} is" : $"sequences {next} to {head.Sequence} are";
            findings.Add(new(AuditFault.CutTail, JournalFiles.Lines, lines.Count + 1, next, bytes.Length, $"head names {head.Sequence} entries; {gone} missing at the end"));
            return;
        }

        var newest = lines.FirstOrDefault(l => l.Entry?.Sequence == head.Sequence);
        if (newest is null && head.Sequence > 0)
        {
            return;
        }

        var (hash, end) = newest is null ? (EntryLine.NoHash, 0) : (newest.Entry!.Hash, newest.To + 1);
        if (hash != head.Hash)
        {
            findings.Add(new(AuditFault.BadHead, JournalFiles.Head, 1, head.Sequence, null, $"it names the hash {head.Hash}; that entry's is {hash}"));
        }
        else if (linesAreIntact && end != head.Length)
        {
            findings.Add(new(AuditFault.BadHead, JournalFiles.Head, 1, head.Sequence, null, $"it names {head.Length} bytes; that entry ends at byte {end}"));
        }

        if (next - 1 > head.Sequence)
        {
            findings.Add(new(AuditFault.PastHead, JournalFiles.Lines, head.Sequence + 1, head.Sequence + 1, end, $"lines lie behind sequence {head.Sequence}, the newest that head names"));
        }
    }
}
