using Holdpoint.Journal;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>A project in a folder of its own: a checklist, its configuration, and runs of it with real processes and a real journal.</summary>
public sealed class RunBench : IDisposable
{
    private static readonly HttpClient Http = new();

    public RunBench(string checklist, string configuration)
    {
        Folder = Directory.CreateTempSubdirectory("holdpoint-run-").FullName;
        Checklist = System.IO.Path.Combine(Folder, "DEPLOY.md");
        Configuration = System.IO.Path.Combine(Folder, "holdpoint.yaml");
        File.WriteAllText(Checklist, checklist);
        File.WriteAllText(Configuration, configuration);
        Office = NewOffice();
    }

    public string Folder { get; }

    public string Checklist { get; }

    public string Configuration { get; }

    public RunOffice Office { get; }

    public Lifetimes Lifetimes { get; init; } = new() { Recovery = TimeSpan.FromSeconds(3) };

    /// <summary>A target whose version is a line in a file: enough to see what was done to it, and in which order.</summary>
    public const string FileTarget = """
        holdpoint: 1
        environments:
          production: {}
        targets:
          web:
            command:
              now: cat web.version 2>/dev/null || true
              deploy: echo "deploy $HOLDPOINT_VERSION" >> log; echo "$HOLDPOINT_VERSION" > web.version
              rollback: echo "rollback $HOLDPOINT_PREVIOUS_VERSION" >> log; echo "$HOLDPOINT_PREVIOUS_VERSION" > web.version

        """;

    public RunOffice NewOffice() => new(System.IO.Path.Combine(Folder, ".holdpoint"), TimeProvider.System, new CommandRunner(TimeProvider.System), Http, new Dictionary<string, Probe>()) { Lifetimes = Lifetimes };

    public Definition Definition(string? checklist = null) => new(
        [new(Checklist, checklist ?? File.ReadAllText(Checklist)), new(Configuration, File.ReadAllText(Configuration))], Configuration, new Dictionary<string, string>());

    public async Task<OpenRun> StartAsync(string version = "2.0", string by = "ana", string environment = "production")
    {
        var read = RunDefinition.Read(Definition(), environment, new Dictionary<string, Expressions.Signature>(), TimeProvider.System, lint: false);
        Assert.True(read.Plan is not null, string.Join("\n", read.Problems));
        return await Office.StartAsync(read, new(environment, version, null, by, null), TestContext.Current.CancellationToken);
    }

    public async Task<DriveEnd> DriveAsync(OpenRun run, string by = "ana", Patience patience = Patience.Leave, CancellationToken stop = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, TestContext.Current.CancellationToken);
        using var wheel = await WheelAsync(run, limit.Token);
        return await new Conductor(run.Session, run.World, wheel).DriveAsync(by, patience, limit.Token);
    }

    /// <summary>A child that a killed driver was just starting holds its lock for another moment.</summary>
    private static async Task<DriverLock> WheelAsync(OpenRun run, CancellationToken stop)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await RunOffice.TakeWheelAsync(run, stop) is { } wheel)
                return wheel;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "somebody else drives this run");
        }
    }

    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    public string Log => File.Exists(Path("log")) ? File.ReadAllText(Path("log")) : "";

    public string Version => File.ReadAllText(Path("web.version")).Trim();

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
