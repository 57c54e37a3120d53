using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Cli;

/// <summary>What commands may use of the process around them. Costly parts are made when first asked for.</summary>
internal sealed class CliWorld(Terminal terminal) : IDisposable
{
    private Interrupts? _interrupts;
    private HttpClient? _http;
    private SshHosts? _hosts;

    public Terminal Terminal => terminal;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the command was called; absolute.</summary>
    public string Directory { get; init; } = Environment.CurrentDirectory;

    public Func<string, string?> EnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    public ICommandRunner Commands => field ??= new CommandRunner(Time);

    /// <summary>Other machines, over ssh. The connections end with this world.</summary>
    public IHosts Hosts => _hosts ??= new SshHosts(Time);

    public HttpClient Http => _http ??= new();

    /// <summary>Given in tests; else the first signal cancels it.</summary>
    public CancellationToken? StopWith { get; init; }

    public CancellationToken Stop => StopWith ?? Interrupts.Stop;

    /// <summary>From the first use on, SIGINT, SIGTERM and SIGHUP ask instead of ending the process; the second one ends it.</summary>
    public Interrupts Interrupts
    {
        get
        {
            if (_interrupts is null)
            {
                _interrupts = new();
                _interrupts.AtOnce.Register(() => Environment.Exit(ExitCode.Interrupted));
            }

            return _interrupts;
        }
    }

    /// <summary>A file's path as it is opened: relative ones start where the command was called.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Directory);

    public void Dispose()
    {
        _interrupts?.Dispose();
        _http?.Dispose();
        _hosts?.Dispose();
    }
}
