using System.Collections.Concurrent;
using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>A burst of one request, many times, and what came back.</summary>
internal sealed class RateLimitBurst(HttpQuestion question, ProbeCall call, int requests, bool all, string? refusal)
{
    private readonly ConcurrentDictionary<int, int> _statuses = [];
    private readonly long _began = call.Context.Time.GetTimestamp();
    private HttpAnswer? _firstRefusal;
    private int _answered;
    private int _refused;

    public int Accepted => _answered - _refused;

    public int Refused => _refused;

    public TimeSpan Elapsed { get; private set; }

    public string Told
    {
        get
        {
            var statuses = string.Join(", ", _statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"));
            var first = _firstRefusal is { } answer
                ? $"the first refusal:\n{answer.Status} {answer.Reason}{(answer.Header("Retry-After") is { } after ? $"\nRetry-After: {after}" : "")}"
                : $"nothing was refused: there is no limit below {requests}, or its window is fresh for longer";
            return string.Create(CultureInfo.InvariantCulture, $"{question.Method.ToUpperInvariant()} {question.Address}{question.Dialer?.From}\n{_answered} of up to {requests} requests in {Units.Duration(Elapsed)}: {Accepted} accepted, {Refused} refused\nby status: {statuses}\n{first}\n");
        }
    }

    /// <exception cref="Unanswered">The server failed under the burst, or not all of it was answered.</exception>
    public async Task SendAsync(int atOnce, CancellationToken cancel)
    {
        var sent = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        async Task SendOneAfterAnotherAsync()
        {
            try
            {
                while ((all || Volatile.Read(ref _refused) == 0) && Interlocked.Increment(ref sent) <= requests)
                    See(await WebQuestion.AskAsync(question, call, stop.Token));
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, requests)).Select(_ => SendOneAfterAnotherAsync()));
        Elapsed = call.Context.Time.GetElapsedTime(_began);
    }

    private void See(HttpAnswer answer)
    {
        var isRefusal = answer.Status == 429 || (answer.Status == 503 && answer.Header("Retry-After") is not null) || answer.Status.ToString(CultureInfo.InvariantCulture) == refusal;
        if (!isRefusal && answer.Status >= 500)
            throw new Unanswered($"{question.Address} answers {answer.Status} after {_answered} of up to {requests} requests: it neither takes nor refuses them (where that is how it refuses, write refusal={answer.Status})");
        _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
        Interlocked.Increment(ref _answered);
        if (!isRefusal)
            return;
        Interlocked.CompareExchange(ref _firstRefusal, answer, null);
        Interlocked.Increment(ref _refused);
    }
}
