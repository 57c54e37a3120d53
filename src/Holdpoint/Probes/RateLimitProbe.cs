using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>Sends a bounded burst of requests and counts those that are let through and those that are refused. What it will send is told before.</summary>
public sealed class RateLimitProbe : AskingProbe
{
    /// <summary>More than this is a load test.</summary>
    private const int Most = 1000;

    private const int WithoutLimit = 120;

    /// <summary>Requests at once.</summary>
    private const int AtOnce = 8;

    public override Signature Signature { get; } = new("ratelimit", "A web address refuses more than so many requests; a burst is sent")
    {
        Arguments = [WebQuestion.Url],
        Options =
        [
            new("per", "The limit's window. A burst that takes longer than it proves nothing, and accepted is then unknown.", Dimension.Duration),
            new("method", "Default: GET. The requests are really sent: POST to a login counts as failed logins."),
            new("requests", $"How many are sent at most, {AtOnce} at once; up to {Most}. Default: the limit that the condition puts on accepted and a fifth more, else {WithoutLimit}.", Dimension.Count) { Wrong = text => TryCount(text, out _) ? null : TooMany(text) },
            new("all", "true goes on after the first refusal.") { OneOf = ["true", "false"] },
            new("refusal", "A further status that is a refusal: 503. Without it these are: 429, and 503 with Retry-After.", Dimension.Count),
            new("body", "What is sent with each request."),
            WebQuestion.Header,
            WebQuestion.Insecure,
        ],
        Facts =
        [
            new("accepted", Dimension.Count, "Requests that were let through, whatever was answered then (200, 401). Fewer than the limit where a part of the window was used up before; a limit that refills while the burst lasts lets a few more through."),
            new("refused", Dimension.Count, "Requests that were refused; without all=true the burst ends at the first."),
        ],
        OnHosts = true,
        Needs = Dialer.Needs,
        DefaultCondition = "refused >= 1",
        DefaultTimeout = TimeSpan.FromMinutes(1),
        Announcement = Announce,
        Example = "ratelimit https://api.example.org/login method=POST per=1m accepted <= 5",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        using var dialer = Dialer.Of(call);
        var question = WebQuestion.Of(call, call.Option("method") ?? "GET", dialer);
        var requests = Count(call.Option("requests"), LimitIn(call.Condition, call.Context.Variable));
        var burst = new RateLimitBurst(question, call, requests, call.Option("all") == "true", call.Option("refusal"));
        await burst.SendAsync(AtOnce, cancel);

        var accepted = (Value)Value.Count(burst.Accepted);
        if (call.Option("per") is { } per && Units.ParseDuration(per) is { } window && burst.Elapsed > window)
            accepted = new Value.Unknown($"the burst took {Units.Duration(burst.Elapsed)}, longer than the window of {per}: more than one window's requests were let through");
        return Reading.Of(("accepted", accepted), ("refused", Value.Count(burst.Refused))) with { Evidence = [Evidence.OfText("burst.txt", burst.Told)] };
    }

    private static string Announce(Check check, Func<Word, string> read)
    {
        var call = check.Call!;
        string? Option(string name) => call.Options.TryGetValue(name, out var word) ? read(word) : null;
        var limit = LimitIn(check.Condition, name => read(new("${" + name + "}", check.At)));
        return $"sends up to {Option("requests") ?? CountFor(limit).ToString(CultureInfo.InvariantCulture)} {(Option("method") ?? "GET").ToUpperInvariant()} requests to {read(call.Arguments[0])}";
    }

    /// <exception cref="Unanswered">No number from 1 to <see cref="Most"/>.</exception>
    private static int Count(string? requests, double? limit)
    {
        if (requests is null)
            return CountFor(limit);
        return TryCount(requests, out var count) ? count : throw new Unanswered(TooMany(requests));
    }

    private static bool TryCount(string requests, out int count) => int.TryParse(requests, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= Most;

    private static string TooMany(string requests) => $"requests={requests}: a burst is of 1 to {Most} requests";

    private static int CountFor(double? limit) => limit is { } most ? (int)Math.Clamp(Math.Max(most + 1, Math.Ceiling(most * 1.2)), 1, Most) : WithoutLimit;

    /// <summary>The highest number that the condition lets <c>accepted</c> be; null where it says none.</summary>
    private static double? LimitIn(Condition? condition, Func<string, string?> variable)
    {
        double? NumberOf(Operand operand) => operand switch
        {
            Operand.Literal { Value: Value.Number n } => n.Amount,
            Operand.Variable v when variable(v.Name) is { } text => Units.ParseNumber(text)?.Amount,
            _ => null,
        };
        return condition switch
        {
            Condition.And c => LimitIn(c.Left, variable) ?? LimitIn(c.Right, variable),
            Condition.Or c => LimitIn(c.Left, variable) ?? LimitIn(c.Right, variable),
            Condition.Compare { Left: Operand.Fact { Name: "accepted" }, Comparator: Comparator.LessOrEqual or Comparator.Less or Comparator.Equal } c => NumberOf(c.Right),
            Condition.InRange { Left: Operand.Fact { Name: "accepted" }, Negated: false } c => NumberOf(c.High),
            _ => null,
        };
    }
}
