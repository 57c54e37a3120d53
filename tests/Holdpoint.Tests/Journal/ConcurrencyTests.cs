using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

public sealed class ConcurrencyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Run => folder.Of("runs/20261120-120000-production-0001");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_hundred_signatures_during_a_drivers_appends_lose_nothing()
    {
        await using var driver = FileJournal.Create(Run);
        var driving = Task.Run(async () =>
        {
            for (var n = 0; n < 30; n++)
            {
                await driver.InsistAsync(1, Given.Event("probed", $"{n}"));
            }
        }, TestContext.Current.CancellationToken);
        var signing = Enumerable.Range(0, 10).Select(person => Task.Run(async () =>
        {
            for (var n = 0; n < 10; n++)
            {
                await using var command = FileJournal.Open(Run);
                await command.InsistAsync(0, Given.Event("signed", $"\"{person}-{n}\"", $"person-{person}"));
            }
        }));

        await Task.WhenAll([driving, .. signing]);

        var read = await driver.AllAsync();
        Assert.Equal(130, read.Count);
        Assert.Equal(100, read.Where(e => e.Type == "signed").Select(e => e.Data.GetString()).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 30), read.Where(e => e.Type == "probed").Select(e => e.Data.GetInt32()));
        Assert.Empty(JournalAudit.Check(Run).Findings);
    }

    [Fact]
    public async Task Readers_during_appends_see_whole_batches_and_cut_nothing()
    {
        await using var driver = FileJournal.Create(Run);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            await using var reader = FileJournal.Open(Run);
            var seen = 0L;
            while (!done.IsCancellationRequested)
            {
                var news = await reader.AllAsync(seen);
                seen += news.Count;
                Assert.Equal(0, seen % 3);
                await using var fresh = FileJournal.Open(Run);
                Assert.True((await fresh.AllAsync()).Count >= seen);
            }
        })).ToArray();

        for (var n = 0; n < 40; n++)
        {
            await driver.AppendAsync(3 * n, 1, Given.Event("a"), Given.Event("b"), Given.Event("c", $"\"{new string('x', 3000)}\""));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(120, (await driver.AllAsync()).Count);
        Assert.Empty(JournalAudit.Check(Run).Findings);
    }

    [Fact]
    public async Task Evidence_of_the_same_name_stored_at_once_gets_as_many_names()
    {
        await using var journal = FileJournal.Create(Run);
        var stored = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () =>
        {
            await using var command = FileJournal.Open(Run);
            return await command.StoreEvidenceAsync("out.txt", new byte[] { (byte)n }, CancellationToken.None);
        })));
        Assert.Equal(20, stored.Select(e => e.Name).Distinct().Count());
        foreach (var one in stored)
        {
            Assert.Single(await journal.ReadEvidenceAsync(one, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task An_append_waits_for_the_lock_and_can_be_given_up()
    {
        await using var journal = FileJournal.Create(Run);
        using var given = new CancellationTokenSource();
        using (Flock.TryTake(Path.Combine(Run, "lock")))
        {
            var appending = journal.AppendAsync(0, 1, [Given.Event("one")], given.Token).AsTask();
            await given.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appending);
        }

        await journal.AppendAsync(0, 1, Given.Event("one"));
    }
}
