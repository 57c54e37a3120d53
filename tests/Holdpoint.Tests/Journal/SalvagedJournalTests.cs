using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

public sealed class SalvagedJournalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FailingFiles files = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Run => folder.Of("runs/20261120-120000-production-0001");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_rollback_on_a_disk_that_stays_full_goes_on_from_memory_and_the_record_is_broken()
    {
        await using var journal = FileJournal.Create(Run, files, TimeProvider.System);
        await journal.AppendAsync(0, 1, Given.Event("started"), Given.Event("deploying"));
        journal.ReserveSpace();
        files.Before = (_, operation) => { if (operation is "write") { throw new IOException("No space left on device"); } };
        await Assert.ThrowsAsync<JournalUnwritable>(() => journal.AppendAsync(2, 1, Given.Event("rolling-back")));

        await using var salvaged = await journal.SalvageAsync(Cancel);
        Assert.False(salvaged.IsBroken);
        await salvaged.AppendAsync(2, 1, Given.Event("rolling-back"));
        var evidence = await salvaged.StoreEvidenceAsync("out.txt", "down"u8.ToArray(), Cancel);
        await salvaged.AppendAsync(3, 1, Given.Event("rolled-back"));

        Assert.True(salvaged.IsBroken);
        Assert.Equal(2, salvaged.BrokenAfter);
        Assert.Contains("No space left", salvaged.Because?.Message, StringComparison.Ordinal);
        Assert.Equal(["started", "deploying", "rolling-back", "rolled-back"], (await salvaged.AllAsync()).Select(e => e.Type));
        Assert.Equal("down"u8.ToArray(), await salvaged.ReadEvidenceAsync(evidence, Cancel));
        Assert.Equal(2, (await journal.AllAsync()).Count);
        await salvaged.WaitForChangeAsync(3, Cancel);
    }

    [Fact]
    public async Task With_the_reserve_released_the_rollback_is_recorded_on_the_disk()
    {
        await using var journal = FileJournal.Create(Run, files, TimeProvider.System);
        await journal.AppendAsync(0, 1, Given.Event("started"));
        journal.ReserveSpace();
        files.Before = (_, operation) =>
        {
            if (operation is "write" && File.Exists(Path.Combine(Run, "reserve")))
            {
                throw new IOException("No space left on device");
            }
        };
        await Assert.ThrowsAsync<JournalUnwritable>(() => journal.AppendAsync(1, 1, Given.Event("rolling-back")));

        await using var salvaged = await journal.SalvageAsync(Cancel);
        await salvaged.AppendAsync(1, 1, Given.Event("rolling-back"));

        Assert.False(salvaged.IsBroken);
        Assert.Equal(["started", "rolling-back"], (await journal.AllAsync()).Select(e => e.Type));
    }

    [Fact]
    public async Task A_broken_record_still_hears_people_and_a_newer_driver()
    {
        await using var journal = FileJournal.Create(Run, files, TimeProvider.System);
        await journal.AppendAsync(0, 1, Given.Event("started"));
        files.Before = (_, operation) => { if (operation is "write") { throw new IOException("No space left on device"); } };
        await using var salvaged = await journal.SalvageAsync(Cancel);
        await salvaged.AppendAsync(1, 1, Given.Event("rolling-back"));

        await using var other = FileJournal.Open(Run);
        await other.AppendAsync(1, 0, Given.Event("hold", actor: "ana"));
        Assert.Equal(["started", "rolling-back", "hold"], (await salvaged.AllAsync()).Select(e => e.Type));
        await other.AppendAsync(2, 2, Given.Event("taken-over"));
        await Assert.ThrowsAsync<FencedOff>(() => salvaged.AppendAsync(4, 1, Given.Event("rolled-back")));
    }

    [Fact]
    public async Task A_store_that_can_not_be_read_either_does_not_stop_the_rollback()
    {
        await using var journal = FileJournal.Create(Run, files, TimeProvider.System);
        await journal.AppendAsync(0, 1, Given.Event("started"));
        Directory.Delete(Run, recursive: true);

        await using var salvaged = await journal.SalvageAsync(Cancel);
        await salvaged.AppendAsync(1, 1, Given.Event("rolling-back"));

        Assert.True(salvaged.IsBroken);
        Assert.Equal(["started", "rolling-back"], (await salvaged.AllAsync()).Select(e => e.Type));
    }

    [Fact]
    public async Task While_the_store_works_it_is_the_store()
    {
        await using var store = new MemoryJournal("20261120-120000-production-0001");
        await store.AppendAsync(0, 1, Given.Event("started"));
        await using var salvaged = new SalvagedJournal(store, []);
        Assert.Single(await salvaged.AllAsync());
        await salvaged.AppendAsync(1, 1, Given.Event("two"));
        await store.AppendAsync(2, 0, Given.Event("three"));
        Assert.Equal(["two", "three"], (await salvaged.AllAsync(1)).Select(e => e.Type));
        await Assert.ThrowsAsync<JournalConflict>(() => salvaged.AppendAsync(2, 1, Given.Event("late")));
        Assert.False(salvaged.IsBroken);
    }
}
