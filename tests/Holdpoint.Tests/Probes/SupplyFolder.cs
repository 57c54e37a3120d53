using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>A folder of its own at a fixed date, and programs that answer as they are told.</summary>
internal sealed class SupplyFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("holdpoint-").FullName;

    public ScriptedCommands Commands { get; } = new();

    public ProbeContext Context => new() { Commands = Commands, Time = new StandingTime(), Directory = Root };

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    public void Write(string name, string text, TimeSpan age = default)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
        File.SetLastWriteTimeUtc(Path(name), (StandingTime.Date - age).UtcDateTime);
    }

    public Task<Reading> AskAsync(Probe probe, params string[] arguments) =>
        probe.MeasureAsync(new(arguments, new Dictionary<string, string>(), []) { Context = Context, Timeout = TimeSpan.FromMinutes(1) }, TestContext.Current.CancellationToken);

    public async Task<Facts> MeasureAsync(Probe probe, params string[] arguments) => Assert.IsType<Reading.Measured>(await AskAsync(probe, arguments)).Facts;

    public async Task<string> RefusalAsync(Probe probe, params string[] arguments) => Assert.IsType<Reading.NoAnswer>(await AskAsync(probe, arguments)).Because;

    /// <summary>A minute for each attempt: what is tested here is not how fast a busy machine is.</summary>
    public async Task<Verdict> JudgeAsync(string mark) => (await SupplyMark.RunAsync(mark + " timeout 1m", Context)).Verdict;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>A date that stays, and timers that run as they do.</summary>
internal sealed class StandingTime : TimeProvider
{
    public static DateTimeOffset Date { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Date;
}
