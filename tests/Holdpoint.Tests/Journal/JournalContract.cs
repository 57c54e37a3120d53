using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

/// <summary>What every store promises.</summary>
public abstract class JournalContract
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new, empty journal.</summary>
    protected abstract IJournal Empty();

    /// <summary>The same journal as another process would open it.</summary>
    protected abstract IJournal Again(IJournal journal);

    [Fact]
    public async Task What_was_appended_is_read_in_order_and_chained_by_its_hashes()
    {
        await using var journal = Empty();
        var stored = await journal.AppendAsync(0, 1, Given.Event("started", """{"file":"DEPLOY.md"}"""), Given.Event("probed"));
        var more = await journal.AppendAsync(2, 0, Given.Event("signed", """{"role":"sre"}""", "Zoë"));

        var read = await journal.AllAsync();

        Assert.Equal(stored.Concat(more).Describe(), read.Describe());
        Assert.Equal([1L, 2L, 3L], read.Select(e => e.Sequence));
        Assert.Equal([1, 1, 0], read.Select(e => e.Epoch));
        Assert.Equal([Convert.ToHexStringLower(SHA256.HashData([])), read[0].Hash, read[1].Hash], read.Select(e => e.Previous));
        Assert.All(read, e => Assert.Equal(Given.Noon, e.At));
        Assert.Equal("Zoë", read[2].Actor);
    }

    [Fact]
    public async Task Reading_on_gives_only_what_is_new()
    {
        await using var journal = Empty();
        await using var reader = Again(journal);
        Assert.Empty(await reader.AllAsync());
        await journal.AppendAsync(0, 1, Given.Event("one"), Given.Event("two"));
        Assert.Equal(["two"], (await reader.AllAsync(1)).Select(e => e.Type));
        await journal.AppendAsync(2, 1, Given.Event("three"));
        Assert.Equal(["three"], (await reader.AllAsync(2)).Select(e => e.Type));
        Assert.Empty(await reader.AllAsync(3));
    }

    [Fact]
    public async Task An_append_that_expects_another_newest_entry_is_a_conflict_and_stores_nothing()
    {
        await using var journal = Empty();
        await journal.AppendAsync(0, 1, Given.Event("one"));
        await Assert.ThrowsAsync<JournalConflict>(() => journal.AppendAsync(0, 1, Given.Event("late")));
        await Assert.ThrowsAsync<JournalConflict>(() => journal.AppendAsync(2, 1, Given.Event("early")));
        Assert.Single(await journal.AllAsync());
        await journal.AppendAsync(1, 1, Given.Event("two"));
    }

    [Fact]
    public async Task A_woken_driver_whose_epoch_was_superseded_appends_nothing()
    {
        await using var old = Empty();
        await old.AppendAsync(0, 3, Given.Event("started"));
        await using var successor = Again(old);
        await successor.AppendAsync(1, 4, Given.Event("taken-over"));

        await Assert.ThrowsAsync<FencedOff>(() => old.AppendAsync(1, 3, Given.Event("deploying")));
        await Assert.ThrowsAsync<FencedOff>(() => old.AppendAsync(2, 3, Given.Event("deploying")));
        Assert.Equal(["started", "taken-over"], (await old.AllAsync()).Select(e => e.Type));
    }

    [Fact]
    public async Task A_persons_command_is_never_fenced_and_does_not_lower_the_epoch()
    {
        await using var journal = Empty();
        await journal.AppendAsync(0, 5, Given.Event("started"));
        await journal.AppendAsync(1, 0, Given.Event("signed"));
        await Assert.ThrowsAsync<FencedOff>(() => journal.AppendAsync(2, 4, Given.Event("deploying")));
        await journal.AppendAsync(2, 5, Given.Event("deploying"));
    }

    [Fact]
    public async Task A_driver_whose_lease_was_taken_over_is_fenced_by_the_lock_s_epoch()
    {
        using var record = new TemporaryFolder();
        var clock = new StandingClock();
        var locks = new EnvironmentLock(record.Path, clock);
        var lease = TimeSpan.FromSeconds(30);
        await using var old = Empty();
        var first = Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "ana", "A", "release", lease), Cancel));
        await old.AppendAsync(0, first.Epoch, Given.Event("started"));

        clock.Now += TimeSpan.FromMinutes(10);
        await using var successor = Again(old);
        var second = Assert.IsType<LockAnswer.Acquired>(await locks.TakeOverAsync(new("production", "bo", "B", "release", lease, Above: first.Epoch), null, Cancel));
        await successor.AppendAsync(1, second.Epoch, Given.Event("taken-over"));

        Assert.IsType<LockAnswer.Refused>(await locks.HeartbeatAsync("production", first.Epoch, lease, Cancel));
        await Assert.ThrowsAsync<FencedOff>(() => old.AppendAsync(2, first.Epoch, Given.Event("deploying")));
    }

    [Fact]
    public async Task Data_that_can_not_be_written_is_refused_and_stores_none_of_its_batch()
    {
        await using var journal = Empty();
        await Assert.ThrowsAsync<ArgumentException>(() => journal.AppendAsync(0, 1, Given.Event("fine"), Given.Event("half", "\"\\ud800\"")));
        await Assert.ThrowsAsync<ArgumentException>(() => journal.AppendAsync(0, 1, new NewEntry(Given.Noon, "driver", "none", default)));
        Assert.Empty(await journal.AllAsync());
        await journal.AppendAsync(0, 1, Given.Event("fine"));
    }

    [Fact]
    public void Any_sequence_of_entries_comes_back_as_it_was_given()
    {
        var text = ArbMap.Default.ArbFor<string>().Generator.Select(s => s ?? "");
        var leaf = Gen.OneOf(
            text.Select(s => JsonSerializer.Serialize(s)),
            ArbMap.Default.ArbFor<long>().Generator.Select(n => JsonSerializer.Serialize(n)),
            ArbMap.Default.ArbFor<double>().Generator.Where(double.IsFinite).Select(n => JsonSerializer.Serialize(n)),
            Gen.Elements("true", "false", "null", "1e3", "0.10", "[ ]", "{ }", "{\"a\" : [1,\n2]}"));
        var tree = Gen.OneOf(
            leaf,
            Gen.ArrayOf(leaf).Select(l => $"[{string.Join(",", l)}]"),
            text.Zip(leaf).ListOf().Select(m => $"{{{string.Join(",", m.DistinctBy(p => p.Item1).Select(p => $"{JsonSerializer.Serialize(p.Item1)}:{p.Item2}"))}}}"));
        var word = text.Where(s => !string.IsNullOrWhiteSpace(s));
        var entry = from actor in word
                    from type in word
                    from data in tree
                    from ticks in Gen.Choose(0, int.MaxValue)
                    select new NewEntry(Given.Noon.AddTicks(ticks), actor, type, Given.Json(data));
        var batches = entry.NonEmptyListOf().ListOf();
        var journal = Empty();
        var count = 0;

        Prop.ForAll(batches.ToArbitrary(), given =>
        {
            foreach (var batch in given)
            {
                var stored = journal.AppendAsync(count, 1, [.. batch], CancellationToken.None).AsTask().GetAwaiter().GetResult();
                var read = Again(journal).ReadAsync(count, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                count += batch.Count;
                Assert.Equal(stored.Describe(), read.Describe());
                Assert.All(batch.Zip(read), pair =>
                {
                    Assert.Equal(pair.First.At, pair.Second.At);
                    Assert.Equal(WellFormed(pair.First.Actor), pair.Second.Actor);
                    Assert.Equal(WellFormed(pair.First.Type), pair.Second.Type);
                    Assert.True(JsonElement.DeepEquals(pair.First.Data, pair.Second.Data));
                });
            }
        }).Check(Seeded.Runs(20).WithEndSize(12));
    }

    [Fact]
    public async Task Evidence_is_kept_under_a_safe_name_of_its_own()
    {
        await using var journal = Empty();
        var first = await journal.StoreEvidenceAsync("../../etc/passwd of ana.txt", "one"u8.ToArray(), Cancel);
        var second = await journal.StoreEvidenceAsync("../../etc/passwd of ana.txt", "two"u8.ToArray(), Cancel);

        Assert.Equal("etc-passwd-of-ana.txt", first.Name);
        Assert.Equal("etc-passwd-of-ana-2.txt", second.Name);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("two"u8)), second.Sha256);
        Assert.Equal(3, second.Bytes);
        Assert.Equal("one"u8.ToArray(), await journal.ReadEvidenceAsync(first, Cancel));
        Assert.Equal("two"u8.ToArray(), await Again(journal).ReadEvidenceAsync(second, Cancel));
    }

    [Fact]
    public async Task A_long_name_that_is_stored_twice_is_given_out_twice()
    {
        await using var journal = Empty();
        var name = new string('x', 100) + ".txt";
        await journal.StoreEvidenceAsync(name, "one"u8.ToArray(), Cancel);
        var second = await journal.StoreEvidenceAsync(name, "two"u8.ToArray(), Cancel);

        Assert.Equal("two"u8.ToArray(), await Again(journal).ReadEvidenceAsync(second, Cancel));
    }

    [Fact]
    public async Task Evidence_that_is_not_what_was_stored_is_not_given_out()
    {
        await using var journal = Empty();
        var stored = await journal.StoreEvidenceAsync("page.html", "<p>"u8.ToArray(), Cancel);
        await Assert.ThrowsAsync<DamagedJournal>(async () => await journal.ReadEvidenceAsync(stored with { Sha256 = new('0', 64) }, Cancel));
        await Assert.ThrowsAsync<DamagedJournal>(async () => await journal.ReadEvidenceAsync(stored with { Name = "../head" }, Cancel));
    }

    [Fact]
    public async Task Waiting_ends_when_there_is_something_new()
    {
        await using var journal = Empty();
        await using var other = Again(journal);
        var waiting = journal.WaitForChangeAsync(0, Cancel);
        await other.AppendAsync(0, 1, Given.Event("one"));
        await waiting;
        await journal.WaitForChangeAsync(0, Cancel);
        Assert.Single(await journal.AllAsync());
    }

    /// <summary>A half of a surrogate pair is no character; JSON carries the replacement character in its place.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}

public sealed class MemoryJournalKeepsTheContract : JournalContract
{
    protected override IJournal Empty() => new MemoryJournal("20261120-120000-production-0001");

    protected override IJournal Again(IJournal journal) => journal;
}

public sealed class FileJournalKeepsTheContract : JournalContract, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override IJournal Empty() => FileJournal.Create(folder.Of("runs/20261120-120000-production-0001"));

    protected override IJournal Again(IJournal journal) => FileJournal.Open(((FileJournal)journal).Folder);
}
