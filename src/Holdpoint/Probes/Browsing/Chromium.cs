using System.Globalization;
using System.Net.WebSockets;
using Holdpoint.Processes;

namespace Holdpoint.Probes.Browsing;

/// <summary>The Chromium of this machine, without a window, in a profile of its own that goes away with it.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly string _folder;
    private readonly CancellationTokenSource _end;
    private readonly Task<CommandResult> _running;
    private readonly TimeProvider _time;

    private Chromium(string folder, CancellationTokenSource end, Task<CommandResult> running, TimeProvider time) => (_folder, _end, _running, _time) = (folder, end, running, time);

    public DevTools Tools { get; private set; } = null!;

    /// <summary>Starts it and waits until it can be asked.</summary>
    /// <exception cref="Unanswered">There is none, or it does not start.</exception>
    public static async Task<Chromium> StartAsync(ProbeContext context, CancellationToken cancel)
    {
        var program = Environment.GetEnvironmentVariable("HOLDPOINT_CHROMIUM") is { Length: > 0 } named ? named : Programs.FirstOrDefault(p => CommandRunner.FindOnPath(p) is not null)
            ?? throw new Unanswered("there is no Chromium on this machine: install the package chromium, or name the program in HOLDPOINT_CHROMIUM");
        // Short: sockets lie in it, whose paths may have 107 characters.
        var folder = Directory.CreateTempSubdirectory("holdpoint-chromium-").FullName;
        var end = new CancellationTokenSource();
        var chromium = new Chromium(folder, end, context.Commands.RunAsync(CommandOf(program, folder), Timeout.InfiniteTimeSpan, end.Token), context.Time);
        try
        {
            chromium.Tools = await DevTools.ConnectAsync(await chromium.AddressAsync(program, cancel), cancel);
            return chromium;
        }
        catch (WebSocketException e)
        {
            await chromium.DisposeAsync();
            cancel.ThrowIfCancellationRequested();
            throw new Unanswered($"{program} starts, and does not take a connection: {e.Message.TrimEnd('.')}");
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Tools is not null)
            await Tools.DisposeAsync();
        await _end.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // That is how it is ended: with all that it started.
            _end.Dispose();
        }

        await RemoveAsync();
    }

    /// <summary>Where what ended a moment ago can't be known to be gone (macOS), it may still write.</summary>
    private async Task RemoveAsync()
    {
        for (var left = 50; Directory.Exists(_folder); left--)
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException) when (left > 0)
            {
                await Task.Delay(Look, _time);
            }
    }

    private static Command CommandOf(string program, string folder)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        List<string> arguments =
        [
            "--headless=new", "--remote-debugging-port=0", $"--user-data-dir={Path.Combine(folder, "profile")}", "--window-size=1350,940",
            "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--disable-breakpad", "--no-first-run", "--no-default-browser-check",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
            "--mute-audio", "--hide-scrollbars", "--password-store=basic", "--use-mock-keychain", "--metrics-recording-only",
        ];
        // As root its sandbox can't be made.
        if (Environment.IsPrivilegedProcess)
            arguments.Add("--no-sandbox");
        arguments.Add("about:blank");
        return new(program, arguments)
        {
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string?> { ["TMPDIR"] = home, ["XDG_CONFIG_HOME"] = home, ["XDG_CACHE_HOME"] = home },
            OutputLimit = 64 * 1024,
        };
    }

    /// <summary>It writes the port that it took, and its path, into the profile.</summary>
    private async Task<Uri> AddressAsync(string program, CancellationToken cancel)
    {
        var file = Path.Combine(_folder, "profile", "DevToolsActivePort");
        while (!_running.IsCompleted)
        {
            if (File.Exists(file) && await File.ReadAllLinesAsync(file, cancel) is [var port, { Length: > 0 } path, ..])
                return new(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{port}{path}"));
            await Task.Delay(Look, _time, cancel);
        }

        throw new Unanswered(await _running switch
        {
            CommandResult.NotStarted e => e.Because,
            CommandResult.Exited { Error.Text: var error } when error.Contains("sandbox", StringComparison.OrdinalIgnoreCase) => $"{program} has no sandbox here: allow user namespaces, or name a script in HOLDPOINT_CHROMIUM that starts it with --no-sandbox",
            CommandResult.Exited e => $"{program} ends with {e.ExitCode} at its start: {e.Error.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()?.Trim() ?? "it says nothing"}",
            _ => $"{program} does not start",
        });
    }
}
