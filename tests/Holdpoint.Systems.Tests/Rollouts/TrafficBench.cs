using System.Runtime.CompilerServices;
using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>Two units, blue and green, for a proxy to stand before.</summary>
public abstract class TrafficBench : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _open = [];

    protected TrafficBench()
    {
        Blue = Add(new WebUnit("blue"));
        Green = Add(new WebUnit("green"));
    }

    protected WebUnit Blue { get; }

    protected WebUnit Green { get; }

    /// <summary>Where the proxy takes requests.</summary>
    protected abstract string Url { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static IReadOnlyList<string> Units { get; } = ["blue", "green"];

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _open.AsEnumerable().Reverse())
            await one.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>It goes at the end, the newest first.</summary>
    protected T Add<T>(T one) where T : IAsyncDisposable
    {
        _open.Add(one);
        return one;
    }

    protected static Traffic Create(string kind, string folder, params (string Key, string Value)[] settings) =>
        RolloutKinds.Traffics[kind].Create(new(settings.ToDictionary(s => s.Key, s => (IReadOnlyList<string>)[s.Value])), Units, new()
        {
            Target = "web",
            Directory = folder,
            RunFolder = folder,
            Variables = new Dictionary<string, string?>(),
            Commands = new CommandRunner(TimeProvider.System),
            Time = TimeProvider.System,
        });

    protected static Task<Verdict> SplitAsync(Traffic traffic, double blue, double green) =>
        traffic.SplitAsync(new Dictionary<string, double> { ["blue"] = blue, ["green"] = green }, Cancel);

    protected static async Task<(double Blue, double Green)> SharesAsync(Traffic traffic) =>
        await traffic.LookAsync(Cancel) is var now ? (Math.Round(now["blue"].Share, 3), Math.Round(now["green"].Share, 3)) : default;

    protected async Task<IReadOnlyDictionary<string, int>> SendAsync(int count) => await UnitLoad.SendAsync(Url, count, Cancel);

    /// <summary>A request that stays under way until its unit lets it go.</summary>
    protected async Task<Task<string>> SlowRequestAsync(WebUnit unit)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var asked = http.GetStringAsync(new Uri(Url + "/slow"), Cancel);
        await UntilAsync(() => unit.Waiting == 1);
        return asked.ContinueWith(a =>
        {
            http.Dispose();
            return a.GetAwaiter().GetResult();
        }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    protected static Task UntilAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string condition = "") => UntilAsync(() => Task.FromResult(holds()), condition);

    protected static async Task UntilAsync(Func<Task<bool>> holds, [CallerArgumentExpression(nameof(holds))] string condition = "")
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), $"within a minute it did not come to this: {condition}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }
}
