using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Probes.Browsing;

namespace Holdpoint.Probes;

/// <summary>A page in the Chromium of this machine: what its console says, how fast it paints, whether people who can't see or point can use it.</summary>
public sealed class BrowserProbe : AskingProbe
{
    /// <summary>Times are the median of so many loads.</summary>
    private const int Loads = 3;

    private const int MostLines = 200;

    /// <summary>Browsers at once: more would measure each other. One for each two processors.</summary>
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>axe-core's tags of the success criteria that a level asks for, its lower levels and earlier versions included.</summary>
    private static readonly Dictionary<string, string[]> Standards = new()
    {
        ["wcag2a"] = ["wcag2a"],
        ["wcag2aa"] = ["wcag2a", "wcag2aa"],
        ["wcag2aaa"] = ["wcag2a", "wcag2aa", "wcag2aaa"],
        ["wcag21a"] = ["wcag2a", "wcag21a"],
        ["wcag21aa"] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
        ["wcag22aa"] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    };

    public override Signature Signature { get; } = new("browser", "A page loads in a browser without errors, fast enough, and accessible")
    {
        Arguments = [WebQuestion.Url],
        Options =
        [
            new("standard", "What violations are looked for. Default: wcag2aa, which is WCAG 2.0 level AA with A.") { OneOf = [.. Standards.Keys] },
            WebQuestion.Insecure,
        ],
        Facts =
        [
            new("status", Dimension.Count, "The status of the page itself, after redirects."),
            new("errors", Dimension.Count, "What the console shows as errors: failed requests, uncaught exceptions, console.error; /favicon.ico is left out. Of several loads the one with most. errors.txt lists them."),
            new("violations", Dimension.Count, "Rules of the standard that some element breaks, by axe-core; frames within the page are not looked into. violations.txt lists rules and elements. About half of WCAG can be told by a machine: 0 is no proof of the rest."),
            new("first_paint", Dimension.Duration, "First Contentful Paint; of three loads with a cold cache the median, as the two that follow."),
            new("largest_paint", Dimension.Duration, "Largest Contentful Paint."),
            new("interactive", Dimension.Duration, "The end of the last task that held the main thread for over 50 ms until the page had settled, and not before it was parsed and painted: Time to Interactive with a quiet window of half a second in place of five."),
        ],
        DefaultCondition = "errors == 0",
        DefaultTimeout = TimeSpan.FromMinutes(1),
        Example = "browser https://shop.example.org/ status == 200 and largest_paint < 2.5s and violations == 0",
        Needs = "Chromium or Chrome: chromium, chromium-browser or google-chrome on PATH, else HOLDPOINT_CHROMIUM names it",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var address = WebQuestion.Address(call.Arguments[0]);
        await Turns.WaitAsync(cancel);
        try
        {
            return await LookAsync(address, call, cancel);
        }
        finally
        {
            Turns.Release();
        }
    }

    private static async Task<Reading> LookAsync(Uri address, ProbeCall call, CancellationToken cancel)
    {
        var wantsTimes = call.Wants("first_paint") || call.Wants("largest_paint") || call.Wants("interactive");
        await using var chromium = await Chromium.StartAsync(call.Context, cancel);
        var seen = new List<(int? Status, IReadOnlyList<string> Errors, PageTimes Times)>();
        var evidence = new List<Evidence>();
        Value violations = new Value.Unknown("violations were not asked for: name them in the condition, or give standard=");
        for (var left = wantsTimes ? Loads : 1; left > 0; left--)
        {
            var page = await PageLoad.OpenAsync(chromium.Tools, address, call.Option("insecure") == "true", call.Context.Time, cancel);
            var times = await page.TimesAsync(cancel);
            seen.Add((page.Status, page.Errors, times));
            if (left == 1)
            {
                evidence.Add(new("page.png", await page.ScreenshotAsync(cancel)));
                if (call.Wants("violations") || call.Option("standard") is not null)
                    violations = await ViolationsAsync(page, call.Option("standard") ?? "wcag2aa", evidence, cancel);
            }

            await page.CloseAsync(cancel);
        }

        var errors = seen.MaxBy(s => s.Errors.Count).Errors;
        evidence.Add(Evidence.OfText("errors.txt", errors.Count == 0 ? "no errors\n" : Lines(errors)));
        evidence.Add(Evidence.OfText("times.txt", string.Concat(seen.Select((s, i) => $"load {i + 1}: status {s.Status}, first paint {Shown(s.Times.FirstPaint)}, largest paint {Shown(s.Times.LargestPaint)}, interactive {Shown(s.Times.Interactive)}\n"))));
        return Reading.Of(
            ("status", seen[^1].Status is { } status ? Value.Count(status) : new Value.Unknown("the page came from no server")),
            ("errors", Value.Count(errors.Count)),
            ("violations", violations),
            ("first_paint", Median(seen.Select(s => s.Times.FirstPaint))),
            ("largest_paint", Median(seen.Select(s => s.Times.LargestPaint))),
            ("interactive", Median(seen.Select(s => s.Times.Interactive)))) with { Evidence = evidence };
    }

    private static async Task<Value> ViolationsAsync(PageLoad page, string standard, List<Evidence> evidence, CancellationToken cancel)
    {
        var found = await page.EvaluateAsync(PageScripts.Violations(Standards[standard]), cancel);
        if (found.ValueKind != JsonValueKind.Object || found.GetProperty("rules").GetInt32() == 0)
            return new Value.Unknown($"axe-core has judged no rule of {standard}");
        var violations = found.GetProperty("violations").EnumerateArray().ToList();
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"axe-core {found.GetProperty("axe").GetString()}, {standard}: {violations.Count} of {found.GetProperty("rules").GetInt32()} rules are broken");
        foreach (var rule in violations)
            text.AppendLine(CultureInfo.InvariantCulture, $"\n{rule.GetProperty("id").GetString()} ({rule.GetProperty("impact").GetString()}): {rule.GetProperty("help").GetString()}\n    {rule.GetProperty("url").GetString()}")
                .Append(string.Concat(rule.GetProperty("elements").EnumerateArray().Take(20).Select(e => $"    {e.GetString()}\n")));
        if (found.GetProperty("undecided").EnumerateArray().Select(r => r.GetString()).ToList() is { Count: > 0 } undecided)
            text.AppendLine(CultureInfo.InvariantCulture, $"\nfor a person to look at: {string.Join(", ", undecided)}");
        evidence.Add(Evidence.OfText("violations.txt", text.ToString()));
        return Value.Count(violations.Count);
    }

    private static Value Median(IEnumerable<double?> seconds)
    {
        var sorted = seconds.Order().ToList();
        return sorted[0] is null ? new Value.Unknown("nothing was painted") : Value.Duration(TimeSpan.FromSeconds(sorted[sorted.Count / 2]!.Value));
    }

    private static string Lines(IReadOnlyList<string> lines) =>
        string.Join('\n', lines.Take(MostLines)) + (lines.Count > MostLines ? $"\n… and {lines.Count - MostLines} more\n" : "\n");

    private static string Shown(double? seconds) => seconds is { } s ? Units.Duration(TimeSpan.FromSeconds(s)) : "none";
}
