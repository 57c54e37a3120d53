using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

public sealed class LockTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();
    private readonly StandingClock clock = new();
    private readonly EnvironmentLock locks;

    public LockTests() => locks = new(folder.Path, clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_second_run_is_refused_with_who_why_since_and_the_last_sign_of_life()
    {
        var first = Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "ana", "A-1", "release 2.4", Lease), Cancel));
        clock.Now += TimeSpan.FromSeconds(10);
        await locks.HeartbeatAsync("production", first.Epoch, Lease, Cancel);
        clock.Now += TimeSpan.FromSeconds(3);

        var refused = Assert.IsType<LockAnswer.Refused>(await locks.TryAcquireAsync(new("production", "bo", "B-1", "hotfix", Lease), Cancel));

        Assert.Equal(
            $"production is locked by ana (run A-1, pid {Environment.ProcessId}, host {Environment.MachineName}) since 14:03 for release 2.4, heartbeat 3 s ago; this machine only",
            refused.Text);
        Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("staging", "bo", "B-1", "hotfix", Lease), Cancel));
        Assert.Equal(["ana", "bo"], locks.ReadAll().Select(h => h.Actor));
    }

    [Fact]
    public async Task Every_holder_gets_a_higher_epoch_also_after_a_release_and_above_what_the_journal_knows()
    {
        var one = Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "ana", "A", "x", Lease), Cancel));
        Assert.IsType<LockAnswer.Free>(await locks.ReleaseAsync("production", one.Epoch, Cancel));
        Assert.Null(locks.Read("production"));
        var two = Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "ana", "A", "x", Lease), Cancel));
        await locks.ReleaseAsync("production", two.Epoch, Cancel);
        var three = Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "ana", "A", "x", Lease, Above: 7), Cancel));
        Assert.Equal([1, 2, 8], [one.Epoch, two.Epoch, three.Epoch]);
    }

    [Fact]
    public async Task Only_an_expired_lease_is_taken_over_and_the_old_holder_can_neither_renew_nor_release()
    {
        var old = Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "ana", "A", "x", Lease), Cancel));
        var request = new LockRequest("production", "bo", "B", "y", Lease);
        clock.Now += Lease - TimeSpan.FromSeconds(1);
        Assert.IsType<LockAnswer.Refused>(await locks.TakeOverAsync(request, null, Cancel));
        clock.Now += TimeSpan.FromSeconds(2);
        var refused = Assert.IsType<LockAnswer.Refused>(await locks.TryAcquireAsync(request, Cancel));
        Assert.Contains("lease expired 1 s ago: it can be taken over", refused.Text, StringComparison.Ordinal);

        var taken = Assert.IsType<LockAnswer.Acquired>(await locks.TakeOverAsync(request, null, Cancel));

        Assert.Equal(old.Epoch + 1, taken.Epoch);
        Assert.IsType<LockAnswer.Refused>(await locks.HeartbeatAsync("production", old.Epoch, Lease, Cancel));
        Assert.IsType<LockAnswer.Refused>(await locks.ReleaseAsync("production", old.Epoch, Cancel));
        Assert.Equal("bo", locks.Read("production")?.Actor);
    }

    [Fact]
    public async Task A_late_heartbeat_renews_a_lease_that_nobody_has_taken()
    {
        var held = Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "ana", "A", "x", Lease), Cancel));
        clock.Now += TimeSpan.FromHours(3);
        Assert.Equal(clock.Now + Lease, Assert.IsType<LockAnswer.Acquired>(await locks.HeartbeatAsync("production", held.Epoch, Lease, Cancel)).Holder.Expiry);
    }

    [Fact]
    public async Task A_successor_that_holds_the_drivers_lock_of_the_same_run_need_not_wait_for_the_lease()
    {
        await locks.TryAcquireAsync(new("production", "ana", "A", "x", Lease), Cancel);
        Directory.CreateDirectory(folder.Of("runs/A"));
        Directory.CreateDirectory(folder.Of("runs/B"));
        using var other = await DriverLock.TryHoldAsync(folder.Of("runs/B"), 0, Cancel);
        Assert.IsType<LockAnswer.Refused>(await locks.TakeOverAsync(new("production", "bo", "B", "x", Lease), other, Cancel));
        using var same = await DriverLock.TryHoldAsync(folder.Of("runs/A"), 0, Cancel);
        Assert.Equal(2, Assert.IsType<LockAnswer.Acquired>(await locks.TakeOverAsync(new("production", "bo", "A", "x", Lease), same, Cancel)).Epoch);
    }

    [Fact]
    public async Task A_person_locks_with_a_reason_until_unlocked_or_until_a_time()
    {
        Assert.IsType<LockAnswer.Acquired>(await locks.LockAsync("production", "ana", "year end", null, Cancel));
        clock.Now += TimeSpan.FromDays(3);
        var refused = Assert.IsType<LockAnswer.Refused>(await locks.TakeOverAsync(new("production", "bo", "B", "x", Lease), null, Cancel));
        Assert.Equal($"production is locked by hand by ana (host {Environment.MachineName}) since 2026-11-20 14:03 for year end, until it is unlocked; this machine only", refused.Text);
        Assert.IsType<LockAnswer.Refused>(await locks.LockAsync("production", "bo", "me too", null, Cancel));
        Assert.IsType<LockAnswer.Free>(await locks.UnlockAsync("production", Cancel));

        await locks.LockAsync("production", "ana", "lunch", clock.Now + TimeSpan.FromHours(1), Cancel);
        Assert.IsType<LockAnswer.Refused>(await locks.TryAcquireAsync(new("production", "bo", "B", "x", Lease), Cancel));
        clock.Now += TimeSpan.FromHours(1);
        Assert.IsType<LockAnswer.Acquired>(await locks.TryAcquireAsync(new("production", "bo", "B", "x", Lease), Cancel));
        Assert.IsType<LockAnswer.Refused>(await locks.UnlockAsync("production", Cancel));
    }

    [Fact]
    public async Task Of_many_that_want_it_at_once_one_gets_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(async () =>
            await new EnvironmentLock(folder.Path, clock).TryAcquireAsync(new("production", $"person-{n}", $"run-{n}", "x", Lease), CancellationToken.None))));
        Assert.Single(answers.OfType<LockAnswer.Acquired>());
    }

    [Fact]
    public async Task A_lock_that_can_not_be_read_says_what_to_do_and_is_not_taken_for_free()
    {
        Directory.CreateDirectory(folder.Of("locks"));
        await File.WriteAllTextAsync(folder.Of("locks/production.json"), "{", Cancel);
        var damaged = await Assert.ThrowsAsync<DamagedJournal>(async () => await locks.TryAcquireAsync(new("production", "bo", "B", "x", Lease), Cancel));
        Assert.Contains("Delete it when no run", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_can_not_be_written_says_so()
    {
        var files = new FailingFiles { Before = (_, operation) => { if (operation == "flush") { throw new IOException("No space left on device"); } } };
        var full = new EnvironmentLock(folder.Path, clock, files);
        await Assert.ThrowsAsync<JournalUnwritable>(async () => await full.TryAcquireAsync(new("production", "bo", "B", "x", Lease), Cancel));
        Assert.Null(locks.Read("production"));
    }

    [Fact]
    public async Task A_driver_holds_its_run_alone_and_says_who_it_is()
    {
        Assert.False(DriverLock.IsHeld(folder.Path));
        Assert.Null(DriverLock.Read(folder.Path));
        using (var held = await DriverLock.TryHoldAsync(folder.Path, 3, Cancel))
        {
            Assert.NotNull(held);
            Assert.True(DriverLock.IsHeld(folder.Path));
            Assert.Null(await DriverLock.TryHoldAsync(folder.Path, 4, Cancel));
            Assert.Equal(new Driver(Environment.ProcessId, Environment.MachineName, 3), DriverLock.Read(folder.Path));
            Assert.True(held.Write(12));
            Assert.Equal(12, DriverLock.Read(folder.Path)?.Epoch);
        }

        Assert.False(DriverLock.IsHeld(folder.Path));
        using var successor = await DriverLock.TryHoldAsync(folder.Path, 4, Cancel);
        Assert.NotNull(successor);
    }

    [Fact]
    public async Task A_started_process_does_not_inherit_the_drivers_lock()
    {
        const int CloseOnExec = 0x80000;
        using var held = await DriverLock.TryHoldAsync(folder.Path, 1, Cancel);
        var lockFile = folder.Of("driver.lock");
        var descriptor = Directory.EnumerateFileSystemEntries("/proc/self/fd").Single(f => new FileInfo(f).LinkTarget == lockFile);
        var flags = (await File.ReadAllLinesAsync($"/proc/self/fdinfo/{Path.GetFileName(descriptor)}", Cancel)).Single(l => l.StartsWith("flags:", StringComparison.Ordinal));
        Assert.Equal(CloseOnExec, Convert.ToInt32(flags[6..].Trim(), 8) & CloseOnExec);
    }
}
