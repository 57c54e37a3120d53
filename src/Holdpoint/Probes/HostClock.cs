using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Processes;

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
            // The first answer may have waited for the connection, and any for a busy machine: the quickest tells most.
            var asked = new List<(TimeSpan Trip, DateTimeOffset End, string Answer)>();
            for (var i = 0; i < 3; i++)
                asked.Add(await AskOnceAsync(call, cancel));
            var (trip, end, answer) = asked.MinBy(a => a.Trip);
            // busybox has no nanoseconds and prints them as they stand, or not at all.
            var whole = !decimal.TryParse(answer, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || !answer.Contains('.', StringComparison.Ordinal) || answer.EndsWith('.');
            if (whole && !decimal.TryParse(answer.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out seconds))
                return new Reading.NoAnswer($"{host} does not tell its time with date +%s.%N: {answer}");
            // A clock that is read to the second is half a second late on average.
            var there = DateTimeOffset.UnixEpoch.AddTicks((long)((seconds + (whole ? 0.5m : 0)) * TimeSpan.TicksPerSecond));
            var offset = there - (end - (trip / 2));
            return new Reading.Measured(Facts.Of(("skew", Value.Duration(offset.Duration()))))
            {
                Evidence = [Evidence.OfText("clock.txt", $"{host} is {Units.Duration(offset.Duration())} {(offset > TimeSpan.Zero ? "ahead" : "behind")} of this machine, round trip {Units.Duration(trip)}{(whole ? ", read to the second" : "")}\n")],
            };
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
    }

    private static async Task<(TimeSpan Trip, DateTimeOffset End, string Answer)> AskOnceAsync(ProbeCall call, CancellationToken cancel) =>
        await call.Context.Commands.RunAsync(new Command("date", ["+%s.%N"]), call.Timeout, cancel) switch
        {
            CommandResult.Exited ended => (ended.Elapsed, call.Context.Time.GetUtcNow(), ended.Output.Text.Trim()),
            CommandResult.TimedOut late => throw new Unanswered($"{call.Context.Host} did not tell its time within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => throw new Unanswered(refused.Because),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
}
