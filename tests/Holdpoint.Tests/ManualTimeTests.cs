using System.Threading.Channels;

namespace Holdpoint.Tests;

public class ManualTimeTests
{
    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_each_at_its_own_moment() => ManualTime.Run(async time =>
    {
        var fired = new List<(string, TimeSpan)>();
        var start = time.Now;
        async Task Wait(string name, int seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time);
            fired.Add((name, time.Now - start));
        }

        _ = Wait("late", 5);
        _ = Wait("early", 2);
        await time.AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([("early", TimeSpan.FromSeconds(2)), ("late", TimeSpan.FromSeconds(5))], fired);
        Assert.Equal(start + TimeSpan.FromSeconds(10), time.Now);
    });

    [Fact]
    public void A_loop_that_waits_again_and_again_runs_as_often_as_time_allows() => ManualTime.Run(async time =>
    {
        var turns = 0;
        using var stop = new CancellationTokenSource();
        async Task Loop()
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, stop.Token);
                turns++;
            }
        }

        var loop = Loop();
        await time.AdvanceAsync(TimeSpan.FromHours(1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        Assert.Equal(3600, turns);
        Assert.Equal(0, time.PendingTimers);
    });

    [Fact]
    public void What_a_channel_carries_has_arrived_when_the_advance_ends() => ManualTime.Run(async time =>
    {
        var channel = Channel.CreateUnbounded<int>();
        var read = new List<int>();
        async Task Write()
        {
            for (var i = 0; i < 100; i++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time);
                channel.Writer.TryWrite(i);
            }
        }

        async Task Read()
        {
            await foreach (var i in channel.Reader.ReadAllAsync())
                read.Add(i);
        }

        _ = Read();
        _ = Write();
        await time.AdvanceAsync(TimeSpan.FromSeconds(50));
        Assert.Equal(50, read.Count);
    });

    [Fact]
    public void A_leap_moves_the_wall_clock_alone() => ManualTime.Run(async time =>
    {
        var fired = false;
        var timestamp = time.GetTimestamp();
        using var timer = time.CreateTimer(_ => fired = true, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        time.Leap(TimeSpan.FromHours(8));
        await time.SettleAsync();
        Assert.False(fired);
        Assert.Equal(timestamp, time.GetTimestamp());
        await time.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.True(fired);
    });

    [Fact]
    public async Task It_works_without_a_pump_of_its_own_too()
    {
        var time = new ManualTime();
        var turns = 0;
        using var timer = time.CreateTimer(_ => turns++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await time.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(3, turns);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(5, turns);
    }
}
