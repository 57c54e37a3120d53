using System.Text.Json;

namespace Holdpoint.Journal;

/// <summary>One event as it is stored.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="At">UTC.</param>
/// <param name="Actor">Who or what caused it: a person's name, or <c>driver</c>.</param>
/// <param name="Epoch">The epoch of the driver that wrote it; 0 for what people's commands append.</param>
/// <param name="Type">The event's stable name on the wire.</param>
/// <param name="Previous">Hash of the entry before it; of the empty text for the first.</param>
/// <param name="Hash">SHA-256, lower-case hex, of everything else in the entry.</param>
public sealed record JournalEntry(long Sequence, DateTimeOffset At, string Actor, int Epoch, string Type, JsonElement Data, string Previous, string Hash);

/// <summary>An event that is to be appended.</summary>
public sealed record NewEntry(DateTimeOffset At, string Actor, string Type, JsonElement Data);

/// <summary>A file of evidence, as an event refers to it.</summary>
/// <param name="Name">File name inside the run's evidence.</param>
/// <param name="Sha256">Lower-case hex of the stored bytes.</param>
public sealed record EvidenceReference(string Name, string Sha256, long Bytes);

/// <summary>The append-only record of one run.</summary>
public interface IJournal : IAsyncDisposable
{
    string RunId { get; }

    /// <summary>Entries after a sequence number, up to the head. Never changes the store.</summary>
    ValueTask<IReadOnlyList<JournalEntry>> ReadAsync(long after, CancellationToken cancel);

    /// <summary>
    /// Appends entries durably, all or none, when <paramref name="expected"/> is still the newest sequence number (0: empty).
    /// The epoch that drives is the highest one appended so far; <paramref name="epoch"/> 0 is a person's command and is never fenced.
    /// </summary>
    /// <returns>The entries as stored.</returns>
    /// <exception cref="JournalConflict">Somebody else appended meanwhile: read on and decide again.</exception>
    /// <exception cref="FencedOff">A higher epoch drives.</exception>
    /// <exception cref="JournalUnwritable">Disk full, no permission, a failed flush. The journal accepts nothing more.</exception>
    ValueTask<IReadOnlyList<JournalEntry>> AppendAsync(long expected, int epoch, IReadOnlyList<NewEntry> entries, CancellationToken cancel);

    /// <summary>Stores evidence durably before the event that names it. The content must already be masked.</summary>
    ValueTask<EvidenceReference> StoreEvidenceAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancel);

    ValueTask<byte[]> ReadEvidenceAsync(EvidenceReference evidence, CancellationToken cancel);

    /// <summary>Completes when there may be something after <paramref name="sequence"/>, or after a short while.</summary>
    Task WaitForChangeAsync(long sequence, CancellationToken cancel);

    /// <summary>The same journal for one more try, after it took nothing more.</summary>
    IJournal Again() => this;
}

/// <summary>The newest sequence number was not the expected one.</summary>
public sealed class JournalConflict(long expected, long actual) : Exception($"the journal is at {actual}, not at {expected}");

/// <summary>A newer driver has taken over; this one appends nothing more.</summary>
public sealed class FencedOff(int epoch, int current) : Exception($"driver epoch {epoch} has been superseded by epoch {current}");

/// <summary>The journal can't be written.</summary>
public sealed class JournalUnwritable(string because, Exception? cause = null) : Exception(because, cause);

/// <summary>The journal's own bytes or order are wrong; the message names the place.</summary>
public sealed class DamagedJournal(string what) : Exception(what);
