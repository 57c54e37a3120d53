using System.Security.Cryptography;

namespace Holdpoint.Journal;

/// <summary>The names in a run's folder, and how they are read: first <c>head</c>, then the lines up to what it names, never further.</summary>
internal static class JournalFiles
{
    public const string Lines = "journal.jsonl";
    public const string Head = "head";
    public const string Evidence = "evidence";
    public const string Lock = "lock";
    public const string Reserve = "reserve";

    /// <summary>False where no event was ever recorded: its writer died before.</summary>
    public static bool HasBegun(string folder)
    {
        try
        {
            return JournalHead.Parse(File.ReadAllBytes(Path.Combine(folder, Head))) is not { Sequence: 0 };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Lines without a head are a journal that somebody damaged.
            return new FileInfo(Path.Combine(folder, Lines)) is { Exists: true, Length: > 0 };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <exception cref="DamagedJournal">Missing, unreadable, or not a head.</exception>
    public static JournalHead ReadHead(string folder)
    {
        try
        {
            return JournalHead.Parse(File.ReadAllBytes(Path.Combine(folder, Head)))
                ?? throw new DamagedJournal($"{Path.Combine(folder, Head)} is not the head of a journal; `holdpoint audit` says what is wrong");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DamagedJournal($"there is no journal in {folder}: the file {Head} is missing");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DamagedJournal($"the journal in {folder} can't be read: {e.Message}");
        }
    }

    /// <summary>Adds what has been appended since; reads nothing but <c>head</c> when that is nothing.</summary>
    /// <exception cref="DamagedJournal">Names the line that breaks the chain, or what <c>head</c> names and is not there.</exception>
    public static void CatchUp(string folder, JournalChain chain)
    {
        var head = ReadHead(folder);
        var known = chain.Head;
        if (head == known)
        {
            return;
        }

        if (head.Sequence <= known.Sequence || head.Length <= known.Length)
        {
            throw new DamagedJournal($"{Path.Combine(folder, Head)} went back from sequence {known.Sequence} to {head.Sequence}: the journal was replaced or cut");
        }

        try
        {
            chain.AddLines(ReadRange(folder, known.Length, head.Length));
        }
        catch (DamagedJournal e)
        {
            throw new DamagedJournal($"{Path.Combine(folder, Lines)}: {e.Message}");
        }

        if (chain.Head != head)
        {
            throw new DamagedJournal($"{Path.Combine(folder, Head)} names sequence {head.Sequence}, {head.Length} bytes, {head.Hash}; the lines end with sequence {chain.Head.Sequence}, {chain.Head.Length} bytes, {chain.Head.Hash}");
        }
    }

    /// <exception cref="DamagedJournal">The file is shorter than that, or can't be read.</exception>
    public static byte[] ReadRange(string folder, long from, long to)
    {
        var path = Path.Combine(folder, Lines);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            if (length < to)
            {
                throw new DamagedJournal($"the file ends at byte {length}, but head names {to}: the tail has been cut");
            }

            var bytes = new byte[to - from];
            var got = 0;
            while (got < bytes.Length)
            {
                var read = RandomAccess.Read(file, bytes.AsSpan(got), from + got);
                if (read == 0)
                {
                    throw new DamagedJournal($"the file ends at byte {from + got}, but head names {to}: the tail has been cut");
                }

                got += read;
            }

            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DamagedJournal($"{path} can't be read: {e.Message}");
        }
    }

    public static EvidenceReference Refer(string name, ReadOnlySpan<byte> content) =>
        new(name, EntryLine.Hex(SHA256.HashData(content)), content.Length);
}
