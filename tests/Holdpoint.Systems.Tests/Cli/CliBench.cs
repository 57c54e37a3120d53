using System.Text.Json;
using Holdpoint.Journal;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Cli;

/// <summary>What a process of the command line said, and how it ended.</summary>
public sealed record Said(int ExitCode, string Output, string Talk)
{
    public string All => Output + Talk;

    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}

/// <summary>A project in a folder of its own, and the command line called in it as a process, as a person or a build server calls it.</summary>
public sealed class CliBench : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly CommandRunner _runner = new(TimeProvider.System);

    public CliBench(string checklist, string? configuration = null)
    {
        Folder = Directory.CreateTempSubdirectory("holdpoint-cli-run-").FullName;
        Write("DEPLOY.md", checklist);
        Write("holdpoint.yaml", configuration ?? Configuration);
    }

    /// <summary>A target whose version is a line in a file, and what was done to it lines of <c>log</c>.</summary>
    public const string Configuration = """
        holdpoint: 1
        environments:
          production: {}
        roles:
          release-manager: [ana, bo]
        targets:
          web:
            command:
              now: cat web.version 2>/dev/null || true
              deploy: echo "deploy $HOLDPOINT_VERSION" >> log; echo "$HOLDPOINT_VERSION" > web.version
              rollback: echo "rollback $HOLDPOINT_PREVIOUS_VERSION" >> log; echo "$HOLDPOINT_PREVIOUS_VERSION" > web.version

        """;

    public string Folder { get; }

    public Dictionary<string, string?> Variables { get; } = new()
    {
        ["HOLDPOINT_USER"] = "ana", ["GITHUB_ACTIONS"] = null, ["GITHUB_STEP_SUMMARY"] = null, ["GITHUB_WORKSPACE"] = null, ["CI"] = null, ["FORCE_COLOR"] = null, ["NO_COLOR"] = null,
    };

    public string Log => File.Exists(PathOf("log")) ? File.ReadAllText(PathOf("log")) : "";

    public string Version => File.ReadAllText(PathOf("web.version")).Trim();

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public async Task<Said> CallAsync(params string[] arguments) => await CallAsync(_ => { }, arguments);

    /// <param name="onLine">Each line of standard output as it comes.</param>
    public async Task<Said> CallAsync(Action<string> onLine, params string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Holdpoint.Cli", here.Name, "Holdpoint.Cli.dll");
        var command = new Command(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            WorkingDirectory = Folder, Environment = Variables, OnOutputLine = onLine,
        };
        return await _runner.RunAsync(command, Limit, TestContext.Current.CancellationToken) switch
        {
            CommandResult.Exited e => new(e.ExitCode, e.Output.Text, e.Error.Text),
            CommandResult.TimedOut t => throw new TimeoutException($"holdpoint {string.Join(' ', arguments)} did not end:\n{t.Output.Text}\n{t.Error.Text}"),
            var other => throw new InvalidOperationException(other.ToString()),
        };
    }

    /// <summary>Starts a command and returns once it has written a line with these words; its end is the task inside.</summary>
    public async Task<Task<Said>> CallUntilAsync(string words, params string[] arguments)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = CallAsync(line =>
        {
            if (line.Contains(words, StringComparison.Ordinal))
                seen.TrySetResult();
        }, arguments);
        if (await Task.WhenAny(seen.Task, running) == running)
            Assert.Fail($"it ended without \"{words}\":\n{(await running).All}");
        return running;
    }

    /// <summary>Sends a signal to the process that drives the newest run.</summary>
    public async Task SignalAsync(string signal)
    {
        var driver = DriverLock.Read(RunFolder) ?? throw new InvalidOperationException("nobody drives the run");
        await _runner.RunAsync(new("kill", [$"-{signal}", driver.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]), Limit, TestContext.Current.CancellationToken);
    }

    /// <summary>Of the newest run.</summary>
    public string RunFolder
    {
        get
        {
            var store = new RunStore(PathOf(".holdpoint"));
            return store.FolderOf(store.FindRun(null));
        }
    }

    /// <summary>Waits until nobody drives the newest run.</summary>
    public async Task LeftAloneAsync()
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (DriverLock.IsHeld(RunFolder))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
    }

    /// <summary>Waits until the newest run's journal holds an event of this name.</summary>
    public async Task HappenedAsync(string name)
    {
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!Directory.EnumerateFiles(RunFolder, "*.jsonl").Any(f => File.ReadAllText(f).Contains($"\"{name}\"", StringComparison.Ordinal)))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
