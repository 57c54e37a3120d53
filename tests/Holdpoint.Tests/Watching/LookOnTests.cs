using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

public sealed class LookOnTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("holdpoint-look-on-").FullName;

    private static WatchNow Now { get; } = new(s_start,
        [new("errors", 15, "time,value,events,state,reason\n2026-03-02T09:00:00Z,0.01,,,\n")],
        [new("back", "blind", s_start, "no answer with hunter2", 0.2)],
        new(false, s_start, "hunter2 refused", s_start, s_start, 10, 2, 1));

    [Fact]
    public void What_a_driver_shows_another_process_reads_until_it_leaves()
    {
        Assert.Null(LookOn.Read(_folder));
        LookOn.Write(_folder, Now);
        Assert.True(Now.ShowsTheSameAs(LookOn.Read(_folder)));
        LookOn.Write(_folder, null);
        Assert.Null(LookOn.Read(_folder));
    }

    [Fact]
    public void Half_a_file_is_nothing_and_a_folder_that_is_gone_stops_nobody()
    {
        File.WriteAllText(Path.Combine(_folder, LookOn.FileName), "{\"at\":");
        Assert.Null(LookOn.Read(_folder));
        LookOn.Write(Path.Combine(_folder, "gone"), Now);
    }

    [Fact]
    public void Secrets_are_masked()
    {
        var masked = Now.Masked(text => text.Replace("hunter2", "***", StringComparison.Ordinal));
        Assert.Equal(("no answer with ***", "*** refused"), (masked.Rules[0].Shown, masked.Availability!.Because));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
