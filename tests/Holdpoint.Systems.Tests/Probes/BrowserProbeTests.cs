using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Pages of nginx in the Chromium of this machine.</summary>
public sealed class BrowserProbeTests(NginxServer nginx) : Scratch, IClassFixture<NginxServer>
{
    private const string Good = """
        <!doctype html>
        <html lang="en">
        <head><title>Shop</title><meta name="viewport" content="width=device-width"></head>
        <body><main><h1>Shop</h1><p>Welcome to the shop.</p></main></body>
        </html>
        """;

    private const string Bad = """
        <!doctype html>
        <html>
        <head><title>Shop</title><script src="gone.js"></script></head>
        <body><main><h1>Shop</h1><img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"></main>
        <script>console.error('the cart is', 'empty'); const end = performance.now() + 300; while (performance.now() < end); null.cart;</script></body>
        </html>
        """;

    [Fact]
    public async Task A_good_page_passes_with_its_times_and_a_picture()
    {
        nginx.Write("good.html", Good);
        var commands = new Seen(Runner);
        var result = await WebMark.RunAsync($"browser {nginx.Url}/good.html status == 200 and errors == 0 and violations == 0 and first_paint < 1h and largest_paint < 1h and interactive < 1h", commands);
        Assert.Equal("passed", $"{result.Verdict.Name}{(result.Verdict.Holds ? result.Verdict.Message : "")}");
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], Assert.Single(result.Evidence, e => e.Name == "page.png").Content[..4].ToArray());
        Assert.Equal(3, result.Text("times.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.True(result.Numbers["interactive"] >= result.Numbers["first_paint"]);
        commands.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Errors_and_violations_fail_with_their_number_and_are_named()
    {
        nginx.Write("bad.html", Bad);
        var result = await WebMark.RunAsync($"browser {nginx.Url}/bad.html insecure=true errors == 0 and violations == 0 and interactive >= 300ms", Runner);
        Assert.Equal("errors is 3, violations is 2, expected errors == 0 and violations == 0", result.Because<Verdict.Failed>());
        Assert.Contains("gone.js", result.Text("errors.txt"));
        Assert.Contains("console: the cart is empty", result.Text("errors.txt"));
        Assert.Contains("exception: TypeError", result.Text("errors.txt"));
        Assert.Contains("image-alt (critical)", result.Text("violations.txt"));
        Assert.Contains("html-has-lang (serious)", result.Text("violations.txt"));
    }

    [Fact]
    public async Task A_page_over_HTTPS_needs_a_trusted_certificate_or_insecure()
    {
        Assert.Contains("does not trust its certificate", (await WebMark.RunAsync($"browser {nginx.TlsUrl}/safe", Runner)).Because<Verdict.Unknown>());
        Assert.Contains("status is 200", (await WebMark.RunAsync($"browser {nginx.TlsUrl}/plain insecure=true status == 404", Runner)).Because<Verdict.Failed>());
    }

    [Fact]
    public async Task A_refused_connection_is_unknown()
    {
        var commands = new Seen(Runner);
        Assert.Contains("net::ERR_CONNECTION_REFUSED", (await WebMark.RunAsync($"browser http://127.0.0.1:{NginxServer.ClosedPort()}/", commands)).Because<Verdict.Unknown>());
        commands.AssertNothingIsLeft();
    }

    [Fact]
    public async Task A_page_that_does_not_end_is_unknown_after_the_limit_and_Chromium_is_gone()
    {
        var commands = new Seen(Runner);
        Assert.StartsWith("no answer", (await WebMark.RunAsync($"browser {nginx.Url}/slow timeout 3s", commands)).Because<Verdict.Unknown>());
        await UntilAsync(commands.NothingIsLeft);
    }

    [Fact]
    public async Task A_cancelled_run_leaves_no_process_and_no_file()
    {
        var commands = new Seen(Runner);
        using var cancel = new CancellationTokenSource();
        var asked = WebMark.RunUntilAsync($"browser {nginx.Url}/slow", commands, cancel.Token);
        await UntilAsync(() => commands.IsRunning);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        // Ending it takes longer than is waited for where the machine is busy.
        await UntilAsync(commands.NothingIsLeft);
    }

    [Fact]
    public async Task A_program_that_does_not_start_is_unknown() =>
        Assert.IsType<Verdict.Unknown>((await WebMark.RunAsync($"browser {nginx.Url}/safe", new Nothing())).Verdict);

    [Fact]
    public async Task A_WebSocket_answers_what_it_is_sent()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<string> flags = ["--headless=new", "--disable-gpu", "--remote-debugging-port=0", $"--user-data-dir={At("profile")}"];
        if (Environment.IsPrivilegedProcess)
            flags.Add("--no-sandbox");
        var chromium = Runner.RunAsync(new("chromium", flags), Timeout.InfiniteTimeSpan, end.Token);
        var file = At("profile/DevToolsActivePort");
        try
        {
            await UntilAsync(() => chromium.IsCompleted || (File.Exists(file) && File.ReadAllLines(file).Length >= 2));
            var url = $"ws://127.0.0.1:{string.Concat(await File.ReadAllLinesAsync(file, Cancel))}";
            const string Question = """send='{"id": 1, "method": "Browser.getVersion"}'""";
            Assert.IsType<Verdict.Passed>((await WebMark.RunAsync($"websocket {url} {Question} $.result.protocolVersion == \"1.3\"")).Verdict);
            Assert.Contains("$.id is 1", (await WebMark.RunAsync($"websocket {url} {Question} $.id == 2")).Because<Verdict.Failed>());
        }
        finally
        {
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chromium);
        }
    }

    /// <summary>Runs programs, and knows the profile that a browser was given.</summary>
    private sealed class Seen(ICommandRunner runner) : ICommandRunner
    {
        private string? _profile;

        public bool IsRunning => _profile is { } profile && File.Exists(Path.Combine(profile, "DevToolsActivePort"));

        public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel)
        {
            _profile = command.Arguments.Single(a => a.StartsWith("--user-data-dir=", StringComparison.Ordinal))["--user-data-dir=".Length..];
            return runner.RunAsync(command, timeout, cancel);
        }

        public bool NothingIsLeft() => !Directory.Exists(Path.GetDirectoryName(_profile!)) && !Directory.EnumerateDirectories("/proc").Any(IsOfIt);

        public void AssertNothingIsLeft() => Assert.True(NothingIsLeft());

        private bool IsOfIt(string process)
        {
            try
            {
                return File.Exists(process + "/cmdline") && File.ReadAllText(process + "/cmdline").Contains(_profile!, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // It has ended since.
                return false;
            }
        }
    }

    private sealed class Nothing : ICommandRunner
    {
        public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel) => Task.FromResult<CommandResult>(new CommandResult.NotStarted("no programs here"));
    }
}
