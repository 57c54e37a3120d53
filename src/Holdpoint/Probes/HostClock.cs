using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>Another machine's clock against this one's: it is taken to have been read half-way between question and answer, as SNTP does it (RFC 4330, 5).</summary>
internal static class HostClock
{
    public static async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var host = call.Context.Host;
        if (call.Option("server") is { } server)
            return new Reading.NoAnswer($"{host} is held against this machine's clock, and can't ask {server}: leave server= or host= out");
        try
        {
            // The first answer may have waited for the connection.
            await RemoteQuestion.AskAsync(call, "true", 1024, null, cancel);
            var time = call.Context.Time;
            var (sent, began) = (time.GetUtcNow(), time.GetTimestamp());
            // busybox has no nanoseconds and prints them as they stand, or not at all.
            var answer = (await RemoteQuestion.AskAsync(call, "date +%s.%N", 1024, null, cancel)).Trim();
            var trip = time.GetElapsedTime(began);
            var whole = !decimal.TryParse(answer, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || !answer.Contains('.', StringComparison.Ordinal) || answer.EndsWith('.');
            if (whole && !decimal.TryParse(answer.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
                return new Reading.NoAnswer($"{host} does not tell its time with date +%s.%N: {answer}");
            // A clock that is read to the second is half a second late on average.
            var there = DateTimeOffset.UnixEpoch.AddTicks((long)((seconds + (whole ? 0.5m : 0)) * TimeSpan.TicksPerSecond));
            var offset = there - (sent + (trip / 2));
            return new Reading.Measured(Facts.Of(("skew", Value.Duration(offset.Duration()))))
            {
                Evidence = [Evidence.OfText("clock.txt", $"{host} is {Units.Duration(offset.Duration())} {(offset > TimeSpan.Zero ? "ahead" : "behind")} of this machine, round trip {Units.Duration(trip)}{(whole ? ", read to the second" : "")}\n")],
            };
        }
        catch (Exception e) when (e is Unanswered or IOException)
        {
            return new Reading.NoAnswer(e.Message);
        }
    }
}
