using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdpoint.Probes.Browsing;

/// <summary>What one load of a page, from a cold cache, brought. Times are seconds from the navigation's start.</summary>
/// <param name="Interactive">See <see cref="PageLoad"/>.</param>
internal sealed record PageTimes(double? FirstPaint, double? LargestPaint, double? Interactive);

/// <summary>
/// One page in a context of its own, so that nothing is cached. It is settled when it has loaded and for half a second nothing was
/// requested and no task held the main thread for over 50 ms; three seconds after the load it is judged as it is.
/// </summary>
internal sealed class PageLoad
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterLoad = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly DevTools _tools;
    private readonly TimeProvider _time;
    private readonly HashSet<string> _requests = [];
    private readonly List<string> _errors = [];
    private readonly Dictionary<string, long> _loads = [];
    private string _session = "";
    private string _context = "";
    private string _frame = "";
    private string? _document;
    private string _loader = "";
    private long _lastRequest;
    private bool _crashed;

    private PageLoad(DevTools tools, TimeProvider time) => (_tools, _time) = (tools, time);

    /// <summary>The status of the page itself, after redirects; null where it came from no server.</summary>
    public int? Status { get; private set; }

    /// <summary>What the console shows as errors: failed requests, uncaught exceptions, console.error. One line each.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
                return [.. _errors];
        }
    }

    /// <exception cref="Unanswered">The page can't be opened.</exception>
    public static async Task<PageLoad> OpenAsync(DevTools tools, Uri address, bool insecure, TimeProvider time, CancellationToken cancel)
    {
        var page = new PageLoad(tools, time);
        tools.Happened += page.See;
        page._context = (await tools.SendAsync("", "Target.createBrowserContext", new() { ["disposeOnDetach"] = true }, cancel)).GetProperty("browserContextId").GetString()!;
        var target = (await tools.SendAsync("", "Target.createTarget", new() { ["url"] = "about:blank", ["browserContextId"] = page._context }, cancel)).GetProperty("targetId").GetString()!;
        page._session = (await tools.SendAsync("", "Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }, cancel)).GetProperty("sessionId").GetString()!;
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network", "Inspector"])
            await page.SendAsync($"{domain}.enable", null, cancel);
        await page.SendAsync("Page.setLifecycleEventsEnabled", new() { ["enabled"] = true }, cancel);
        if (insecure)
            await page.SendAsync("Security.setIgnoreCertificateErrors", new() { ["ignore"] = true }, cancel);
        var opened = await page.SendAsync("Page.navigate", new() { ["url"] = address.AbsoluteUri }, cancel);
        if (opened.TryGetProperty("errorText", out var error) && error.GetString() is { Length: > 0 } because)
            throw new Unanswered($"Chromium can't open {address}: {because}{(because.Contains("CERT", StringComparison.Ordinal) ? " (this machine does not trust its certificate)" : "")}");
        page._frame = opened.GetProperty("frameId").GetString()!;
        page._loader = opened.TryGetProperty("loaderId", out var loader) ? loader.GetString()! : throw new Unanswered($"{address} is no page of its own: it leads to a place within the page before it");
        await page.SettleAsync(address, cancel);
        return page;
    }

    /// <summary>Asks the page itself. Null: it has no such value.</summary>
    public async Task<PageTimes> TimesAsync(CancellationToken cancel)
    {
        var measured = await EvaluateAsync(PageScripts.Times, cancel);
        double? Seconds(string name) => measured.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.GetDouble() > 0 ? value.GetDouble() / 1000 : null;
        return new(Seconds("firstPaint"), Seconds("largestPaint"), Seconds("interactive"));
    }

    /// <summary>What an expression gives, a promise awaited, in a world of its own: the page neither sees it nor can bend it.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression, CancellationToken cancel)
    {
        var world = (await SendAsync("Page.createIsolatedWorld", new() { ["frameId"] = _frame, ["worldName"] = "holdpoint" }, cancel)).GetProperty("executionContextId").GetInt32();
        var answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = expression, ["contextId"] = world, ["awaitPromise"] = true, ["returnByValue"] = true }, cancel);
        if (answer.TryGetProperty("exceptionDetails", out var broken))
            throw new Unanswered($"the page can't be asked: {Thrown(broken)}");
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>What the window shows, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync(CancellationToken cancel) =>
        (await SendAsync("Page.captureScreenshot", new() { ["format"] = "png" }, cancel)).GetProperty("data").GetBytesFromBase64();

    public async Task CloseAsync(CancellationToken cancel)
    {
        _tools.Happened -= See;
        await _tools.SendAsync("", "Target.disposeBrowserContext", new() { ["browserContextId"] = _context }, cancel);
    }

    private Task<JsonElement> SendAsync(string method, JsonObject? parameters, CancellationToken cancel) => _tools.SendAsync(_session, method, parameters, cancel);

    private async Task SettleAsync(Uri address, CancellationToken cancel)
    {
        while (!IsSettled())
        {
            if (_crashed)
                throw new Unanswered($"the page {address} crashed in Chromium");
            await Task.Delay(Look, _time, cancel);
        }
    }

    private bool IsSettled()
    {
        lock (_lock)
            return _loads.TryGetValue(_loader, out var loaded)
                && ((_requests.Count == 0 && Status is not null && _time.GetElapsedTime(Math.Max(loaded, _lastRequest)) >= Quiet) || _time.GetElapsedTime(loaded) >= AfterLoad);
    }

    private void See(string session, string method, JsonElement happened)
    {
        if (session != _session || session.Length == 0)
            return;
        lock (_lock)
            switch (method)
            {
                // By its loader: on a slow machine the empty page that stood here before may still be loading.
                case "Page.lifecycleEvent" when happened.GetProperty("name").GetString() == "load":
                    _loads[happened.GetProperty("loaderId").GetString()!] = _time.GetTimestamp();
                    break;
                case "Network.requestWillBeSent":
                    // The first is the page itself; its redirects keep the number.
                    _document ??= happened.GetProperty("requestId").GetString();
                    _requests.Add(happened.GetProperty("requestId").GetString()!);
                    _lastRequest = _time.GetTimestamp();
                    break;
                case "Network.responseReceived" when happened.GetProperty("requestId").GetString() == _document:
                    Status = happened.GetProperty("response").GetProperty("status").GetInt32();
                    break;
                case "Network.loadingFinished" or "Network.loadingFailed":
                    _requests.Remove(happened.GetProperty("requestId").GetString()!);
                    _lastRequest = _time.GetTimestamp();
                    break;
                case "Runtime.consoleAPICalled" when happened.GetProperty("type").GetString() is "error" or "assert":
                    _errors.Add($"console: {string.Join(' ', happened.GetProperty("args").EnumerateArray().Select(Shown))}");
                    break;
                case "Runtime.exceptionThrown":
                    _errors.Add($"exception: {Thrown(happened.GetProperty("exceptionDetails"))}");
                    break;
                case "Log.entryAdded" when happened.GetProperty("entry") is var entry && entry.GetProperty("level").GetString() == "error":
                    var from = entry.TryGetProperty("url", out var url) ? url.GetString() : null;
                    // A page that names no icon did not ask for this one: the browser did.
                    if (!Uri.TryCreate(from, UriKind.Absolute, out var asked) || asked.AbsolutePath != "/favicon.ico")
                        _errors.Add($"{entry.GetProperty("source").GetString()}: {OneLine(entry.GetProperty("text").GetString())}{(from is null ? "" : $" ({from})")}");
                    break;
                case "Page.javascriptDialogOpening":
                    // Nobody sits here to close it.
                    _ = SendAsync("Page.handleJavaScriptDialog", new() { ["accept"] = true }, CancellationToken.None);
                    break;
                case "Inspector.targetCrashed":
                    _crashed = true;
                    break;
            }
    }

    private static string Thrown(JsonElement details) =>
        OneLine(details.TryGetProperty("exception", out var thrown) && thrown.TryGetProperty("description", out var description) ? description.GetString() : details.GetProperty("text").GetString());

    private static string Shown(JsonElement argument) =>
        argument.TryGetProperty("value", out var value) ? OneLine(value.ToString()) : argument.TryGetProperty("description", out var description) ? OneLine(description.GetString()) : argument.GetProperty("type").GetString()!;

    private static string OneLine(string? text) => text is null ? "" : text.Split('\n')[0].Trim() is { Length: > 300 } longer ? longer[..299] + "…" : text.Split('\n')[0].Trim();
}
