using System.Collections.Concurrent;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>Parallel requests that go on until they are ended; who answered them is counted.</summary>
public sealed class UnitLoad : IAsyncDisposable
{
    private const int Parallel = 8;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="keepsConnections">False: a connection a request.</param>
    public UnitLoad(string url, bool keepsConnections = true)
    {
        _http.DefaultRequestHeaders.ConnectionClose = !keepsConnections;
        _running = Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => AskAsync(new(url))));
    }

    /// <summary>Answers by unit.</summary>
    public ConcurrentDictionary<string, int> Answers { get; } = [];

    public ConcurrentQueue<string> Failures { get; } = [];

    public int Of(string unit) => Answers.GetValueOrDefault(unit);

    /// <summary>Ends it; requests under way count.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _http.Dispose();
    }

    /// <summary>Who answered a number of requests.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> SendAsync(string url, int count, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var answers = new ConcurrentDictionary<string, int>();
        await System.Threading.Tasks.Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel },
            async (_, end) => answers.AddOrUpdate(await http.GetStringAsync(new Uri(url), end), 1, (_, n) => n + 1));
        return answers;
    }

    private async Task AskAsync(Uri address)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Answers.AddOrUpdate(await _http.GetStringAsync(address, CancellationToken.None), 1, (_, n) => n + 1);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                Failures.Enqueue(e.GetBaseException().Message);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(4), TimeProvider.System);
        }
    }
}
