using System.Text.Json;
using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

/// <summary>A folder that goes away with the test; in memory where the machine offers that, since every append is flushed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"holdpoint-{Guid.NewGuid():n}")).FullName;

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class StandingClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 14, 3, 0, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Now;
}

internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, 123, TimeSpan.Zero);

    public static NewEntry Event(string type, string json = "{}", string actor = "driver") => new(Noon, actor, type, Json(json));

    public static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static async Task<IReadOnlyList<JournalEntry>> AppendAsync(this IJournal journal, long expected, int epoch, params NewEntry[] entries) =>
        await journal.AppendAsync(expected, epoch, entries, TestContext.Current.CancellationToken);

    public static async Task<IReadOnlyList<JournalEntry>> AllAsync(this IJournal journal, long after = 0) =>
        await journal.ReadAsync(after, TestContext.Current.CancellationToken);

    /// <summary>Reads on and tries again as often as somebody else was faster, as the driver and people's commands do.</summary>
    public static async Task<IReadOnlyList<JournalEntry>> InsistAsync(this IJournal journal, int epoch, NewEntry entry)
    {
        while (true)
        {
            var known = await journal.AllAsync();
            try
            {
                return await journal.AppendAsync(known.Count, epoch, entry);
            }
            catch (JournalConflict)
            {
                await Task.Yield();
            }
        }
    }

    public static string Describe(this IEnumerable<JournalEntry> entries) =>
        string.Join("\n", entries.Select(e => $"{e.Sequence} {e.At:O} {e.Actor} {e.Epoch} {e.Type} {e.Data.GetRawText()} {e.Previous} {e.Hash}"));
}
