using System.Runtime.CompilerServices;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

/// <summary>A folder that goes away, and a mark by which a test finds the processes it has left.</summary>
public abstract class Scratch : IDisposable
{
    protected Scratch() => Directory.CreateDirectory(Root);

    protected string Root { get; } = Path.Combine(Path.GetTempPath(), "holdpoint-" + Guid.NewGuid().ToString("N"));

    /// <summary>A number of seconds that no other test sleeps.</summary>
    protected string Long { get; } = $"1000.{Random.Shared.NextInt64(1_000_000_000, 9_999_999_999)}";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected CommandRunner Runner { get; } = new(TimeProvider.System);

    protected static Command Bash(string script) => new("bash", ["-c", script]);

    protected string At(string name) => Path.Combine(Root, name);

    protected async Task<CommandResult.Exited> RunAsync(Command command) =>
        Assert.IsType<CommandResult.Exited>(await Runner.RunAsync(command, TimeSpan.FromMinutes(5), Cancel));

    /// <summary>How many processes sleep <see cref="Long"/>.</summary>
    protected int Sleepers() => Directory.EnumerateDirectories("/proc").Count(d => CommandLine(d).Contains($"sleep\0{Long}", StringComparison.Ordinal));

    /// <summary>Waits for a condition, for two minutes at most.</summary>
    protected static async Task UntilAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string condition = "")
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"within two minutes it did not come to this: {condition}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.Exists(process + "/cmdline") ? File.ReadAllText(process + "/cmdline") : "";
        }
        catch (IOException)
        {
            // It has ended since.
            return "";
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }
}
