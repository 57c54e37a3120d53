using Holdpoint.Metrics;

namespace Holdpoint.Tests.Metrics;

public class SamplerTests
{
    [Fact]
    public void Looks_come_at_their_period_without_drift() => ManualTime.Run(async time =>
    {
        var looks = new List<TimeSpan>();
        var start = time.Now;
        await RunFor(time, TimeSpan.FromHours(1), [], new Sampling("m", TimeSpan.FromSeconds(15), async (at, cancel) =>
        {
            looks.Add(at - start);
            await Task.Delay(TimeSpan.FromMilliseconds(700), time, cancel);
        }));
        Assert.Equal(241, looks.Count);
        Assert.Equal(TimeSpan.FromHours(1), looks[^1]);
    });

    [Fact]
    public void A_slow_one_delays_no_other_and_is_not_asked_twice_at_a_time() => ManualTime.Run(async time =>
    {
        var quick = 0;
        var slow = 0;
        await RunFor(time, TimeSpan.FromSeconds(60), [],
            new Sampling("quick", TimeSpan.FromSeconds(1), (_, _) => Task.FromResult(quick++)),
            new Sampling("slow", TimeSpan.FromSeconds(1), async (_, cancel) =>
            {
                slow++;
                await Task.Delay(TimeSpan.FromSeconds(9.5), time, cancel);
            }));
        Assert.Equal(61, quick);
        Assert.Equal(7, slow);
    });

    [Fact]
    public void A_machine_that_slept_is_a_gap() => ManualTime.Run(async time =>
    {
        var gaps = new List<SamplingGap>();
        using var stop = new CancellationTokenSource();
        var run = new Sampler([new("m", TimeSpan.FromSeconds(15), (_, _) => Task.CompletedTask)], time).RunAsync((gap, _) => Told(gaps, gap), stop.Token);
        await time.AdvanceAsync(TimeSpan.FromMinutes(1));
        time.Leap(TimeSpan.FromSeconds(40));
        await time.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(gaps);
        time.Leap(TimeSpan.FromHours(8));
        await time.AdvanceAsync(TimeSpan.FromMinutes(1));
        time.Leap(TimeSpan.FromHours(-2));
        await time.AdvanceAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        await run;
        Assert.Equal(TimeSpan.FromHours(8) + TimeSpan.FromSeconds(15), Assert.Single(gaps).Length);
    });

    [Fact]
    public void A_look_that_throws_stops_the_sampler_loudly() => ManualTime.Run(async time =>
    {
        var run = new Sampler([new("m", TimeSpan.FromSeconds(1), (_, _) => Task.FromException(new InvalidOperationException("a bug")))], time).RunAsync((_, _) => Task.CompletedTask, TestContext.Current.CancellationToken);
        await time.AdvanceAsync(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<InvalidOperationException>(() => run);
    });

    private static async Task RunFor(ManualTime time, TimeSpan length, List<SamplingGap> gaps, params Sampling[] samplings)
    {
        using var stop = new CancellationTokenSource();
        var run = new Sampler(samplings, time).RunAsync((gap, _) => Told(gaps, gap), stop.Token);
        await time.AdvanceAsync(length);
        await stop.CancelAsync();
        await run;
        Assert.Empty(gaps);
    }

    private static Task Told(List<SamplingGap> gaps, SamplingGap gap)
    {
        gaps.Add(gap);
        return Task.CompletedTask;
    }
}
