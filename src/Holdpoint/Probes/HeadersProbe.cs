using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>What a web address tells browsers to protect: headers, cookies, the way from HTTP to HTTPS.</summary>
public sealed class HeadersProbe : AskingProbe
{
    private const int Redirects = 5;

    public override Signature Signature { get; } = new("headers", "The headers by which a web page has browsers protect it")
    {
        Arguments = [new("URL", "A page: https://…; redirects are followed, and the last answer is judged. Over http:// neither HSTS, the redirect nor Secure is asked for.") { Wrong = WebQuestion.WhyNot }],
        Options =
        [
            WebQuestion.Header,
            WebQuestion.Insecure,
            new("plain", "Where plain HTTP is asked for its redirect; `none` leaves that out. Default: the same address over HTTP, where the URL names no port; else none."),
        ],
        Facts =
        [
            new("missing", Dimension.Count, "Of these six: Strict-Transport-Security of at least 180 days, Content-Security-Policy, protection from frames, X-Content-Type-Options, Referrer-Policy, the redirect from HTTP to HTTPS. headers.txt names each with what to send."),
            new("unsafe_cookies", Dimension.Count, "Cookies without Secure, and those that look like a session's or a login's without HttpOnly or SameSite (against forgery of requests: SameSite alone)."),
            new("grade", Dimension.Text, "A+ to F, from a score of 100: -25 no CSP, -20 a CSP that lets any inline script or eval run, -20 no HSTS, -10 a short one, -20 frames, -20 no redirect, -20 an unsafe cookie, -40 one of a session, -5 nosniff, -5 referrer. A+ is 100, A 90, A- 85, B+ 80, B 70, B- 65, C+ 60, C 50, C- 45, D+ 40, D 30, D- 25. After Mozilla's HTTP Observatory, without its bonuses."),
        ],
        OnHosts = true,
        Needs = Dialer.Needs,
        DefaultCondition = "missing == 0 and unsafe_cookies == 0",
        Example = "headers https://shop.example.org/",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        using var dialer = Dialer.Of(call);
        var question = WebQuestion.Of(call, "GET", dialer) with { Redirects = Redirects };
        var answer = await WebQuestion.AskAsync(question, call, cancel);
        if (answer.Status is >= 500 or (>= 300 and < 400))
            throw new Unanswered($"{answer.Address} answers {answer.Status}: its headers say nothing of the pages behind it");
        var isHttps = answer.Address.Scheme == "https";
        List<ProtectionFinding> findings = [.. HeadersProtections.Of(answer, isHttps)];
        var redirect = isHttps ? await RedirectAsync(question, call, cancel) : null;
        if (redirect?.Finding is { } found)
            findings.Add(found);
        var cookies = HeadersCookie.Of(answer, isHttps);

        var score = 100 - findings.Sum(f => f.Deducted) - HeadersCookie.Deducted(cookies);
        var unknown = redirect?.Unknown is { } because ? new Value.Unknown(because) : null;
        var facts = Facts.Of(
            ("missing", (Value?)unknown ?? Value.Count(findings.Count(f => f.IsMissing))),
            ("unsafe_cookies", Value.Count(cookies.Count)),
            ("grade", (Value?)unknown ?? Value.Of(HeadersProtections.Grade(score))));
        return new Reading.Measured(facts) { Evidence = [Evidence.OfText("headers.txt", Told(answer, dialer.From, findings, cookies, redirect, isHttps))] };
    }

    /// <summary>What plain HTTP answers; null: it isn't asked.</summary>
    private static async Task<PlainHttp?> RedirectAsync(HttpQuestion question, ProbeCall call, CancellationToken cancel)
    {
        Uri plain;
        if (question.Address.Scheme == "http")
            return null;
        if (call.Option("plain") is { } given)
        {
            if (given == "none")
                return null;
            plain = WebQuestion.Address(given);
            if (plain.Scheme != "http")
                throw new Unanswered($"plain={given} is not plain HTTP: write http://… or none");
        }
        else if (question.Address.IsDefaultPort)
        {
            plain = new UriBuilder(question.Address) { Scheme = "http", Port = 80 }.Uri;
        }
        else
        {
            return null;
        }

        // What proves who asks is not sent in the clear.
        var asked = question with { Address = plain, Redirects = 0, Headers = [] };
        using var half = new AttemptLimit(call.Timeout / 3, call.Context.Time, cancel);
        try
        {
            var answer = await WebQuestion.AskAsync(asked, call, half.Token);
            return new(HeadersProtections.Redirect(plain, answer), null, $"{plain} answers {answer.Status}{(answer.Header("Location") is { } to ? $", Location: {to}" : "")}");
        }
        catch (TargetRefused e)
        {
            // Nobody speaks plain HTTP there: there is nothing to redirect.
            return new(null, null, $"{e.Message}: there is nothing to redirect");
        }
        catch (Unanswered e)
        {
            return new(null, e.Message, e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var because = $"no answer from {plain} within {Units.Duration(call.Timeout / 3)}, so its redirect isn't known: plain=none leaves it out";
            return new(null, because, because);
        }
    }

    private static string Told(HttpAnswer answer, string from, List<ProtectionFinding> findings, IReadOnlyList<HeadersCookie> cookies, PlainHttp? plain, bool isHttps)
    {
        var lines = new List<string> { $"{answer.Address}{from} answers {answer.Status}" };
        if (!isHttps)
            lines.Add("plain HTTP: judged without HSTS, the redirect to HTTPS and Secure");
        lines.AddRange(findings.Select(f => $"{(f.IsMissing ? "missing" : "weak")} (-{f.Deducted}): {f.What}\n    {f.Remedy}"));
        lines.AddRange(cookies.Select(c => $"unsafe cookie: {c.Name} lacks {string.Join(", ", c.Lacking)}"));
        lines.Add(plain is not null ? plain.Seen : isHttps ? "plain HTTP was not asked" : "");
        lines.Add("");
        // Cookies are named above; what they hold opens sessions.
        lines.AddRange(answer.Headers.Where(h => !h.Name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)).Select(h => $"{h.Name}: {h.Value}"));
        return string.Join('\n', lines) + "\n";
    }

    /// <param name="Unknown">Why it can't be told whether there is a redirect.</param>
    private sealed record PlainHttp(ProtectionFinding? Finding, string? Unknown, string Seen);
}
