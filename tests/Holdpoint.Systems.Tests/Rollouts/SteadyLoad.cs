using System.Collections.Concurrent;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>
/// Requests at a steady rate from several clients that keep their connections, as browsers do. Whatever is not a 200 within half a minute has failed.
/// What was answered is kept by the version that the answer names and the second in which it came.
/// </summary>
public sealed class SteadyLoad : IAsyncDisposable
{
    private const int Clients = 16;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Clients, UseProxy = false, UseCookies = false }) { Timeout = Limit };
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _clients;

    /// <param name="rate">Requests a second, all clients together.</param>
    public SteadyLoad(Uri address, int rate)
    {
        Began = TimeProvider.System.GetUtcNow();
        _clients = [.. Enumerable.Range(0, Clients).Select(i => Task.Run(() => AskAsync(address, TimeSpan.FromSeconds((double)Clients / rate), i)))];
    }

    public DateTimeOffset Began { get; }

    public int Total => _answers.Count;

    /// <param name="Version">What the answer names; empty where it failed.</param>
    /// <param name="Failure">Why it is none; null: it is one.</param>
    public sealed record Answer(DateTimeOffset At, string Version, string? Failure);

    public IReadOnlyList<Answer> Failures => [.. _answers.Where(a => a.Failure is not null)];

    /// <summary>Answers by version and second since the beginning.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> PerSecond
    {
        get
        {
            var all = _answers.ToList();
            var seconds = all.Count == 0 ? 0 : (int)(all.Max(a => a.At) - Began).TotalSeconds + 1;
            return all.GroupBy(a => a.Failure is null ? a.Version : "failed").ToDictionary(g => g.Key, g =>
            {
                var counts = new int[seconds];
                foreach (var answer in g)
                    counts[(int)(answer.At - Began).TotalSeconds]++;
                return (IReadOnlyList<int>)counts;
            });
        }
    }

    /// <summary>Waits until so many requests more have been answered.</summary>
    public async Task MoreAsync(int requests)
    {
        for (var goal = Total + requests; Total < goal;)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Ends it, with what is under way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(Uri address, TimeSpan every, int client)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var n = 0; !_stop.IsCancellationRequested; n++)
        {
            var due = every * (n + (double)client / Clients);
            // A client that fell behind goes on at once: the rate is kept over time.
            if (due - TimeProvider.System.GetElapsedTime(began) is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System);
            _answers.Enqueue(await OneAsync(address));
        }
    }

    private async Task<Answer> OneAsync(Uri address)
    {
        try
        {
            using var response = await _http.GetAsync(address);
            var text = (await response.Content.ReadAsStringAsync()).Trim();
            return new(TimeProvider.System.GetUtcNow(), response.IsSuccessStatusCode ? text.Split(' ')[0] : "", response.IsSuccessStatusCode ? null : $"{(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return new(TimeProvider.System.GetUtcNow(), "", e is OperationCanceledException ? $"no answer within {Limit.TotalSeconds:0} s" : (e.InnerException ?? e).Message);
        }
    }
}
