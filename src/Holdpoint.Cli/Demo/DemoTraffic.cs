namespace Holdpoint.Cli.Demo;

/// <summary>What became of the requests so far.</summary>
/// <param name="LastFailure">When the newest failed request was answered, or was given up.</param>
/// <param name="Reason">Of that failure: a status code, or what broke.</param>
internal sealed record DemoTrafficCount(long Ok, long Failed, DateTimeOffset? LastFailure, string? Reason)
{
    public long Sent => Ok + Failed;
}

/// <summary>A steady load against one address. A slow answer does not slow the load down: requests begin when they are due.</summary>
internal sealed class DemoTraffic(Uri address, int perSecond, TimeProvider time)
{
    private const int OpenAtMost = 512;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private DemoTrafficCount _count = new(0, 0, null, null);
    private int _open;

    public DemoTrafficCount Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Runs until cancelled, and then waits for the requests under way, which count.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false };
        using var client = new HttpMessageInvoker(handler);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1.0 / perSecond, 0.005)), time);
        var started = time.GetTimestamp();
        var requests = new List<Task>();
        long sent = 0;
        try
        {
            do
            {
                // As many as are due: a timer that came late does not lower the rate.
                for (var due = (long)(time.GetElapsedTime(started).TotalSeconds * perSecond) + 1; sent < due; sent++)
                    requests.Add(RequestAsync(client));
                requests.RemoveAll(r => r.IsCompleted);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Task.WhenAll(requests);
        }
    }

    private async Task RequestAsync(HttpMessageInvoker client)
    {
        if (Interlocked.Increment(ref _open) > OpenAtMost)
        {
            Interlocked.Decrement(ref _open);
            Failed($"{OpenAtMost} requests are without an answer");
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(Patience, time);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await client.SendAsync(request, limit.Token);
            await response.Content.CopyToAsync(Stream.Null, limit.Token);
            if (response.IsSuccessStatusCode)
                Succeeded();
            else
                Failed($"status {(int)response.StatusCode}");
        }
        catch (OperationCanceledException)
        {
            Failed("no answer within 5s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Failed((e.InnerException ?? e).Message);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private void Succeeded()
    {
        lock (_lock)
            _count = _count with { Ok = _count.Ok + 1 };
    }

    private void Failed(string reason)
    {
        lock (_lock)
            _count = _count with { Failed = _count.Failed + 1, LastFailure = time.GetUtcNow(), Reason = reason };
    }
}
