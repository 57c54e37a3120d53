using System.Net;
using System.Net.Sockets;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A real server on the loopback, its data in a folder that goes away. Started anew, on another port, where somebody else has taken its port meanwhile.</summary>
public abstract class StoreServer : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly CommandRunner _runner = new(TimeProvider.System);
    private readonly List<(string Name, Task<CommandResult> End)> _running = [];
    private CancellationTokenSource _stop = new();

    public int Port { get; private set; }

    protected static HttpClient Http { get; } = new();

    /// <summary>Other users may enter it: some servers run as one.</summary>
    protected string Folder { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            Folder = Directory.CreateTempSubdirectory("holdpoint-server-").FullName;
            await AskAsync(new Command("chmod", ["755", Folder]));
            try
            {
                await StartAsync();
                return;
            }
            catch (ServerEnded) when (attempt < 4)
            {
                await StopAsync();
            }
            catch
            {
                await StopAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends every process, and waits until it has gone.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        foreach (var (_, end) in _running)
            await end.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _running.Clear();
        _stop.Dispose();
        _stop = new();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Starts the server and returns when it answers.</summary>
    protected abstract Task StartAsync();

    protected string At(string name) => Path.Combine(Folder, name);

    protected void Run(string program, params string[] arguments) =>
        _running.Add((program, _runner.RunAsync(new Command(program, arguments) { WorkingDirectory = Folder }, Timeout.InfiniteTimeSpan, _stop.Token)));

    /// <summary>A program's whole output; it must end well.</summary>
    protected async Task<string> AskAsync(Command command) => await _runner.RunAsync(command, Limit, CancellationToken.None) switch
    {
        CommandResult.Exited { ExitCode: 0 } ended => ended.Output.Text,
        var failed => throw new InvalidOperationException($"{command.Program}: {failed}"),
    };

    protected async Task<bool> EndsWellAsync(Command command) => await _runner.RunAsync(command, Limit, CancellationToken.None) is CommandResult.Exited { ExitCode: 0 };

    protected async Task UntilAsync(Func<Task<bool>> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            foreach (var (name, end) in _running.Where(r => r.End.IsCompleted))
                throw new ServerEnded($"{name} ended: {await end}");
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException($"{GetType().Name} is not ready after {Limit}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Whether an address answers with success; null text where it does not.</summary>
    protected static async Task<string?> TryGetAsync(string url)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(url));
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return null;
        }
    }

    protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class ServerEnded(string because) : Exception(because);
}
