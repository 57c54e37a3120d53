namespace Shop;

/// <summary>Steady requests as users send them, until it is ended.</summary>
internal static class Load
{
    private static readonly string[] Paths = ["/", "/v1/parts?limit=5", "/v1/parts/1", "/v1/parts?q=bolt", "/v1/files"];

    public static async Task RunAsync(IReadOnlyList<string> fronts, int perSecond)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(10) };
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond), TimeProvider.System);
        for (var i = 0; await ticks.WaitForNextTickAsync(); i++)
            _ = AskAsync(http, fronts[i % fronts.Count] + Paths[i / fronts.Count % Paths.Length]);
    }

    private static async Task AskAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // A user who gets no answer goes away; the service's own figures and the proxy's tell of it.
            return;
        }
    }
}
