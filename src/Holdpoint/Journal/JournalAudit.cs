using System.Text.Json;

namespace Holdpoint.Journal;

/// <summary>Looks for everything in a run's folder that is not as it was written. Changes nothing.</summary>
public static class JournalAudit
{
    /// <param name="folder">Of one run.</param>
    public static AuditReport Check(string folder)
    {
        var findings = new List<AuditFinding>();
        var bytes = ReadOrFind(folder, JournalFiles.Lines, AuditFault.Missing, findings);
        var headText = ReadOrFind(folder, JournalFiles.Head, AuditFault.BadHead, findings);
        var head = headText is null ? null : ParseHead(headText, findings);
        if (bytes is null)
        {
            return new(findings, 0, 0, EntryLine.NoHash);
        }

        IReadOnlyList<JournalEntry> entries;
        if (head is not null && IntactUpTo(head, bytes) is { } intact)
        {
            entries = intact;
            CheckPastHead(head, bytes, findings);
        }
        else
        {
            entries = new LineAudit(bytes, head, findings).Run();
            if (findings.Count == 0)
            {
                findings.Add(new(AuditFault.BrokenChain, JournalFiles.Lines, null, null, null, "the lines and head do not agree, in a way that can't be named better"));
            }
        }

        var evidence = CheckEvidence(folder, entries, findings);
        return new(findings, entries.Count, evidence, entries.Count == 0 ? EntryLine.NoHash : entries[^1].Hash);
    }

    /// <summary>Whether the run that another one names as its predecessor still has that entry.</summary>
    /// <param name="previous">As the later run's first entry recorded it.</param>
    /// <returns>Null where it has.</returns>
    public static AuditFinding? CheckPrevious(RunStore store, RunHead previous)
    {
        var file = Path.Combine(previous.RunId, JournalFiles.Lines);
        if (!RunId.IsValid(previous.RunId) || !Directory.Exists(store.FolderOf(previous.RunId)))
        {
            return new(AuditFault.Missing, file, null, previous.Sequence, null, $"the previous run {previous.RunId} is gone");
        }

        try
        {
            var chain = new JournalChain();
            JournalFiles.CatchUp(store.FolderOf(previous.RunId), chain);
            return chain.After(previous.Sequence - 1) is [var entry, ..] && entry.Hash == previous.Hash
                ? null
                : new(AuditFault.BrokenChain, file, previous.Sequence, previous.Sequence, null, $"this entry of the previous run is not the one that was recorded, {previous.Hash}");
        }
        catch (DamagedJournal e)
        {
            return new(AuditFault.BrokenChain, file, null, null, null, e.Message);
        }
    }

    /// <summary>References to evidence anywhere in an entry's data: <c>{"evidence": [{"name", "sha256", "bytes"}]}</c>.</summary>
    public static IEnumerable<EvidenceReference> EvidenceIn(JsonElement data)
    {
        switch (data.ValueKind)
        {
            case JsonValueKind.Array:
                return data.EnumerateArray().SelectMany(EvidenceIn);
            case JsonValueKind.Object:
                return data.EnumerateObject().SelectMany(member => member is { Name: "evidence", Value.ValueKind: JsonValueKind.Array }
                    ? member.Value.EnumerateArray().SelectMany(e => Reference(e) is { } one ? [one] : EvidenceIn(e))
                    : EvidenceIn(member.Value));
            default:
                return [];
        }
    }

    private static EvidenceReference? Reference(JsonElement one) =>
        one.ValueKind == JsonValueKind.Object
        && one.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
        && one.TryGetProperty("sha256", out var hash) && hash.ValueKind == JsonValueKind.String
        && one.TryGetProperty("bytes", out var bytes) && bytes.ValueKind == JsonValueKind.Number && bytes.TryGetInt64(out var size)
            ? new(name.GetString()!, hash.GetString()!, size)
            : null;

    private static byte[]? ReadOrFind(string folder, string file, AuditFault fault, List<AuditFinding> findings)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            findings.Add(new(fault, file, null, null, null, "the file is missing"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add(new(fault, file, null, null, null, $"the file can't be read: {e.Message}"));
        }

        return null;
    }

    private static JournalHead? ParseHead(byte[] text, List<AuditFinding> findings)
    {
        var head = JournalHead.Parse(text);
        if (head is null)
        {
            findings.Add(new(AuditFault.BadHead, JournalFiles.Head, 1, null, 0, "these are not a sequence number, a length and a hash as they were written"));
        }

        return head;
    }

    /// <returns>The entries when every byte that head names is as written; else null.</returns>
    private static IReadOnlyList<JournalEntry>? IntactUpTo(JournalHead head, byte[] bytes)
    {
        if (head.Length > bytes.Length)
        {
            return null;
        }

        var chain = new JournalChain();
        try
        {
            chain.AddLines(bytes.AsSpan(0, (int)head.Length));
        }
        catch (DamagedJournal)
        {
            return null;
        }

        return chain.Head == head ? chain.After(0) : null;
    }

    private static void CheckPastHead(JournalHead head, byte[] bytes, List<AuditFinding> findings)
    {
        if (bytes.Length == head.Length)
        {
            return;
        }

        findings.Add(new(AuditFault.PastHead, JournalFiles.Lines, head.Sequence + 1, null, head.Length, $"{bytes.Length - head.Length} bytes lie behind the newest entry that head names; they are not part of the record"));
        var line = head.Sequence;
        for (var from = (int)head.Length; from < bytes.Length;)
        {
            var length = bytes.AsSpan(from).IndexOf((byte)'\n');
            length = length < 0 ? bytes.Length - from : length;
            line++;
            if (EntryLine.Read(bytes.AsSpan(from, length), out _) is { } entry && entry.Sequence <= head.Sequence)
            {
                findings.Add(new(AuditFault.Repeated, JournalFiles.Lines, line, entry.Sequence, from, "this entry is there already"));
            }

            from += length + 1;
        }
    }

    private static int CheckEvidence(string folder, IReadOnlyList<JournalEntry> entries, List<AuditFinding> findings)
    {
        var path = Path.Combine(folder, JournalFiles.Evidence);
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (entry, reference) in entries.SelectMany(e => EvidenceIn(e.Data).Select(r => (e, r))))
        {
            var file = $"{JournalFiles.Evidence}/{reference.Name}";
            named.Add(reference.Name);
            if (!SafeName.IsOfEvidence(reference.Name))
            {
                findings.Add(new(AuditFault.Missing, file, null, entry.Sequence, null, "this is not a name of evidence"));
            }
            else if (ReadOrFind(folder, file, AuditFault.Missing, findings) is { } content && JournalFiles.Refer(reference.Name, content) is var found && found != reference)
            {
                var what = found.Bytes == reference.Bytes ? "its content was changed" : $"it has {found.Bytes} bytes instead of {reference.Bytes}";
                findings.Add(new(AuditFault.Changed, file, null, entry.Sequence, null, $"{what}; the entry names SHA-256 {reference.Sha256}, the file has {found.Sha256}"));
            }
        }

        var present = Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path).Select(f => Path.GetFileName(f)!) : [];
        foreach (var file in present.Where(f => !named.Contains(f)).Order(StringComparer.Ordinal))
        {
            findings.Add(new(AuditFault.Extra, $"{JournalFiles.Evidence}/{file}", null, null, null, "no entry names this file"));
        }

        return named.Count;
    }
}
