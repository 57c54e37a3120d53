using System.Globalization;

namespace Shop;

/// <summary>
/// What is wrong with a version: <c>errors=0.3</c> (a share of the requests fails, once there are users: 5 a second), <c>slow=2</c> (seconds more each),
/// <c>ill</c> (its health says so). Health and figures are told the truth.
/// </summary>
internal sealed record Fault(double Errors, TimeSpan Slow, bool IsIll)
{
    private const int Users = 25;

    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);

    private readonly Queue<long> _recent = new();
    private long _requests;

    public static Fault Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')).ToDictionary(p => p[0], p => p.Length > 1 ? double.Parse(p[1], CultureInfo.InvariantCulture) : 1);
        return new(parts.GetValueOrDefault("errors"), TimeSpan.FromSeconds(parts.GetValueOrDefault("slow")), parts.ContainsKey("ill"));
    }

    public async Task ApplyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value is not ("/health" or "/metrics"))
        {
            if (Slow > TimeSpan.Zero)
                await Task.Delay(Slow, TimeProvider.System, context.RequestAborted);
            // Spread evenly, so that a short look sees its share.
            var number = Interlocked.Increment(ref _requests);
            if (HasUsers() && Math.Floor(number * Errors) > Math.Floor((number - 1) * Errors))
            {
                context.Response.StatusCode = 500;
                return;
            }
        }

        await next(context);
    }

    // A fault of this kind is not seen where nobody comes: on staging, on the idle colour.
    private bool HasUsers()
    {
        lock (_recent)
        {
            _recent.Enqueue(TimeProvider.System.GetTimestamp());
            while (TimeProvider.System.GetElapsedTime(_recent.Peek()) > Lately)
                _recent.Dequeue();
            return _recent.Count > Users;
        }
    }
}
