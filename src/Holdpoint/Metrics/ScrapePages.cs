namespace Holdpoint.Metrics;

/// <summary>
/// Pages that several metrics want at the same moment are fetched and read once: ten rules on a service are one request, and see one state of it.
/// A page that is under way is shared, one that has come is not: nobody is given an old one.
/// </summary>
public sealed class ScrapePages
{
    /// <summary>A request that was begun longer ago than this may bring what was before the moment that is asked for.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Dictionary<Uri, Fetch> _underWay = [];

    /// <exception cref="HttpRequestException">Nobody answers, or not to the end.</exception>
    internal async Task<ScrapeAnswer> ReadAsync(HttpClient http, Uri url, TimeProvider time, CancellationToken cancel)
    {
        Fetch? fetch;
        lock (_lock)
        {
            if (!_underWay.TryGetValue(url, out fetch) || fetch.Answer.IsCompleted || time.GetElapsedTime(fetch.Began) > SameMoment)
                _underWay[url] = fetch = new(http, url, time);
            fetch.Waiting++;
        }

        try
        {
            return await fetch.Answer.WaitAsync(cancel);
        }
        finally
        {
            lock (_lock)
            {
                // The last one that waits takes the request with it.
                if (--fetch.Waiting == 0)
                {
                    fetch.Stop.Cancel();
                    if (_underWay.GetValueOrDefault(url) == fetch)
                        _underWay.Remove(url);
                }
            }
        }
    }

    private sealed class Fetch
    {
        public Fetch(HttpClient http, Uri url, TimeProvider time)
        {
            Began = time.GetTimestamp();
            Answer = AskAsync(http, url, time, Stop.Token);
        }

        public long Began { get; }

        public Task<ScrapeAnswer> Answer { get; }

        /// <summary>Without a timer or a registration of its own, so that there is nothing to dispose of.</summary>
        public CancellationTokenSource Stop { get; } = new();

        public int Waiting { get; set; }

        private static async Task<ScrapeAnswer> AskAsync(HttpClient http, Uri url, TimeProvider time, CancellationToken stop)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Accept.ParseAdd("application/openmetrics-text;version=1.0.0, text/plain;version=0.0.4;q=0.5");
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop);
            if (!answer.IsSuccessStatusCode)
                return new((int)answer.StatusCode, null, $"{url} answered {(int)answer.StatusCode}", time.GetTimestamp());
            var text = await answer.Content.ReadAsStringAsync(stop);
            var read = time.GetTimestamp();
            try
            {
                return new((int)answer.StatusCode, ScrapePage.Parse(text), "", read);
            }
            catch (FormatException e)
            {
                return new((int)answer.StatusCode, null, $"{url} is no page of metrics: {e.Message}", read);
            }
        }
    }
}

/// <param name="Page">Null: there is none, and <paramref name="Because"/> says why.</param>
/// <param name="Timestamp">The clock's, when it had come.</param>
internal sealed record ScrapeAnswer(int Status, ScrapePage? Page, string Because, long Timestamp);
