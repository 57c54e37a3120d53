using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>The store of the record fails in the middle of the way back: the old version comes back all the same, and the end says what is wrong with the record.</summary>
public sealed class StoreFailureTests
{
    private const string Checklist = """
        # Shop

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #id=out
        - [ ] It works `? file missing files == 1` #critical

        ## Going back

        **Stage:** rollback

        - [ ] Caches emptied `! sh echo emptied >> log` #id=caches
        - [ ] Previous version back `! rollback web` #id=back
        - [ ] It is there `? file web.version files == 1`
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_full_disk_the_reserve_takes_the_rest_of_the_record()
    {
        using var bench = Bench();
        await using var disk = await SmallDisk.MountAsync(bench.Path(".holdpoint"));
        await using var run = await bench.StartAsync();
        At(run, "caches", disk.Fill);
        Assert.Equal(Outcome.RolledBack, (await FinishedAsync(bench, run)).Outcome);
        Assert.Equal(("1.0", "deploy 2.0\nemptied\nrollback 1.0\n"), (bench.Version, bench.Log));
        Assert.Null(run.Session.RecordBroken);
        // Whoever opens it afterwards finds all of it.
        await using var again = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.Equal(Outcome.RolledBack, again.Session.Run.End!.Outcome);
    }

    [Fact]
    public async Task On_a_disk_that_stays_full_it_goes_on_without_a_record_and_says_so()
    {
        using var bench = Bench();
        await using var disk = await SmallDisk.MountAsync(bench.Path(".holdpoint"));
        await using var run = await bench.StartAsync();
        At(run, "caches", () =>
        {
            File.Delete(Path.Combine(run.Folder, "reserve"));
            disk.Fill();
        });
        await RolledBackWithoutRecordAsync(bench, run, "No space left");
        await using var again = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.True(again.Session.Run is { HasEnded: false, Rollback: not null });
    }

    [Fact]
    public async Task A_disk_that_turns_read_only_stops_no_rollback()
    {
        using var bench = Bench();
        await using var disk = await SmallDisk.MountAsync(bench.Path(".holdpoint"));
        await using var run = await bench.StartAsync();
        At(run, "caches", disk.ForbidWriting);
        await RolledBackWithoutRecordAsync(bench, run, "Read-only file system");
    }

    [Fact]
    public async Task A_folder_that_is_gone_stops_no_rollback()
    {
        using var bench = Bench();
        await using var run = await bench.StartAsync();
        At(run, "caches", () => Directory.Delete(bench.Path(".holdpoint"), recursive: true));
        await RolledBackWithoutRecordAsync(bench, run, run.Folder);
    }

    [Fact]
    public async Task A_deploy_that_the_full_disk_stopped_is_taken_back_by_whoever_says_so()
    {
        using var bench = Bench();
        await using var disk = await SmallDisk.MountAsync(bench.Path(".holdpoint"));
        await using (var run = await bench.StartAsync())
        {
            At(run, "out", disk.Fill);
            Assert.Contains("can't be written", Assert.IsType<DriveEnd.Lost>(await bench.DriveAsync(run, stop: Cancel)).Because, StringComparison.Ordinal);
        }

        await using var next = await bench.NewOffice().OpenAsync(null, Cancel);
        Assert.Null(await RunOffice.SayAsync(next, new PersonCommand.RollBack("ana", "the disk is full"), Cancel));
        Assert.Equal(Outcome.RolledBack, (await FinishedAsync(bench, next)).Outcome);
        Assert.Equal("1.0", bench.Version);
    }

    private static RunBench Bench()
    {
        var bench = new RunBench(Checklist, RunBench.FileTarget);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        return bench;
    }

    /// <summary>Once, as soon as the step's start is journaled.</summary>
    private static void At(OpenRun run, string step, Action fail)
    {
        var over = false;
        run.Session.Happened += (_, happened, _) =>
        {
            if (over || happened is not Event.ActionStarted started || started.Step != step)
                return;
            over = true;
            fail();
        };
    }

    private static async Task<DriveEnd.Finished> FinishedAsync(RunBench bench, OpenRun run) => Assert.IsType<DriveEnd.Finished>(await bench.DriveAsync(run, stop: Cancel));

    private static async Task RolledBackWithoutRecordAsync(RunBench bench, OpenRun run, string because)
    {
        var end = await FinishedAsync(bench, run);
        Assert.Equal((Outcome.RolledBack, "1.0", "deploy 2.0\nemptied\nrollback 1.0\n"), (end.Outcome, bench.Version, bench.Log));
        Assert.Contains("; the record is broken: ", end.Because, StringComparison.Ordinal);
        Assert.Contains(because, end.Because, StringComparison.Ordinal);
    }
}
